"""What counts as a difference between an engine and the cases, and what becomes of it."""

from __future__ import annotations

import copy
import dataclasses
import os
from typing import Any

import pytest

from tests.engines.__main__ import (
    ASKED,
    aws,
    cannot_interpret,
    given_to_interpreter,
    report,
)
from tests.engines.comparing import Engine
from tests.statemachine.cases import Case, Throw
from tests.statemachine.executions import CASES, MACHINES, Way
from tests.support.definitions import DEFINITIONS, ROOT, states_of

CASE = Case(
    "Recovers",
    ("One", "Two"),
    "Done",
    {"One": 1},
    {"One": [Throw("Throttled"), {}]},
)
WAY = Way(
    ("One", "Two"),
    (("One", "Throttled"),),
    "Done",
    {"outcome": "Done", "at": "2026-12-01T10:00:00Z"},
)


def told(engine: Engine, capsys: pytest.CaptureFixture[str], model: Way = WAY) -> tuple[bool, str]:
    different = report([engine], {}, {CASE.name: model}, {}, [CASE])
    return different, capsys.readouterr().out


def test_an_engine_that_agrees_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    later = WAY.told | {"at": "2026-12-01T10:00:01Z"}  # the run's own moment
    way = dataclasses.replace(WAY, told=later)
    different, text = told(Engine("E", {CASE.name: way}), capsys)
    assert (different, text) == (
        False,
        "E: 1 of 1 paths agree, 0 differ\n    every state of every path was run there\n",
    )


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"states": ("One", "Three")}, "states"),
        ({"errors": ()}, "failed attempts"),
        ({"errors": (("One", "AwsUnavailable"),)}, "errors"),
        ({"end": "Failed"}, "end"),
        ({"told": WAY.told | {"more": 1}}, "output"),
        ({"told": WAY.told | {"at": None}}, "output"),
    ],
)
def test_whatever_differs_is_told_and_fails(
    change: dict[str, Any], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = Engine("E", {CASE.name: dataclasses.replace(WAY, **change)})
    different, text = told(engine, capsys)
    assert different
    assert f"E: Recovers: {what}:" in text
    assert "E: 0 of 1 paths agree, 1 differ" in text


def test_a_model_that_is_not_as_written_down_differs_from_its_case(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Given an ASL file that is wrong, when all engines agree on it, then it still fails."""
    wrong = dataclasses.replace(WAY, states=("One",))
    assert told(Engine("E", {CASE.name: wrong}), capsys, wrong)[0]


def test_a_case_that_an_engine_did_not_run_fails(capsys: pytest.CaptureFixture[str]) -> None:
    different, text = told(Engine("E"), capsys)
    assert different
    assert "Recovers: was not run" in text


def test_what_was_left_out_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    engine = Engine("E", {CASE.name: WAY})
    engine.left_out["Two", "no Map"] += 1
    different, text = told(engine, capsys)
    assert not different
    assert "can't be run there: Two, 1 times: no Map" in text
    assert "every state" not in text


def test_an_engine_that_broke_off_fails(capsys: pytest.CaptureFixture[str]) -> None:
    different, text = told(Engine("E", broken="no credentials"), capsys)
    assert different
    assert "broke off after 0 paths: no credentials" in text


def test_an_invalid_definition_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert report([], {}, {}, {"Sweep, as written": "no StartAt"}, [])
    assert "Sweep, as written: no StartAt" in capsys.readouterr().out


def test_every_state_machine_has_cases() -> None:
    assert MACHINES.keys() == DEFINITIONS.keys()


def test_no_task_is_left_to_call_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a new task that the cases do not know yet, then the interpreter has its answer."""
    new = copy.deepcopy(DEFINITIONS["Sweep"])
    new["States"]["New"] = {"Type": "Task"}
    monkeypatch.setitem(DEFINITIONS, "Sweep", new)
    for machine, given in given_to_interpreter().items():
        states = states_of(DEFINITIONS[machine])
        tasks = {name for name, state in states.items() if state["Type"] == "Task"}
        assert all(case["script"].keys() >= tasks for case in given["cases"])


def test_the_page_counts_the_paths_as_they_are() -> None:
    page = (ROOT / "docs" / "guarantees.md").read_text()
    maps = sum(case.states.count("RepairServices") for case in CASES)
    assert f"of {len(CASES)} paths" in page
    assert page.count(f"| {len(CASES)} |") == 4
    assert f"RepairServices, {maps} times" in page


@pytest.mark.parametrize(
    "state",
    [
        {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken"},
        {"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}}},
    ],
)
def test_a_state_that_the_interpreter_can_only_pretend_to_run_is_left_out(
    state: dict[str, Any],
) -> None:
    assert cannot_interpret(state)
    assert not cannot_interpret({"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"})


def test_aws_itself_is_asked_even_in_a_shell_of_the_local_aws(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert ASKED not in os.environ
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    assert aws().meta.endpoint_url == "https://states.eu-central-1.amazonaws.com"
