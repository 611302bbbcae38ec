"""`signpost doctor`: what became of the executions."""

from __future__ import annotations

from typing import Any

from signpost_cli import change
from signpost_cli.change import Change
from signpost_cli.checks import executions
from signpost_cli.checks.findings import Finding, Severity
from signpost_cli.checks.recent import Recent
from signpost_cli.checks.standing import Names, Standing, Standings
from tests.support.doctor import codes
from tests.support.executions import Executions

WEB = ("prod", "web")


def execution(outcome: str, **input: Any) -> Change:
    made = Executions()
    made.add("run-1", outcome, input=input or None)
    return change.of(made.all["run-1"])


def judged(names: Names | None = None, error: str = "", **recent: Any) -> list[Finding]:
    all_ = (Standing(WEB, names, error=error),) if names else ()
    return executions.judge(Recent(**recent), Standings(all_))


FAILED: dict[str, Any] = {"failed": {WEB: execution("NotPropagated!")}, "count": 1}


def test_a_failure_is_told_though_the_service_has_its_names() -> None:
    summary, finding = judged(Names.RIGHT, **FAILED)

    assert (finding.code, finding.severity) == ("execution-failed", Severity.WARNING)
    assert finding.what == (
        "The newest execution known of prod/web, run-1, ended at 2026-11-24 12:00:09 UTC as "
        "NotPropagated: It was so. By the ledgers, it has its names now."
    )
    assert finding.mend.splitlines() == ["signpost show run-1", "signpost rerun prod web"]
    assert summary.severity is Severity.NOTE
    assert summary.what == (
        "1 execution failed in the last 24 hours. No success since is known of: prod/web. None "
        "that may change something runs now."
    )


def test_one_that_the_services_finding_tells_of_is_not_told_again() -> None:
    assert codes(judged(Names.NONE, **FAILED)) == ["note"]
    assert codes(judged(Names.UNTOLD, "NotPropagated", **FAILED)) == ["note"]
    assert codes(judged(Names.UNTOLD, "InvalidConfiguration", **FAILED)) == [
        "note",
        "execution-failed",
    ]


def test_one_of_a_service_that_is_not_there_any_more_is_told() -> None:
    assert codes(judged(None, **FAILED)) == ["note", "execution-failed"]


def test_where_not_all_failures_were_looked_at_the_number_is_the_least() -> None:
    summary = judged(Names.NONE, limits=("more",), **FAILED)[0]
    assert summary.what.startswith("At least 1 execution failed")


def test_while_another_one_runs_or_after_a_day_it_is_passed_over() -> None:
    waiting = {WEB: execution("RUNNING")}
    (summary,) = judged(Names.RIGHT, waiting=waiting, **FAILED)
    assert summary.what.endswith("Running now: prod/web.")

    old = FAILED["failed"][WEB]
    assert codes(judged(Names.RIGHT, failed={WEB: old}, since=old.ended.replace(hour=13))) == ["ok"]


def test_one_that_was_made_good_is_sound() -> None:
    (summary,) = judged(Names.RIGHT, count=1, mended=frozenset({WEB}))

    assert summary.severity is Severity.OK
    assert "1 execution failed in the last 24 hours. Its service has had one that" in summary.what


def test_one_that_is_about_no_service_is_told() -> None:
    summary, finding = judged(aimless=(execution("InvalidEvent!", nonsense=1),), count=1)
    assert summary.severity is Severity.NOTE
    assert finding.what.startswith("An execution that is about no service, run-1, ended at")


def test_what_could_not_be_read_is_never_sound() -> None:
    unread = (("the executions", "states:ListExecutions: denied"),)
    assert codes(judged(unread=unread, listed=False)) == ["not-checked"]
    assert codes(judged(unread=(("which are mended", "denied"),), **FAILED)) == [
        "note",
        "execution-failed",
        "not-checked",
    ]


def test_none_that_failed() -> None:
    (summary,) = judged()
    assert (summary.code, summary.what) == (
        "ok",
        "None has failed in the last 24 hours. None that may change something runs now.",
    )
