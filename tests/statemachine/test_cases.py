"""Every path by name, on a real engine with mocked functions: which states, how many failures,
which end. On MiniStack always; on AWS's Step Functions Local with `make test-sfn-local`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from local_aws.emulator import START_SECONDS, emulator_environment, endpoint_of, is_healthy
from local_aws.ports import free_port
from signpost import errors
from tests.statemachine import cases, sweep_cases
from tests.statemachine.cases import Case
from tests.statemachine.mock_file import MOCK_FILE, mock_config
from tests.support.definitions import BASES, DEFINITIONS, ERRORS, states_of, tasks_in

CASES = [*cases.CASES, *sweep_cases.CASES]
# State machine → its cases, what its tasks answer when all is well, and what they retry.
MACHINES: dict[str, tuple[list[Case], dict[str, Any], dict[str, dict[str, int]]]] = {
    "ServiceChange": (cases.CASES, cases.HAPPY, cases.RETRIES),
    "Sweep": (sweep_cases.CASES, sweep_cases.HAPPY, sweep_cases.RETRIES),
}
pytestmark = pytest.mark.xdist_group("statemachine")
PATIENCE_SECONDS = 240.0
FAILED = ("TaskFailed", "TaskTimedOut", "LambdaFunctionFailed", "LambdaFunctionTimedOut")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An engine with the mock file."""
    if "SFN_LOCAL_ENDPOINT" in os.environ:
        yield os.environ["SFN_LOCAL_ENDPOINT"]
        return
    port, scratch = free_port(), tmp_path_factory.mktemp("engine")
    root = str(Path(__file__).parents[2])
    environment = emulator_environment(os.environ, port, "us-east-1", scratch) | {
        "AUTH": "false",
        "SFN_MOCK_CONFIG": str(MOCK_FILE),
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
    quick = json.loads(json.dumps(DEFINITIONS[machine]))
    quick.pop("QueryLanguage")  # Step Functions Local is older than this field; it means JSONPath
    for state in states_of(quick).values():
        for retry in state.get("Retry", []):
            retry |= {"IntervalSeconds": 1, "BackoffRate": 1.0, "MaxDelaySeconds": 2}
    text = json.dumps(quick)
    for task in tasks_in(states_of(quick)).values():
        name = task["Parameters"]["FunctionName"]
        arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name[2:-1]}"
        text = text.replace(name, arn)
    other = "arn:aws:states:us-east-1:123456789012:stateMachine:ServiceChange"
    return text.replace("${ServiceChangeArn}", other).replace("${Partition}", "aws")


@pytest.fixture(scope="module")
def histories(endpoint: str) -> dict[str, list[dict[str, Any]]]:
    """Every case run, all at the same time: its history by name."""
    sfn: Any = boto3.client(
        "stepfunctions",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
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
    found: dict[str, list[dict[str, Any]]] = {}
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


def read(history: list[dict[str, Any]]) -> tuple[list[str], dict[str, int], str]:
    """The states entered, the failures in each, and the outcome or error."""
    states: list[str] = []
    failures: Counter[str] = Counter()
    end = ""
    for event in history:
        if "stateEnteredEventDetails" in event:
            states.append(event["stateEnteredEventDetails"]["name"])
        elif event["type"] in FAILED:
            failures[states[-1]] += 1
        elif event["type"] == "ExecutionSucceeded":
            end = json.loads(event["executionSucceededEventDetails"]["output"])["outcome"]
        elif event["type"] == "ExecutionFailed":
            end = event["executionFailedEventDetails"]["error"]
    return states, dict(failures), end


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_history_is_as_written_down(
    case: Case, histories: dict[str, list[dict[str, Any]]]
) -> None:
    assert read(histories[case.name]) == (list(case.states), case.failures, case.end)


def test_a_failure_tells_its_sentence(histories: dict[str, list[dict[str, Any]]]) -> None:
    told = histories["PlanChangeHostnameTaken"][-1]["executionFailedEventDetails"]
    assert told["cause"] == "The sentence of HostnameTaken."


# --- the cases are all that there are ------------------------------------------------------


def test_the_mock_file_is_written_from_the_cases() -> None:
    assert json.loads(MOCK_FILE.read_text()) == json.loads(json.dumps(mock_config())), (
        "run: python -m tests.statemachine.mock_file"
    )


@pytest.mark.parametrize("machine", MACHINES)
def test_a_mocked_answer_has_all_that_the_state_selects_from_it(machine: str) -> None:
    _, happy, _ = MACHINES[machine]
    for name, task in tasks_in(states_of(DEFINITIONS[machine])).items():
        selected = [
            value.removeprefix("$.Payload.")
            for key, value in task["ResultSelector"].items()
            if key.endswith(".$") and value != "$.Payload"
        ]
        assert set(selected) <= happy[name].keys()  # which an engine may or may not insist on


# A thrown mock always has a cause.
NEVER = {"UnexplainedError", "RunIsUnexplained"}


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_is_visited(machine: str) -> None:
    visited = {state for case in MACHINES[machine][0] for state in case.states}
    assert visited == states_of(DEFINITIONS[machine]).keys() - NEVER


def ways(machine: str) -> Iterator[tuple[str, str]]:
    """From state to state, into a Map and out of it too."""
    states = states_of(DEFINITIONS[machine])
    for name, state in states.items():
        goals = [choice["Next"] for choice in state.get("Choices", [])]
        goals += [entry["Next"] for entry in state.get("Catch", [])]
        goals += [state[key] for key in ("Next", "Default") if key in state]
        yield from ((name, goal) for goal in goals)
        if state["Type"] == "Map":
            yield name, state["ItemProcessor"]["StartAt"]
            for inner, last in state["ItemProcessor"]["States"].items():
                if last.get("End"):
                    yield inner, state["Next"]


@pytest.mark.parametrize("machine", MACHINES)
def test_every_way_from_state_to_state_is_taken(machine: str) -> None:
    taken = {
        pair
        for case in MACHINES[machine][0]
        for pair in zip(case.states, case.states[1:], strict=False)
    }
    assert taken == {way for way in ways(machine) if not NEVER & set(way)}


def test_every_error_ends_an_execution_in_some_case() -> None:
    ends = {case.end for case in CASES}
    ending = {
        name
        for name, error in ERRORS.items()
        if issubclass(error, (errors.RetryableError, errors.PermanentError))
        and not issubclass(error, errors.ReplannedError)
    }
    assert ends >= ending - BASES


@pytest.mark.parametrize("machine", MACHINES)
def test_every_error_that_a_state_retries_recovers_and_runs_out(machine: str) -> None:
    states = states_of(DEFINITIONS[machine])
    retried = {
        name: {error for entry in state["Retry"] for error in entry["ErrorEquals"]}
        for name, state in states.items()
        if "Retry" in state
    }
    assert retried == {name: set(known) for name, known in MACHINES[machine][2].items()}
