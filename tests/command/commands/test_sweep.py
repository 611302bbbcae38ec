"""What `signpost sweep` prints of a receipt, and with which code it exits."""

from __future__ import annotations

from typing import Any

import pytest

from signpost_cli.commands.sweep import goes_on, is_in_order, show
from signpost_cli.timeline import Timeline
from tests.statemachine import sweep_cases
from tests.support.console import printed

FINDING = sweep_cases.FINDING | {
    "reason": "It has no names; it should have [b]web.ecs.internal[/b].",
    "outcome": "RecordChanged",
    "error": None,
    "cause": None,
}
FAILED = FINDING | {"outcome": "Failed", "error": "HostnameTaken", "cause": "Somebody has it."}
RECEIPT = sweep_cases.FOUND | {
    "outcome": "Repaired",
    "reason": "1 of 1 services that were not in order are repaired.",
    "findings": [FINDING],
}
PROBLEM = {"cluster": "prod", "service": "api", "error": "ZoneNotFound", "reason": "None fits."}


def ended(**more: Any) -> Timeline:
    return Timeline(status="SUCCEEDED", output=RECEIPT | more)


def text_of(timeline: Timeline) -> str:
    out, text = printed()
    show(out, timeline)
    return " ".join(text.getvalue().split())


@pytest.mark.parametrize(
    ("timeline", "in_order"),
    [
        (ended(outcome="NothingFound", found=0, findings=[]), True),
        (ended(), True),
        (ended(left=3), False),
        (ended(outcome="NotAllRepaired", findings=[FAILED]), False),
        (ended(outcome="DryRun", found=0), True),
        (ended(outcome="DryRun", found=1), False),
        (ended(outcome="DryRun", found=0, problems=[PROBLEM]), False),
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
    shown = text_of(ended(outcome="NotAllRepaired", findings=[FINDING, FAILED], left=7))

    assert "✓ prod/web service-without-names: RecordChanged" in shown
    assert "✗ prod/web service-without-names: HostnameTaken Somebody has it." in shown
    assert "it should have [b]web.ecs.internal[/b]." in shown
    assert "7 more were found" in shown
    assert "1 found in 1 services of 1 clusters and 0 ledgers of 1 zones" in shown


def test_problems_and_what_is_left_alone_are_told() -> None:
    shown = text_of(ended(problems=[PROBLEM], notes=["x belongs to others."], more_notes=2))

    assert "! prod/api: ZoneNotFound: None fits." in shown
    assert "left alone: x belongs to others." in shown
    assert "2 more ledgers" in shown


def test_a_dry_run_says_that_the_brake_would_hold() -> None:
    held = {"services": 5, "ledgers": 5, "percent": 20, "named": []}
    dry = {key: value for key, value in FINDING.items() if key not in ("outcome", "error", "cause")}

    shown = text_of(ended(outcome="DryRun", findings=[dry], held=held))

    assert "? prod/web service-without-names" in shown
    assert "Without --force no ledger would be removed: 5 are more than" in shown


def test_the_brake_is_told_in_its_own_words() -> None:
    shown = text_of(Timeline(status="FAILED", error="SweepBrake", cause="Too many [at once]."))
    assert shown == "SweepBrake Too many [at once]."
