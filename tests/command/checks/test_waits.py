"""`signpost doctor`: what a running execution waits for, and until when."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import signpost_stack
from signpost_cli import change
from signpost_cli.change import Change
from signpost_cli.checks.waits import longest_wait, waiting
from signpost_cli.timeline import read
from tests.support.executions import START, Executions
from tests.support.history import History

DEFINITION = Path(signpost_stack.ROOT / "statemachine" / "service_change.asl.json").read_text()


def running() -> Change:
    executions = Executions()
    executions.add("slow", "RUNNING")
    return change.of(executions.all["slow"])


def waits(history: History, now: datetime = START, definition: str = DEFINITION) -> str:
    return waiting(running(), read(history.events), definition, now).told()


def retried() -> History:
    history = History().add("ExecutionStarted").enter("CheckReadiness")
    history.fail("TargetsNotHealthy", "0 of the 1 targets needed are healthy.", after=1)
    return history.fail("TargetsNotHealthy", "0 of the 1 targets needed are healthy.", after=9)


def test_it_says_the_state_the_error_and_until_when() -> None:
    assert waits(retried()) == (
        "Execution slow runs since 2026-11-24 12:00:00 UTC and is at CheckReadiness, 2 attempts so "
        "far: TargetsNotHealthy: 0 of the 1 targets needed are healthy. It ends at about "
        "2026-11-24 12:27:50 UTC, at 2026-11-24 13:00:00 UTC at the latest."
    )


def test_an_error_that_the_reader_knows_is_not_explained_again() -> None:
    found = waiting(running(), read(retried().events), DEFINITION, START)
    assert "2 attempts so far: TargetsNotHealthy. It ends" in found.told("TargetsNotHealthy")


def test_a_middling_time_that_has_passed_is_not_told() -> None:
    told = waits(retried(), START + timedelta(minutes=40))
    assert "about" not in told
    assert told.endswith("It ends at 2026-11-24 13:00:00 UTC at the latest.")


def test_one_that_tries_for_the_first_time_tells_no_error() -> None:
    told = waits(History().add("ExecutionStarted").enter("PlanChange").add("TaskScheduled"))
    assert "is at PlanChange. It ends at 2026-11-24 13:00:00 UTC at the latest." in told


@pytest.mark.parametrize("history", [History(), History().add("ExecutionStarted")])
def test_one_that_has_just_begun_is_at_no_state_yet(history: History) -> None:
    assert waits(history).startswith("Execution slow runs since 2026-11-24 12:00:00 UTC.")


def test_a_definition_without_a_limit_promises_no_end() -> None:
    definition = json.loads(DEFINITION)
    del definition["TimeoutSeconds"]
    definition["States"]["CheckReadiness"]["Retry"] = []

    assert waits(retried(), definition=json.dumps(definition)).endswith("are healthy.")


def test_the_waits_of_a_retrier_grow_up_to_the_longest() -> None:
    retrier = {"IntervalSeconds": 5, "MaxAttempts": 4, "BackoffRate": 2, "MaxDelaySeconds": 12}
    assert longest_wait(retrier) == 5 + 10 + 12 + 12


def test_what_a_retrier_leaves_out_is_as_the_language_has_it() -> None:
    assert longest_wait({}) == 1 + 2 + 4
