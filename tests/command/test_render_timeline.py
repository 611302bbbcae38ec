"""Timelines as they are printed."""

from __future__ import annotations

import re

from signpost_cli import render_timeline
from signpost_cli.timeline import read as read_timeline
from tests.support.console import printed
from tests.support.history import waiting


def test_repeated_failures_are_told_once_with_their_waits() -> None:
    out, text = printed()

    for step in read_timeline(waiting().events).steps:
        render_timeline.print_step(out, step)

    shown = " ".join(text.getvalue().split())
    assert "CheckReadiness 15.0 s 3 attempts" in shown
    assert shown.count("none yet") == 1
    assert "TargetsNotHealthy (2 times) none yet Waited 5.0, 7.5 s." in shown


def test_a_timeline_has_each_states_start_and_length_and_each_vain_attempt() -> None:
    out, text = printed()

    render_timeline.timeline(out, read_timeline(waiting().events))

    shown = text.getvalue().splitlines()
    assert re.match(r"  ✓ CheckReadiness +\+0\.0 s +15\.0 s  ━+$", shown[0])
    assert [line.split()[1:] for line in shown if "attempt" in line] == [
        ["1", "+0.0", "s", "TargetsNotHealthy,", "then", "waited", "5.0", "s"],
        ["2", "+6.0", "s", "TargetsNotHealthy,", "then", "waited", "7.5", "s"],
        ["3", "+14.5", "s", "✓"],
    ]
    assert text.getvalue().count("none yet") == 1
