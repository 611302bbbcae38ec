"""The real state machine in one process: moto runs the ASL file, its tasks call the real handlers.

Retries do not wait: the interpreter's sleep moves a fake clock instead, and what it would have
slept is recorded.
"""

from __future__ import annotations

import functools
import importlib
import json
import pickle
import re
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import uuid4

from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.core.exceptions import JsonRESTError
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec import execute_state
from moto.stepfunctions.parser.asl.component.state.exec.execute_state import ExecutionState
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_callback as callback,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_sfn as nested,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import (  # noqa: E501
    StateTaskService,
)
from moto.stepfunctions.parser.asl.eval import states
from moto.stepfunctions.parser.asl.eval.event import event_manager
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser
from moto.stepfunctions.parser.asl.utils import json_path
from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for
from moto.stepfunctions.parser.backend.execution import BaseExecutionWorkerCommunication, Execution

from signpost import __version__
from tests.support.estate import ACCOUNT, PARTITION, client

ASL_FILE = Path(__file__).parents[2] / "statemachine" / "service_change.asl.json"
SWEEP_FILE = ASL_FILE.with_name("sweep.asl.json")
MODULES = {
    "ParseEvent": "parse_event",
    "DescribeService": "describe_service",
    "ResolveLoadBalancer": "resolve_load_balancer",
    "ResolveTasks": "resolve_tasks",
    "PlanChange": "plan_change",
    "CheckReadiness": "check_readiness",
    "ChangeRecord": "change_record",
    "VerifyRecord": "verify_record",
}
SWEEP_MODULES = {"FindDrift": "find_drift", "ReportSweep": "report_sweep"}
PATIENCE_SECONDS = 180  # on a busy machine; on an idle one an execution takes less than one
# What moto has to be told to run the machine.
MOTO: Any = {"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": False}}


@dataclass(frozen=True)
class Run:
    """One finished execution."""

    status: str
    output: dict[str, Any] | None
    error: str | None
    cause: str | None
    history: list[dict[str, Any]] = field(repr=False)

    @property
    def states(self) -> list[str]:
        """The states entered, in order: a transition each."""
        return [
            event["stateEnteredEventDetails"]["name"]
            for event in self.history
            if "stateEnteredEventDetails" in event
        ]

    @property
    def outcome(self) -> str:
        """The receipt's outcome, or the error's name."""
        return str(self.output["outcome"]) if self.output else str(self.error)

    def attempts(self, state: str) -> int:
        """How often a state's task ran, over all times it was entered."""
        current, count = None, 0
        for event in self.history:
            if "stateEnteredEventDetails" in event:
                current = event["stateEnteredEventDetails"]["name"]
            elif event["type"] == "TaskScheduled" and current == state:
                count += 1
        return count

    @property
    def sizes(self) -> dict[str, int]:
        """By state, the most bytes that it was given or gave back: input, output, what its task was
        sent and what that answered.
        """
        largest: dict[str, int] = {}
        state = ""
        for event in self.history:
            if "stateEnteredEventDetails" in event:
                state = event["stateEnteredEventDetails"]["name"]
            for details in event.values():
                if isinstance(details, dict):
                    texts = [details.get(key) or "" for key in ("input", "output", "parameters")]
                    sent = max(len(text.encode()) for text in texts)
                    largest[state] = max(largest.get(state, 0), sent)
        return largest


Hook = Callable[[str, Any], None]

# What is the same in test after test is made once: the parsed file and its paths, and the client
# with which the interpreter calls Lambda, anew for each attempt otherwise.
_parse = functools.cache(AmazonStateLanguageParser.parse)
_parse_path = functools.cache(json_path.parse)  # type: ignore[attr-defined]
_client = functools.cache(boto_client_for)
# The interpreter copies all that it knows with each event; this is several times as quick.
_copies = mock.Mock(deepcopy=lambda value: pickle.loads(pickle.dumps(value)))


class Machine:
    """`ServiceChange`, ready to be run inside moto's mock_aws."""

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self._sleep = sleep
        self._sweep: str | None = None
        self.slept: list[float] = []
        self.before: list[Hook] = []  # called with (module, payload) before a handler; may raise
        self.after: list[Hook] = []  # called after it; what these raise hides the answer
        self._ends = threading.Condition()
        self._ended: dict[str, Execution] = {}
        self._client = client("stepfunctions")
        self.arn = self._create("ServiceChange", ASL_FILE, MODULES)

    def sweep(self, **request: Any) -> Run:
        """Run `Sweep`, which starts executions of this machine; it is made when first wanted."""
        if self._sweep is None:
            given = {**SWEEP_MODULES, "ServiceChangeArn": self.arn}
            self._sweep = self._create("Sweep", SWEEP_FILE, given)
        return self.wait(self.start(request, machine=self._sweep))

    def _create(self, name: str, file: Path, given: Mapping[str, str]) -> str:
        definition = file.read_text()
        for key, value in {**given, "Version": __version__, "Partition": PARTITION}.items():
            definition = definition.replace(f"${{{key}FunctionArn}}", value)
            definition = definition.replace(f"${{{key}}}", value)
        # Step Functions calls nothing in another partition; the interpreter does not look at it.
        assert set(re.findall(r'"Resource": "arn:([^:]*):', definition)) == {PARTITION}
        return str(
            self._client.create_state_machine(
                name=name,
                definition=definition,
                roleArn=f"arn:{PARTITION}:iam::{ACCOUNT}:role/{name}",
            )["stateMachineArn"]
        )

    def use(self, definition: str) -> None:
        """Run another definition from now on."""
        self._client.update_state_machine(stateMachineArn=self.arn, definition=definition)

    def start(self, event: Any, name: str | None = None, machine: str | None = None) -> str:
        """Start an execution, return its ARN."""
        return str(
            self._client.start_execution(
                stateMachineArn=machine or self.arn,
                name=name or f"run-{uuid4().hex[:12]}",
                input=json.dumps(event),
            )["executionArn"]
        )

    def wait(self, arn: str) -> Run:
        """Wait for an execution to end. It is read past the client: moto takes longer to serialize
        a history than to make it.
        """
        with self._ends:
            has_ended = self._ends.wait_for(lambda: arn in self._ended, PATIENCE_SECONDS)
        assert has_ended, f"{arn} did not end"
        ended = self._ended[arn]
        is_done = ended.status == "SUCCEEDED"
        # The context object's times are text in AWS; moto has them as datetime.
        output = json.dumps(ended.output, default=datetime.isoformat)
        return Run(
            status=ended.status,
            output=json.loads(output) if is_done else None,
            error=ended.error,
            cause=ended.cause,
            history=[dict(event) for event in ended.to_history_output()["events"]],
        )

    def end(self, execution: Execution) -> None:
        """What the interpreter calls when an execution has ended and all of it can be read."""
        with self._ends:
            self._ended[execution.exec_arn] = execution
            self._ends.notify_all()

    def run(self, event: Any, name: str | None = None) -> Run:
        """Start an execution and wait for its end."""
        return self.wait(self.start(event, name))

    def sleep(self, seconds: float) -> None:
        """What the interpreter calls between two attempts."""
        self.slept.append(seconds)
        self._sleep(seconds)

    def invoke(self, module: str, body: Any, response_headers: dict[str, Any]) -> bytes:
        """Run a handler as Lambda does: errors come back as JSON with the class's name."""
        payload = json.loads(body)
        try:
            for hook in self.before:
                hook(module, payload)
            result = importlib.import_module(module).handler(payload, None)
            for hook in self.after:
                hook(module, payload)
        except JsonRESTError:
            raise  # Lambda itself refuses or fails
        except Exception as error:
            response_headers["x-amz-function-error"] = "Unhandled"
            return json.dumps(
                {
                    "errorMessage": str(error),
                    "errorType": type(error).__name__,
                    "stackTrace": traceback.format_tb(error.__traceback__),
                }
            ).encode()
        return json.dumps(result).encode()


# moto carries the interpreter's integration of Step Functions itself, without its translation
# between boto3's names (`executionArn`) and those of the state machine (`ExecutionArn`).


def _start_nested(
    _: object, *, env: Any, normalised_parameters: dict[str, Any], **__: object
) -> None:
    request = {name[0].lower() + name[1:]: value for name, value in normalised_parameters.items()}
    answer = client("stepfunctions").start_execution(**request)
    del answer["ResponseMetadata"]
    _as_step_functions(None, answer)
    env.stack.append(answer)


def _as_step_functions(_: object, response: dict[str, Any], *__: object, **___: object) -> None:
    for name in list(response):
        value = response.pop(name)
        told = value.isoformat() if isinstance(value, datetime) else value
        response[name[0].upper() + name[1:]] = told


# In AWS nothing catches an input or output that is too large: it ends the execution (Step Functions
# Developer Guide, "Error handling in Step Functions", States.DataLimitExceeded). moto measures what
# states and tasks give back, not what tasks are sent, and lets it be caught.
_handle_catch = ExecutionState._handle_catch
_before_invoking = StateTaskService._before_eval_execution


def _catch_unless_too_large(state: Any, env: Any, failure_event: Any) -> None:
    if failure_event.error_name.error_name == "States.DataLimitExceeded":
        state._handle_uncaught(env=env, failure_event=failure_event)
    _handle_catch(state, env=env, failure_event=failure_event)


def _measure_what_is_sent(state: Any, **given: Any) -> None:
    state._verify_size_quota(given["env"], given["raw_parameters"])
    _before_invoking(state, **given)


@contextmanager
def running_machine(
    environment: Mapping[str, str], sleep: Callable[[float], None] = lambda _: None
) -> Iterator[Machine]:
    """The machine, with the handlers' environment set. Call it inside mock_aws."""
    with mock.patch.object(AmazonStateLanguageParser, "parse", _parse):
        machine = Machine(sleep)

    def invoke(
        _backend: object, name: str, _qualifier: object, body: Any, _headers: object, answer: Any
    ) -> bytes:
        return machine.invoke(name, body, answer)

    reflect = BaseExecutionWorkerCommunication.terminated

    def terminated(worker: BaseExecutionWorkerCommunication) -> None:
        reflect(worker)
        machine.end(worker.execution)

    clock = mock.Mock(sleep=machine.sleep)  # stands for the interpreter's `time`
    with (
        mock.patch.dict("os.environ", environment),
        mock.patch.object(LambdaSimpleBackend, "invoke", invoke),
        mock.patch.object(BaseExecutionWorkerCommunication, "terminated", terminated),
        mock.patch.object(retrier_decl, "time", clock),
        mock.patch.object(ExecutionState, "_handle_catch", _catch_unless_too_large),
        mock.patch.object(StateTaskService, "_before_eval_execution", _measure_what_is_sent),
        mock.patch.object(json_path, "parse", _parse_path),
        mock.patch.object(
            lambda_eval_utils,
            "boto_client_for",
            lambda region, service, state_credentials: _client(region, service),
        ),
        mock.patch.object(callback, "_DELAY_SECONDS_SYNC_CONDITION_CHECK", 0.02),
        mock.patch.object(nested.StateTaskServiceSfn, "_eval_service_task", _start_nested),
        mock.patch.object(nested.StateTaskServiceSfn, "_normalise_response", _as_step_functions),
        mock.patch.object(AmazonStateLanguageParser, "parse", _parse),
        mock.patch.object(event_manager, "copy", _copies),
        mock.patch.object(states, "copy", _copies),
        mock.patch.object(execute_state, "copy", _copies),
    ):
        yield machine
