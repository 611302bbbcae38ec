"""`signpost doctor`: what is told of services whose names are not as they should be."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from signpost_cli import change, patience
from signpost_cli.change import Change
from signpost_cli.checks import wanting
from signpost_cli.checks.findings import Finding, Severity
from signpost_cli.checks.recent import Recent
from signpost_cli.checks.standing import Names, Standing
from signpost_cli.timeline import read
from tests.support.definitions import DEFINITION
from tests.support.doctor import codes
from tests.support.executions import Executions
from tests.support.history import History
from tests.support.parameters import SETTINGS

NOTHING = "It has no names; it should have web.ecs.internal."


def execution(outcome: str) -> Change:
    executions = Executions()
    executions.add("run-1", outcome)
    return change.of(executions.all["run-1"])


def stands(names: Names, reason: str = NOTHING, name: str = "web", **more: Any) -> Standing:
    return Standing(("prod", name), names, reason, f"arn:{name}", **more)


def judged(*standings: Standing, recent: Recent | None = None, **settings: Any) -> list[Finding]:
    return wanting.judge(standings, recent or Recent(), replace(SETTINGS, **settings))


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (Names.NONE, "service-unnamed"),
        (Names.SOME, "service-unnamed"),
        (Names.OTHERS, "service-names-elsewhere"),
        (Names.EDITED, "ledger-without-records"),
        (Names.TOO_MANY, "names-not-wanted"),
        (Names.NO_SERVICE, "names-without-service"),
    ],
)
def test_a_service_that_is_not_in_order_stops_the_work_and_may_be_run_again(
    names: Names, code: str
) -> None:
    (finding,) = judged(stands(names))

    assert (finding.code, finding.severity) == (code, Severity.STOPS)
    assert finding.what.startswith(f"prod/web: {NOTHING} ")
    assert finding.mend == "signpost rerun prod web"


@pytest.mark.parametrize("names", [Names.RIGHT, Names.UNWANTED, Names.UNTOLD])
def test_of_others_nothing_is_told_here(names: Names) -> None:
    assert judged(stands(names)) == []


def test_the_error_of_its_last_execution_is_the_reason() -> None:
    (finding,) = judged(stands(Names.NONE, failed=execution("ZoneNotFound!")))

    assert finding.what == (
        f"prod/web: {NOTHING} Its newest execution that failed, run-1, ended at 2026-11-24 "
        "12:00:09 UTC as ZoneNotFound: It was so."
    )
    assert finding.mend.splitlines() == ["signpost show run-1", "signpost rerun prod web"]


def test_an_error_that_is_seen_already_is_not_told_twice() -> None:
    taken = stands(
        Names.NONE, "HostnameTaken: …", error="HostnameTaken", failed=execution("HostnameTaken!")
    )

    (finding,) = judged(taken)

    assert finding.what == (
        "prod/web: HostnameTaken: … So ended the execution run-1 at 2026-11-24 12:00:09 UTC."
    )
    assert "--resource-arn arn:web --tags key=signpost:hostname" in finding.mend


@pytest.mark.parametrize(
    ("recent", "why"),
    [
        (Recent(), "its event may be lost, or on its way still"),
        (Recent(limits=("more",)), "Among the executions that were looked at"),
        (Recent(listed=False), "is not known"),
    ],
)
def test_where_no_execution_is_known_it_says_how_much_that_is_worth(
    recent: Recent, why: str
) -> None:
    (finding,) = judged(stands(Names.NONE), recent=recent)
    assert why in finding.what


@pytest.mark.parametrize("more", [{"names": Names.EDITED}, {"error": "HostnameTaken"}])
def test_where_no_event_would_have_told_of_it_none_is_said_to_be_lost(more: Any) -> None:
    (finding,) = judged(replace(stands(Names.NONE), **more))
    assert finding.what.endswith("none that failed is about it.")


def test_one_that_waits_is_a_warning() -> None:
    history = History().add("ExecutionStarted").enter("CheckReadiness")
    history.fail("TargetsNotHealthy", "0 of 1.", after=1)
    waits = patience.waiting(read(history.events), DEFINITION)
    waiting = replace(execution("RUNNING"), waiting=waits)

    (finding,) = judged(stands(Names.WAITS, waiting=waiting, failed=execution("ZoneNotFound!")))

    assert (finding.code, finding.severity) == ("service-waits", Severity.WARNING)
    assert finding.what == (
        f"prod/web: {NOTHING} Execution run-1 runs since 2026-11-24 12:00:00 UTC. CheckReadiness "
        "has been trying for 0.0 s, attempts so far: 1 of 61. The last one: TargetsNotHealthy: 0 "
        "of 1. It ends by 13:10:00 UTC, one way or the other."
    )
    assert finding.mend == "signpost show run-1"


def test_what_another_check_tells_is_not_told_again() -> None:
    assert judged(stands(Names.NONE, error="InvalidConfiguration")) == []
    assert wanting.judge([stands(Names.NONE)], Recent(), SETTINGS, [("prod", "web")]) == []


def test_a_load_balancer_that_nothing_waits_for_any_more_stops_the_work() -> None:
    (finding,) = judged(stands(Names.NONE, error="LoadBalancerNotReady"))

    assert finding.severity is Severity.STOPS
    assert finding.mend.startswith("aws elbv2 create-listener")


def test_under_the_policy_dry_run_nothing_is_expected_to_change() -> None:
    findings = judged(stands(Names.NONE), stands(Names.OTHERS, name="api"), policy="dry-run")

    assert codes(findings) == ["policy-dry-run"]
    assert findings[0].severity is Severity.WARNING
    assert "prod/web, prod/api" in findings[0].what
    assert judged(stands(Names.RIGHT), policy="dry-run") == []
