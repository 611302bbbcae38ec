"""A sweep as it is told: its receipt, how far one is that runs, and whether all is in order."""

from __future__ import annotations

from typing import Any

import pytest

from signpost_cli.commands.sweep import goes_on
from signpost_cli.swept import is_in_order, is_sweep, show
from signpost_cli.timeline import Timeline, read
from tests.statemachine import sweep_cases
from tests.support.console import printed
from tests.support.history import History

FINDING = sweep_cases.FINDING | {
    "reason": "It has no names; it should have [b]web.ecs.internal[/b].",
    "outcome": "RecordChanged",
    "error": None,
    "cause": None,
}
PARTLY = FINDING | {"outcome": "PartlyChanged"}
FAILED = FINDING | {"outcome": "Failed", "error": "HostnameTaken", "cause": "Somebody has it."}
RECEIPT = sweep_cases.FOUND | {
    "outcome": "Repaired",
    "reason": "Services not in order: 1; repaired: 1.",
    "findings": [FINDING],
}
PROBLEM = {"cluster": "prod", "service": "api", "error": "ZoneNotFound", "reason": "None fits."}


def ended(**more: Any) -> Timeline:
    return Timeline(status="SUCCEEDED", output=RECEIPT | more)


def text_of(timeline: Timeline) -> str:
    out, text = printed()
    show(out, timeline, lambda name: f"signpost show {name}")
    return " ".join(text.getvalue().split())


@pytest.mark.parametrize(
    ("timeline", "in_order"),
    [
        (ended(outcome="NothingFound", found=0, findings=[]), True),
        (ended(), True),
        (ended(left=3), False),
        (ended(findings=[PARTLY]), False),
        (ended(outcome="NotAllRepaired", findings=[FAILED]), False),
        (ended(outcome="DryRun", found=0), True),
        (ended(outcome="DryRun", found=1), False),
        (ended(outcome="DryRun", found=0, problems=[PROBLEM]), False),
        (ended(outcome="DryRun", found=0, error="AccessDenied"), False),
        (Timeline(status="FAILED", error="SweepBrake", cause="Too many."), False),
    ],
)
def test_only_what_is_in_order_exits_0(timeline: Timeline, in_order: bool) -> None:
    assert is_in_order(timeline) == in_order


@pytest.mark.parametrize(
    ("timeline", "on"),
    [
        (ended(left=3), True),
        (ended(), False),
        (ended(left=3, findings=[FAILED]), False),  # it would get no further
        (ended(left=3, outcome="DryRun"), False),
        (Timeline(status="FAILED", error="SweepBrake"), False),
    ],
)
def test_it_goes_on_while_more_is_left_and_something_is_repaired(
    timeline: Timeline, on: bool
) -> None:
    assert goes_on(timeline) == on


def test_each_finding_is_told_with_its_end() -> None:
    shown = text_of(ended(outcome="NotAllRepaired", findings=[FINDING, PARTLY, FAILED], left=7))

    assert "✓ prod/web service-without-names: RecordChanged" in shown
    assert "! prod/web service-without-names: PartlyChanged" in shown
    assert "✗ prod/web service-without-names: HostnameTaken Somebody has it." in shown
    assert "it should have [b]web.ecs.internal[/b]." in shown
    assert "7 more services were found" in shown
    assert "1 found in 1 service of 1 cluster and 0 ledgers of 1 zone" in shown


def test_problems_and_what_is_left_alone_are_told() -> None:
    shown = text_of(ended(problems=[PROBLEM], notes=["x belongs to others."], more_notes=2))

    assert "! prod/api: ZoneNotFound: None fits." in shown
    assert "left alone: x belongs to others." in shown
    assert "2 more ledgers that were left alone" in shown


def test_a_dry_run_says_that_the_brake_would_hold() -> None:
    held = {"services": 5, "ledgers": 5, "percent": 20, "named": []}
    dry = {key: value for key, value in FINDING.items() if key not in ("outcome", "error", "cause")}

    shown = text_of(ended(outcome="DryRun", findings=[dry], held=held))

    assert "? prod/web service-without-names" in shown
    assert "Without --force no ledger would be removed: 5 are more than" in shown


def test_the_brake_is_told_in_its_own_words() -> None:
    shown = text_of(Timeline(status="FAILED", error="SweepBrake", cause="Too many [at once]."))
    assert shown == "SweepBrake Too many [at once]."


def test_a_dry_run_that_could_not_look_does_not_say_that_nothing_is_wrong() -> None:
    refused = ended(
        outcome="DryRun", found=0, findings=[], error="AccessDenied", reason="AccessDenied: No."
    )

    assert text_of(refused) == (
        "DryRun AccessDenied: No. Nothing was compared, so nothing is known of the names."
    )


def test_one_that_runs_tells_how_far_it_is() -> None:
    history = History().add("ExecutionStarted").enter("FindDrift").leave("FindDrift")
    history.enter("RepairServices", "Map").enter("ServiceIsInOrder", "Pass")

    shown = text_of(read(history.events))

    assert shown == "It runs: repairing: 1 service done, 0 of them not in order."


def test_a_name_is_never_broken_however_narrow_the_terminal() -> None:
    name = "lb-775858482b1a-xdmuhwu5-and-some-more.us-east-1.elb.amazonaws.com"
    out, text = printed(width=60)

    show(
        out,
        look=str,
        found=ended(findings=[FINDING | {"reason": f"It should have web A alias to {name}."}]),
    )

    assert f"{name}." in [line.strip() for line in text.getvalue().splitlines()]


def test_a_sweep_is_one_before_its_first_state_too() -> None:
    arn = "arn:aws:states:eu-west-1:123456789012:execution:signpost-{}-ABC:one"

    assert is_sweep(Timeline(), arn.format("Sweep"))
    assert not is_sweep(Timeline(), arn.format("ServiceChange"))
