"""The walk by TestState, on MiniStack's as it is, and on one that keeps AWS's rules."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.config import Config

from tests.engines import single_states
from tests.engines.comparing import Engine, all_differences
from tests.statemachine.cases import Case
from tests.statemachine.executions import (
    CASES,
    MACHINES,
    History,
    Way,
    client,
    mocked_ministack,
    read,
    run_all,
)
from tests.statemachine.mock_file import MOCK_FILE

pytestmark = pytest.mark.xdist_group("statemachine")
# One of each kind: retries that recover and run out, rounds, a context without a mock, a Map.
SOME = {
    "Created",
    "ChangeRecordZoneBusyRecovers",
    "ChangeRecordZoneBusyRunsOut",
    "ChangeRecordRecordConflictFiveTimes",
    "DryRunIsNotUnderstood",
    "SweepRepaired",
    "SweepRunFails",
}
Machines = dict[str, tuple[list[Case], dict[str, Any], dict[str, dict[str, int]]]]


class KeepsAwsRules:
    """AWS's TestState in what the API's text and reports say of it, by MiniStack's.

    Retry is looked at before Catch; a mock is refused for what is no Task and no Map, a context
    without a mock as well; a Map is run by its mock, and an inspection shows its iterations' input.
    """

    def __init__(self, ministack: Any) -> None:
        self._ministack = ministack
        self.meta = ministack.meta

    def test_state(self, **request: Any) -> dict[str, Any]:
        definition = json.loads(request["definition"])
        state = definition["States"][request["stateName"]]
        mock = request.get("mock", {})
        assert bool(mock) == (state["Type"] in ("Task", "Map"))
        assert mock or "context" not in request
        if state["Type"] == "Map":
            return self._map(state, request)
        if "errorOutput" in mock:
            uncaught = state | {"Catch": []}
            states = definition["States"] | {request["stateName"]: uncaught}
            without = json.dumps(definition | {"States": states})
            answer: dict[str, Any] = self._ministack.test_state(**request | {"definition": without})
            if answer["status"] == "RETRIABLE":
                return answer
        found: dict[str, Any] = self._ministack.test_state(**request)
        return found

    @staticmethod
    def _map(state: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
        assert (state["ItemsPath"], state["ResultPath"]) == ("$.drift.findings",) * 2
        assert state["ItemSelector"] == {"finding.$": "$$.Map.Item.Value"}
        output = json.loads(request["input"])
        items = [{"finding": finding} for finding in output["drift"]["findings"]]
        output["drift"]["findings"] = json.loads(request["mock"]["result"])
        return {
            "status": "SUCCEEDED",
            "output": json.dumps(output),
            "nextState": state["Next"],
            "inspectionData": {"afterItemSelector": json.dumps(items)},
        }


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mocked_ministack(tmp_path_factory.mktemp("single"), MOCK_FILE) as found:
        yield found


@pytest.fixture(scope="module")
def some() -> Iterator[Machines]:
    with pytest.MonkeyPatch.context() as monkeypatch:
        chosen: Machines = {
            machine: ([case for case in cases if case.name in SOME], happy, retries)
            for machine, (cases, happy, retries) in MACHINES.items()
        }
        for module in ("tests.statemachine.executions", "tests.engines.single_states"):
            monkeypatch.setattr(f"{module}.MACHINES", chosen)
        yield chosen


@pytest.fixture(scope="module")
def histories(endpoint: str, some: Machines) -> dict[str, History]:
    return run_all(endpoint)


def walked(
    endpoint: str, histories: Mapping[str, History], is_aws: bool
) -> tuple[dict[str, list[str]], Engine]:
    engine = Engine("TestState")
    asked = client(endpoint, config=Config(inject_host_prefix=False))
    api = single_states.TestState(KeepsAwsRules(asked) if is_aws else asked, is_aws)
    single_states.run_cases(engine, api, histories)
    cases = [case for case in CASES if case.name in SOME]
    models: dict[str, Way] = {name: read(history) for name, history in histories.items()}
    return all_differences(engine, cases, models), engine


def test_ministack_agrees_and_its_maps_are_counted(
    endpoint: str, histories: dict[str, History]
) -> None:
    found, engine = walked(endpoint, histories, is_aws=False)
    assert found == {}
    assert engine.left_out == {("RepairServices", "Unsupported state type: Map"): 2}


def test_by_aws_rules_maps_are_run_and_a_context_without_a_mock_is_counted(
    endpoint: str, histories: dict[str, History]
) -> None:
    found, engine = walked(endpoint, histories, is_aws=True)
    assert found == {}
    reason = "takes its context only with a mock"
    assert engine.left_out == {
        ("InputNotUnderstood", reason): 1,
        ("TriggerIsUnknown", reason): 1,
    }
