"""Every path by name, on a real engine with mocked functions: which states, how many failures,
which end. On MiniStack always; on AWS's Step Functions Local with `make test-sfn-local`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest

from signpost import errors
from tests.statemachine.cases import Case
from tests.statemachine.executions import (
    CASES,
    MACHINES,
    Way,
    mocked_ministack,
    read,
    run_all,
)
from tests.statemachine.mock_file import MOCK_FILE, mock_config
from tests.support.definitions import BASES, DEFINITIONS, ERRORS, states_of, tasks_in

pytestmark = pytest.mark.xdist_group("statemachine")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An engine with the mock file."""
    if "SFN_LOCAL_ENDPOINT" in os.environ:
        yield os.environ["SFN_LOCAL_ENDPOINT"]
        return
    with mocked_ministack(tmp_path_factory.mktemp("engine"), MOCK_FILE) as found:
        yield found


@pytest.fixture(scope="module")
def ways(endpoint: str) -> dict[str, Way]:
    return {name: read(history) for name, history in run_all(endpoint).items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_history_is_as_written_down(case: Case, ways: dict[str, Way]) -> None:
    way = ways[case.name]
    assert (way.states, way.failures, way.end) == (case.states, case.failures, case.end)


def test_a_failure_tells_its_sentence(ways: dict[str, Way]) -> None:
    assert ways["PlanChangeHostnameTaken"].told == "The sentence of HostnameTaken."


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


def transitions(machine: str) -> Iterator[tuple[str, str]]:
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
    assert taken == {way for way in transitions(machine) if not NEVER & set(way)}


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
