"""GetExecutionHistory's events as a timeline."""

from __future__ import annotations

import json
from datetime import timedelta

from signpost_cli.timeline import read, sentence
from tests.support.history import History, waiting


def test_a_step_has_its_attempts_their_errors_and_the_waits_between() -> None:
    (step,) = read(waiting().events).steps

    assert [attempt.error for attempt in step.attempts] == ["TargetsNotHealthy"] * 2 + [None]
    assert [attempt.cause for attempt in step.failures] == ["none yet"] * 2
    assert step.waits == [5.0, 7.5]
    assert step.seconds == 15.0


def test_states_that_run_side_by_side_keep_their_own_attempts() -> None:
    """In a Map state events come mixed; each names the one that it follows."""
    history = History().add("ExecutionStarted").enter("One").enter("Other", after=1)
    history.add("TaskScheduled", previousEventId=2).add("TaskScheduled", previousEventId=3)
    details = {"error": "Throttled", "cause": "slow down"}
    history.add("TaskFailed", 1, previousEventId=4, taskFailedEventDetails=details)
    history.add("TaskSucceeded", 1, previousEventId=5)

    one, other = read(history.events).steps

    assert [attempt.error for attempt in one.attempts] == ["Throttled"]
    assert [attempt.error for attempt in other.attempts] == [None]


def test_a_running_step_has_no_end() -> None:
    events = History().add("ExecutionStarted").enter("VerifyRecord", after=2).events
    found = read(events, events[-1]["timestamp"] + timedelta(seconds=70))
    (step,) = found.steps

    assert (step.ended, step.seconds, found.seconds) == (None, None, None)
    assert (found.seconds_of(step), found.length) == (70.0, 72.0)


def test_a_clock_that_is_behind_makes_no_negative_length() -> None:
    events = History().add("ExecutionStarted").enter("VerifyRecord", after=2).events
    found = read(events, events[0]["timestamp"] - timedelta(seconds=70))

    assert (found.seconds_of(found.steps[0]), found.length) == (0.0, 2.0)


def test_a_state_left_through_a_catch_ends_where_the_next_begins() -> None:
    history = History().enter("ChangeRecord").fail("RecordConflict", "lost", after=2)
    history.enter("CountRound", "Pass", after=1)

    change, count = read(history.events).steps

    assert (change.seconds, change.attempts[0].error) == (3.0, "RecordConflict")
    assert count.kind == "Pass"


def test_a_succeeded_execution_has_its_receipt() -> None:
    output = json.dumps({"outcome": "Unchanged"})
    history = waiting().add(
        "ExecutionSucceeded", 1, executionSucceededEventDetails={"output": output}
    )

    timeline = read(history.events)

    assert (timeline.status, timeline.outcome, timeline.seconds) == ("SUCCEEDED", "Unchanged", 16.0)


def test_a_failed_execution_has_its_error_and_sentence() -> None:
    details = {"error": "HostnameTaken", "cause": "web is taken."}
    history = History().add("ExecutionStarted").enter("Failed", "Fail")
    history.add("ExecutionFailed", 1, executionFailedEventDetails=details)

    timeline = read(history.events)

    assert (timeline.outcome, timeline.cause) == ("HostnameTaken", "web is taken.")
    assert timeline.steps[-1].seconds == 1.0


def test_a_task_that_timed_out() -> None:
    history = History().enter("PlanChange").add("TaskScheduled")
    history.add("TaskTimedOut", 45, taskTimedOutEventDetails={"error": "States.Timeout"})

    (step,) = read(history.events).steps

    assert (step.attempts[0].error, step.attempts[0].cause) == ("States.Timeout", None)


def test_histories_of_direct_lambda_tasks_are_read_too() -> None:
    details = {"error": "Throttled", "cause": json.dumps({"errorMessage": "slow down"})}
    history = History().enter("PlanChange").add("LambdaFunctionScheduled")
    history.add("LambdaFunctionFailed", 1, lambdaFunctionFailedEventDetails=details)

    (step,) = read(history.events).steps

    assert (step.attempts[0].error, step.attempts[0].cause) == ("Throttled", "slow down")


def test_an_aborted_execution() -> None:
    history = History().add("ExecutionStarted").enter("CheckReadiness")
    history.add("ExecutionAborted", 3, executionAbortedEventDetails={"cause": "by hand"})

    timeline = read(history.events)

    assert (timeline.status, timeline.outcome) == ("ABORTED", "ABORTED")


def test_a_redriven_execution_runs_again() -> None:
    history = History().add("ExecutionStarted").enter("PlanChange").add("ExecutionFailed", 1)
    history.add("ExecutionRedriven", 60).enter("PlanChange")

    timeline = read(history.events)

    assert (timeline.status, timeline.seconds, len(timeline.steps)) == ("RUNNING", None, 2)


def test_as_json_it_has_iso_times_and_seconds() -> None:
    found = read(waiting().events).states_as_json()

    assert found[0]["started"] == "2026-11-24T12:00:00.000+00:00"
    assert found[0]["waits"] == [5.0, 7.5]
    assert json.loads(json.dumps(found)) == found


def test_a_cause_that_is_no_lambdas_json_is_shown_as_it_is() -> None:
    assert sentence("not JSON") == "not JSON"
    assert sentence('{"other": 1}') == '{"other": 1}'
    assert sentence("[1]") == "[1]"
    assert sentence(None) is None
    assert sentence('{"errorMessage": "why"}') == "why"
