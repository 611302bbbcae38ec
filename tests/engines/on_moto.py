"""The cases on moto's interpreter, which is LocalStack's, in this process.

Its own mocks begin anew whenever a state is entered again; here attempts count over all of that, as
Step Functions Local's format has it.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from typing import Any
from unittest import mock

from moto import mock_aws
from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import (
    CustomErrorName,
)
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import (
    FailureEvent,
    FailureEventException,
)
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import (
    StatesErrorName,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service,
)
from moto.stepfunctions.parser.asl.eval.environment import Environment

from tests.engines.comparing import Engine
from tests.statemachine.executions import MACHINES, definition, read
from tests.statemachine.mock_file import Script, answer_of, mock_config, script
from tests.support.estate import ACCOUNT, client
from tests.support.machine import MOTO, running_machine


def run_cases(engine: Engine) -> None:
    """Run each case, one after the other."""
    config = mock_config()
    answers: dict[str, Script] = {
        case.name: script(config, machine, case.name)
        for machine, (cases, _, _) in MACHINES.items()
        for case in cases
    }
    attempts: Counter[tuple[str, str]] = Counter()

    def answer(env: Any, mocked_response: object) -> None:
        case = env.states.context_object.context_object_data["Execution"]["Name"]
        state = env.next_state_name
        attempt, attempts[case, state] = attempts[case, state], attempts[case, state] + 1
        found = answer_of(answers[case], state, attempt)
        if "Throw" in found:
            raise FailureEventException(_failure(env, **found["Throw"]))
        env.stack.append(json.loads(json.dumps(found["Return"])))

    logging.getLogger("moto").setLevel(logging.CRITICAL + 1)  # it reports each mocked error
    with (
        mock_aws(config=MOTO),
        running_machine({}) as interpreter,
        mock.patch.object(Environment, "is_mocked_mode", return_value=True),
        mock.patch.object(Environment, "get_current_mocked_response", return_value=None),
        mock.patch.object(state_task_service, "eval_mocked_response", answer),
    ):
        for name, (cases, _, _) in MACHINES.items():
            arn = client("stepfunctions").create_state_machine(
                name=f"Mocked{name}",
                definition=definition(name),
                roleArn=f"arn:aws:iam::{ACCOUNT}:role/mocked",
            )["stateMachineArn"]
            for case in cases:
                run = interpreter.wait(interpreter.start(case.input, case.name, arn))
                engine.ways[case.name] = read(run.history)


def _failure(env: Any, Error: str, Cause: str) -> FailureEvent:  # noqa: N803 - the mock file's
    is_reserved = Error.startswith("States.")
    name = StatesErrorName.from_name(Error) if is_reserved else CustomErrorName(Error)
    details: Any = {"taskFailedEventDetails": TaskFailedEventDetails(error=Error, cause=Cause)}
    return FailureEvent(
        env=env,
        error_name=name,
        event_type=HistoryEventType.TaskFailed,
        event_details=details,
    )
