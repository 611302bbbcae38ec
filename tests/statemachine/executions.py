"""Executions of all cases on an engine that reads a mock file, and what their histories tell."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from local_aws.emulator import START_SECONDS, emulator_environment, endpoint_of, is_healthy
from local_aws.ports import free_port
from tests.statemachine import cases, sweep_cases
from tests.statemachine.cases import Case
from tests.support.definitions import DEFINITIONS, ROOT, deployed, states_of

CASES = [*cases.CASES, *sweep_cases.CASES]
# State machine → its cases, what its tasks answer when all is well, and what they retry.
MACHINES: dict[str, tuple[list[Case], dict[str, Any], dict[str, dict[str, int]]]] = {
    "ServiceChange": (cases.CASES, cases.HAPPY, cases.RETRIES),
    "Sweep": (sweep_cases.CASES, sweep_cases.HAPPY, sweep_cases.RETRIES),
}
PATIENCE_SECONDS = 240.0
FAILED = ("TaskFailed", "TaskTimedOut", "LambdaFunctionFailed", "LambdaFunctionTimedOut")

History = list[dict[str, Any]]


@dataclass(frozen=True)
class Way:
    """What an engine has made of a case."""

    states: tuple[str, ...]  # as they were entered
    errors: tuple[tuple[str, str], ...]  # each attempt that failed: its state and its error
    end: str  # the outcome, or the error's name
    told: Any  # the receipt, or the failure's cause

    @property
    def failures(self) -> dict[str, int]:
        """How many attempts failed in each state."""
        return dict(Counter(state for state, _ in self.errors))


@contextmanager
def mocked_ministack(scratch: Path, mock_file: Path) -> Iterator[str]:
    """The endpoint of a MiniStack with the mock file; logs go to the folder `scratch`."""
    port, root = free_port(), str(ROOT)
    environment = emulator_environment(os.environ, port, "us-east-1", scratch) | {
        "AUTH": "false",
        "SFN_MOCK_CONFIG": str(mock_file),
        "PYTHONPATH": root,
    }
    command = [sys.executable, "-m", "tests.statemachine.engine"]
    with (scratch / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=root, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_healthy(port):
            assert process.poll() is None, (scratch / "log").read_text()
            assert time.monotonic() < deadline, (scratch / "log").read_text()
            time.sleep(0.1)
        yield endpoint_of(port)
    finally:
        process.kill()  # nothing of it is to be kept
        process.wait()


def definition(machine: str) -> str:
    """A machine with functions that only the mock answers for, and waits as short as may be."""
    quick = deployed(DEFINITIONS[machine])
    quick.pop("QueryLanguage")  # Step Functions Local is older than this field; it means JSONPath
    for state in states_of(quick).values():
        for retry in state.get("Retry", []):
            retry |= {"IntervalSeconds": 1, "BackoffRate": 1.0, "MaxDelaySeconds": 2}
    return json.dumps(quick)


def client(endpoint: str, **options: Any) -> Any:
    """A client of Step Functions for an engine on this machine."""
    return boto3.client(
        "stepfunctions",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        **options,
    )


def run_all(endpoint: str) -> dict[str, History]:
    """Every case run, all at the same time: its history by name."""
    sfn = client(endpoint)
    running: dict[str, str] = {}
    for name, (its_cases, _, _) in MACHINES.items():
        machine = sfn.create_state_machine(
            name=name,
            definition=definition(name),
            roleArn="arn:aws:iam::123456789012:role/mocked",
        )["stateMachineArn"]
        running |= {
            case.name: sfn.start_execution(
                stateMachineArn=f"{machine}#{case.name}",
                name=case.name,
                input=json.dumps(case.input),
            )["executionArn"]
            for case in its_cases
        }
    found: dict[str, History] = {}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while running:
        assert time.monotonic() < deadline, f"still running: {sorted(running)}"
        for name, arn in list(running.items()):
            if sfn.describe_execution(executionArn=arn)["status"] != "RUNNING":
                pages = sfn.get_paginator("get_execution_history").paginate(executionArn=arn)
                found[name] = [event for page in pages for event in page["events"]]
                del running[name]
        time.sleep(0.1)
    return found


def read(history: History) -> Way:
    """A history as a way. In AWS's form the details of a failure stand under its own type."""
    states: list[str] = []
    errors: list[tuple[str, str]] = []
    end, told = "", None
    for event in history:
        kind = event["type"]
        details = event.get(f"{kind[0].lower()}{kind[1:]}EventDetails", {})
        if "stateEnteredEventDetails" in event:
            states.append(event["stateEnteredEventDetails"]["name"])
        elif kind in FAILED:
            errors.append((states[-1], error_of(kind, details)))
        elif kind == "ExecutionSucceeded":
            told = json.loads(details["output"])
            end = told["outcome"]
        elif kind == "ExecutionFailed":
            end, told = details["error"], details.get("cause")
    return Way(tuple(states), tuple(errors), end, told)


def error_of(kind: str, details: Mapping[str, Any]) -> str:
    """The error's name; that of a time-out need not be told."""
    return str(details.get("error") or ("States.Timeout" if kind.endswith("TimedOut") else ""))
