"""Findings as text that reads well in 80 columns, with or without colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from signpost_cli.checks.findings import Finding, Severity
from signpost_cli.render import count, hanging

_MARKS = {
    Severity.OK: ("✓", "green"),
    Severity.NOTE: ("·", "blue"),
    Severity.WARNING: ("!", "yellow"),
    Severity.STOPS: ("✗", "red"),
    Severity.NOT_CHECKED: ("?", "magenta"),
}
_SUBJECT_WIDTH = 15
_MOST = 10  # findings of one kind that are printed; --json has them all


def print_findings(out: Console, subject: str, findings: Sequence[Finding]) -> None:
    """Print one subject's findings, those of one kind together."""
    for code, alike in groupby(findings, key=lambda finding: finding.code):
        some = list(alike)
        for place, finding in enumerate(some[:_MOST]):
            _print(out, subject, finding, is_first=place == 0)
        if len(some) > _MOST:
            text = f"… and {len(some) - _MOST} more of {code}; --json lists them all"
            hanging(out, _label(""), text)


def _print(out: Console, subject: str, finding: Finding, *, is_first: bool) -> None:
    mark, colour = _MARKS[finding.severity]
    head = Text(f"{mark} ", style=colour) + Text(f"{subject:<{_SUBJECT_WIDTH}}", style="bold")
    hanging(out, head, finding.what)
    # The reason is the same for all of a kind; a reason for not checking is each one's own.
    if finding.why and (is_first or finding.severity is Severity.NOT_CHECKED):
        hanging(out, _label("why"), finding.why)
    for place, command in enumerate(finding.mend.split("\n") if finding.mend else ()):
        # Not wrapped: a command is there to be copied.
        out.print(_label("" if place else "mend") + Text(command, style="cyan"), soft_wrap=True)


def _label(text: str) -> Text:
    return Text(f"{text:>{_SUBJECT_WIDTH}}  ", style="dim")


def print_summary(out: Console, findings: Iterable[Finding], not_looked_at: Sequence[str]) -> None:
    """Print how many of each there are, and what was not looked at at all."""
    counted = Counter(finding.severity for finding in findings)
    stops, warns = counted[Severity.STOPS], counted[Severity.WARNING]
    unseen = counted[Severity.NOT_CHECKED]
    parts = []
    if unseen:
        parts.append(f"{count(unseen, 'check')} {'was' if unseen == 1 else 'were'} not made")
    if stops:
        parts.append(f"{count(stops, 'finding')} {'stops' if stops == 1 else 'stop'} the work")
    if warns:
        parts.append(count(warns, "warning"))
    if parts:
        out.print(f"{', '.join(parts)}.", style="bold red" if stops else "bold yellow")
        if unseen and not stops:
            out.print("So whether all is well is not known.", style="bold yellow")
        out.print("docs/doctor.md explains each.", style="dim")
    else:
        out.print("Nothing is wrong with what was looked at.", style="bold green")
    for place, text in enumerate(not_looked_at):
        hanging(out, _label("" if place else "not looked at"), text)
