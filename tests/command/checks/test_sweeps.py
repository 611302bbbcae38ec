"""`signpost doctor`: whether sweeps run, and how the last one ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from signpost_cli.checks import sweeps
from signpost_cli.checks.findings import Finding, Severity
from signpost_cli.checks.sweeps import Schedule, Sweep
from tests.support.doctor import codes, installation
from tests.support.executions import Executions

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOURLY = Schedule("rate(1 hour)", HOUR, NOW - timedelta(days=9))
OFF = Schedule("off", HOUR, NOW - timedelta(days=9))


def ended(hours_ago: float, outcome: str = "NothingFound", status: str = "SUCCEEDED") -> Sweep:
    when = NOW - hours_ago * HOUR
    return Sweep("run-1", status, when, when, outcome, "Nothing was found.")


def judged(*found: Sweep, schedule: Schedule = HOURLY) -> list[Finding]:
    return sweeps.judge(found, schedule, NOW)


def test_the_last_one_that_succeeded_is_named() -> None:
    (finding,) = judged(ended(0.5))
    assert finding.severity is Severity.OK
    assert finding.what == (
        "The last one is run-1, which ended at 2026-11-24 11:30:00 UTC as NothingFound: Nothing "
        "was found."
    )


def test_one_that_runs_is_not_the_last_one() -> None:
    running = Sweep("run-2", "RUNNING", NOW)
    assert judged(running, ended(0.5)) == judged(ended(0.5))


def test_one_that_left_something_is_no_word_of_success() -> None:
    (finding,) = judged(ended(0.5, "NotAllRepaired"))
    assert finding.severity is Severity.NOTE


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED"])
def test_a_last_one_that_failed_is_a_warning(status: str) -> None:
    (finding,) = judged(ended(0.5, "SweepBrake", status), ended(1.5))

    assert (finding.code, finding.severity) == ("sweep-failed", Severity.WARNING)
    assert "as SweepBrake: Nothing was found." in finding.what
    assert finding.mend.splitlines() == ["signpost show run-1", "signpost sweep"]


def test_three_periods_without_a_success_are_too_many() -> None:
    assert codes(judged(ended(2.9))) == ["ok"]
    (late,) = judged(ended(3.1))
    assert late.code == "sweep-late"
    assert "in the last 3 hours (rate(1 hour)): the last one is run-1, which" in late.what
    (never,) = judged()
    assert never.what.endswith("none is known.")
    assert codes(judged(ended(0.5, "AccessDenied", "FAILED"), ended(9))) == [
        "sweep-failed",
        "sweep-late",
    ]


def test_a_stack_that_is_younger_than_that_has_had_no_time() -> None:
    (finding,) = judged(schedule=Schedule("rate(1 hour)", HOUR, NOW - HOUR))
    assert (finding.severity, finding.what) == (Severity.NOTE, "None has run yet.")


def test_where_the_schedule_is_off_it_says_what_that_means() -> None:
    (finding,) = judged(schedule=OFF)
    assert (finding.severity, finding.what) == (
        Severity.NOTE,
        "None has run yet. No schedule starts any: lost events are not made good.",
    )
    assert codes(judged(ended(99), schedule=OFF)) == ["note"]


def checked(executions: Executions, **stack: Any) -> list[Finding]:
    machine = {"OutputKey": "SweepStateMachineArn", "OutputValue": "arn:aws:states:sweep"}
    made = installation({"stepfunctions": executions}, Outputs=[machine], **stack)
    return sweeps.check(made, NOW + 9 * HOUR)


def test_dry_runs_are_passed_over() -> None:
    executions = Executions()
    executions.add("sweep", "NothingFound", input={"reason": "SweepSchedule"})
    executions.add("looked", "Failed!", input={"dry_run": True})

    (finding,) = checked(executions)

    assert finding.code == "sweep-late"
    assert "the last one is sweep" in finding.what
    assert executions.described == ["looked", "sweep"]


def test_a_failure_tells_its_error_and_cause() -> None:
    executions = Executions()
    executions.add("sweep", "AccessDenied!", input={})

    failed, late = checked(executions)

    assert "sweep, which ended at 2026-11-24 12:00:09 UTC as AccessDenied: It was so." in (
        failed.what
    )
    assert late.code == "sweep-late"


def test_where_only_dry_runs_were_looked_at_it_is_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sweeps, "MOST", 2)
    executions = Executions()
    for number in range(3):
        executions.add(f"dry {number}", "DryRun", input={"dry_run": True})

    assert codes(checked(executions)) == ["not-checked"]


def test_a_stack_that_tells_no_sweep_is_not_checked() -> None:
    assert codes(sweeps.check(installation({}))) == ["not-checked"]


def test_the_first_one_is_told_while_it_runs() -> None:
    (finding,) = judged(Sweep("run-1", "RUNNING", NOW), schedule=OFF)
    assert finding.what.startswith("The first one runs.")


@pytest.mark.parametrize("given", ["null", "[1]", '"x"'])
def test_an_input_that_is_no_object_is_a_failed_sweep_and_no_crash(given: str) -> None:
    executions = Executions()
    executions.add("odd", "InvalidEvent!")
    executions.all["odd"]["input"] = given

    (sweep,), _ = sweeps._read(executions, "arn")

    assert (sweep.status, sweep.outcome) == ("FAILED", "InvalidEvent")
