"""What a step writes when it ends: one line that says for whom, and a count where it is retried."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from signpost import __version__
from signpost.errors import (
    HostnameTaken,
    RecordConflict,
    SignpostError,
    TargetsNotHealthy,
    Throttled,
)
from signpost.observability import brief, step
from tests.support.lines import Line, metrics_in, written_lines

EVENT = {
    "execution": "run-1",
    "trigger": {
        "kind": "cloudtrail",
        "name": "CreateService",
        "id": "event-1",
        "cluster": "prod",
        "service": "web",
    },
    "round": {"number": 2},
    "attempt": 3,
}


def lines_of(result: Callable[[], dict[str, Any]], event: Any = EVENT) -> list[Line]:
    """What a step with this result writes."""

    @step
    def handler(event: Any, context: Any) -> dict[str, Any]:
        return result()

    with written_lines() as lines:
        try:
            handler(event, None)
        except Exception as error:  # what it raises is the same as ever
            assert isinstance(error, (SignpostError, KeyError))
        return lines()


def failing(error: Exception) -> Callable[[], dict[str, Any]]:
    def fail() -> dict[str, Any]:
        raise error

    return fail


def test_a_line_says_which_execution_service_and_trigger_it_is_about() -> None:
    (line,) = lines_of(lambda: {"action": "change"})

    written_by_powertools = {"level", "location", "message", "timestamp", "service"}
    assert {key: line[key] for key in line.keys() - written_by_powertools} == {
        "step": "test_observability",
        "version": __version__,
        "execution": "run-1",
        "cluster": "prod",
        "ecs_service": "web",
        "trigger": "CreateService",
        "trigger_kind": "cloudtrail",
        "trigger_id": "event-1",
        "round": 2,
        "attempt": 4,
        "outcome": "done",
        "result": {"action": "change"},
    }


@pytest.mark.parametrize(
    ("error", "level", "outcome"),
    [
        (TargetsNotHealthy("none yet"), "INFO", "retry"),
        (RecordConflict("moved"), "INFO", "replan"),
        (HostnameTaken("taken"), "ERROR", "failed"),
        (KeyError("x"), "ERROR", "failed"),
    ],
)
def test_a_line_of_an_error_says_its_name_and_what_comes_of_it(
    error: Exception, level: str, outcome: str
) -> None:
    line = lines_of(failing(error))[0]

    assert (line["level"], line["outcome"], line["error"]) == (level, outcome, type(error).__name__)


def test_a_retry_is_counted_by_its_error_and_says_whose_it_was() -> None:
    lines = lines_of(failing(RecordConflict("moved")))

    assert metrics_in(lines) == {("Retries", "RecordConflict"): [1]}
    assert lines[1] | {"execution": "run-1", "cluster": "prod", "ecs_service": "web"} == lines[1]


@pytest.mark.parametrize(("call", "counted"), [("route53:GetChange", True), ("ecs:X", False)])
def test_only_route_53s_throttles_are_counted_as_such(call: str, counted: bool) -> None:
    lines = lines_of(failing(Throttled("slower", call)))

    assert (("Route53Throttles", None) in metrics_in(lines)) is counted
    assert metrics_in(lines)[("Retries", "Throttled")] == [1]


def test_a_permanent_error_is_no_retry() -> None:
    assert metrics_in(lines_of(failing(HostnameTaken("taken")))) == {}


def test_what_was_said_of_one_execution_is_not_said_of_the_next() -> None:
    lines_of(lambda: {})

    (line,) = lines_of(lambda: {}, {"execution": "run-2"})

    assert line["execution"] == "run-2"
    assert not {"cluster", "round", "attempt"} & line.keys()


@pytest.mark.parametrize("event", [None, [], "text", {"trigger": 1, "round": None}])
def test_any_event_can_be_logged(event: Any) -> None:
    assert lines_of(lambda: {}, event)[0]["outcome"] == "done"


def test_a_big_result_is_not_written_out() -> None:
    result = {"found": [{"arn": "x" * 500}] * 4, "plan": {"a": 1, "b": 2}, "why": "y" * 5_000}

    found = brief({**result, "action": "change", "names": ["a"] * 11, "started": ["run-1"]})

    assert (found["found"], found["plan"], found["names"]) == ("4 items", "2 fields", "11 items")
    assert (found["action"], found["started"]) == ("change", ["run-1"])
    assert len(json.dumps(found)) < 1_500


def test_with_metrics_off_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    @step
    def handler(event: Any, context: Any) -> dict[str, Any]:
        raise TargetsNotHealthy("none yet")

    with pytest.raises(TargetsNotHealthy):
        handler(EVENT, None)

    assert '"_aws"' not in capsys.readouterr().out
