"""What a running execution waits for, and until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from signpost_cli.patience import length, waiting
from signpost_cli.timeline import Timeline, read
from tests.support.definitions import DEFINITION, DEFINITIONS
from tests.support.history import History

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def unready(times: int, *, then_seconds: float = 3.0) -> Timeline:
    """So many vain attempts of a second each, seven seconds apart, and then some seconds."""
    history = History().add("ExecutionStarted").enter("CheckReadiness", after=2)
    for number in range(times):
        history.wait(7 if number else 0)
        history.fail("TargetsNotHealthy", "0 of 1 are healthy.", after=1)
    now = history.events[-1]["timestamp"] + timedelta(seconds=then_seconds)
    return read(history.events, now)


def test_it_tells_the_state_the_error_and_how_often_it_was_tried() -> None:
    found = waiting(unready(3), DEFINITION)

    assert found is not None
    assert (found.state, found.attempts, found.most) == ("CheckReadiness", 3, 61)
    assert (found.error, found.cause) == ("TargetsNotHealthy", "0 of 1 are healthy.")
    assert found.since == NOON + timedelta(seconds=2)
    assert (found.seconds, found.so_far) == (20.0, 22.0)


def test_when_it_gives_up_follows_from_how_long_the_waits_were_so_far() -> None:
    # 5, 7.5 and 11.25 s at the most; with their attempts they took 8 s each.
    found = waiting(unready(4), DEFINITION)

    assert found is not None
    assert found.about is not None
    now, nominal = NOON + timedelta(seconds=2 + 4 * 8 - 7 + 3), 5 + 7.5 + 11.25
    [retry] = [one for one in DEFINITION["States"]["CheckReadiness"]["Retry"]
               if "TargetsNotHealthy" in one["ErrorEquals"]]  # fmt: skip
    to_come = [min(5 * 1.5**number, 60) for number in range(3, retry["MaxAttempts"])]
    expected = now + timedelta(seconds=sum(to_come) * 24 / nominal)
    assert abs(found.about - min(expected, found.until or expected)) < timedelta(seconds=1)


def test_after_few_waits_only_the_latest_end_is_told() -> None:
    found = waiting(unready(3), DEFINITION)

    assert found is not None
    assert found.about is None
    assert found.until == NOON + timedelta(seconds=DEFINITION["TimeoutSeconds"])
    assert found.sentences().endswith(" It ends by 13:10:00 UTC, one way or the other.")


def test_it_is_never_expected_after_the_executions_own_limit() -> None:
    slow = History().add("ExecutionStarted").enter("CheckReadiness")
    for _ in range(20):
        slow.wait(150)
        slow.fail("TargetsNotHealthy", "0 of 1 are healthy.", after=1)

    found = waiting(read(slow.events, slow.events[-1]["timestamp"]), DEFINITION)

    assert found is not None
    assert found.about == found.until == NOON + timedelta(seconds=DEFINITION["TimeoutSeconds"])


def test_near_the_end_little_is_left() -> None:
    found = waiting(unready(60), DEFINITION)

    assert found is not None
    assert found.about is not None
    assert found.until is not None
    last = NOON + timedelta(seconds=2 + 60 * 8 - 7 + 3)
    assert last < found.about < last + timedelta(seconds=40)
    assert found.until <= last + timedelta(seconds=60 + 45)


def test_what_a_retrier_leaves_out_is_as_the_language_has_it() -> None:
    machine = {"States": {"CheckReadiness": {"Retry": [{"ErrorEquals": ["TargetsNotHealthy"]}]}}}
    found = waiting(unready(1), machine)

    assert found is not None
    assert found.most == 4
    assert found.until == NOON + timedelta(seconds=2 + 1 + 3 + 1 + 2 + 4)


@pytest.mark.parametrize(
    ("error", "most", "longest"),
    [
        ("AccessDenied", 4, 15 + 20 + 2 * 45),
        ("Lambda.ResourceNotReadyException", 11, 10 + 20 + 40 + 6 * 60 + 9 * 45),
    ],
)
def test_what_lambda_or_iam_is_waited_for_has_its_own_end(
    error: str, most: int, longest: float
) -> None:
    history = History().add("ExecutionStarted").enter("VerifyRecord")
    history.fail(error, "Not yet.", after=1).wait(10)
    history.fail(error, "Not yet.", after=1)
    now = history.events[-1]["timestamp"]

    found = waiting(read(history.events, now), DEFINITION)

    assert found is not None
    assert (found.most, found.until) == (most, now + timedelta(seconds=longest))


def test_an_error_that_the_reader_knows_is_not_explained_again() -> None:
    found = waiting(unready(3), DEFINITION)

    assert found is not None
    assert "The last one: TargetsNotHealthy. It ends" in found.sentences("TargetsNotHealthy")


def test_after_the_last_attempt_nothing_is_left_but_that_one() -> None:
    found = waiting(unready(61), DEFINITION)

    assert found is not None
    assert found.until is not None
    assert found.until - NOON < timedelta(minutes=9)


def test_another_error_has_waits_of_its_own() -> None:
    history = History().add("ExecutionStarted").enter("CheckReadiness")
    history.fail("Throttled", "Slow down.", after=1)

    found = waiting(read(history.events, NOON + timedelta(seconds=2)), DEFINITION)

    assert found is not None
    assert (found.error, found.most) == ("Throttled", 9)


def test_a_first_attempt_is_told_without_error() -> None:
    history = History().add("ExecutionStarted").enter("ChangeRecord").add("TaskScheduled")
    found = waiting(read(history.events, NOON + timedelta(seconds=4)), DEFINITION)

    assert found is not None
    assert found.sentences() == (
        "ChangeRecord has been running for 4.0 s. It ends by 13:10:00 UTC, one way or the other."
    )


def test_without_the_definition_the_rest_is_told_all_the_same() -> None:
    found = waiting(unready(3))

    assert found is not None
    assert found.sentences() == (
        "CheckReadiness has been trying for 20.0 s, attempts so far: 3. The last one: "
        "TargetsNotHealthy: 0 of 1 are healthy."
    )


def test_what_has_ended_waits_for_nothing() -> None:
    ended = History().add("ExecutionStarted").enter("CheckReadiness").add("ExecutionAborted", 3)

    assert waiting(read(ended.events), DEFINITION) is None
    assert waiting(read([], NOON), DEFINITION) is None


def test_a_state_inside_of_a_map_is_found() -> None:
    history = History().add("ExecutionStarted").enter("RepairServices", "Map")
    history.enter("StartServiceChange").fail("StepFunctions.SfnException", "No.", after=1)

    found = waiting(read(history.events, NOON + timedelta(seconds=2)), DEFINITIONS["Sweep"])

    assert found is not None
    assert (found.state, found.most) == ("StartServiceChange", 6)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.04, "0.0 s"),
        (12.34, "12.3 s"),
        (250, "4 min 10 s"),
        (3600, "1 h 0 min"),
        (7325, "2 h 2 min"),
    ],
)
def test_lengths_as_people_say_them(seconds: float, said: str) -> None:
    assert length(seconds) == said
