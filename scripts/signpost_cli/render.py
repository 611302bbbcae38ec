"""Timelines and receipts as text that reads well in 80 columns, with or without colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from signpost_cli.timeline import Attempt, Step, Timeline

_GOOD = ("RecordChanged", "RecordRemoved", "Unchanged", "Skipped", "DryRun")
_NAME_WIDTH = 22


def console(*, stderr: bool = False) -> Console:
    """A console that neither colours nor wraps oddly when its output is piped."""
    return Console(stderr=stderr, highlight=False, soft_wrap=False)


def timeline(out: Console, found: Timeline, *, every_state: bool = True) -> None:
    """Print each state with its length, attempts, errors and waits."""
    for step in found.steps:
        print_step(out, step, every_state=every_state)


def print_step(out: Console, step: Step, *, every_state: bool = True) -> None:
    """Print one state; Choice and Pass states only if asked for."""
    if step.kind in ("Choice", "Pass", "Succeed", "Fail"):
        if every_state:
            out.print(f"  [dim]· {step.name}[/dim]")
        return
    attempts = f"{len(step.attempts)} attempts" if len(step.attempts) > 1 else ""
    mark = "[red]✗[/red]" if step.attempts and step.attempts[-1].error else "[green]✓[/green]"
    if step.ended is None:
        mark = "[yellow]…[/yellow]"
    length = "" if step.seconds is None else f"{step.seconds:7.1f} s"
    out.print(f"  {mark} {step.name:<{_NAME_WIDTH}}{length:>9}  {attempts}".rstrip())
    for (error, cause), attempts_alike in groupby(step.failures, key=_what):
        _print_failures(out, step, error, cause, list(attempts_alike))


def _what(attempt: Attempt) -> tuple[str, str]:
    return attempt.error or "", attempt.cause or ""


def _print_failures(
    out: Console, step: Step, error: str, cause: str, attempts: list[Attempt]
) -> None:
    times = f" ({len(attempts)} times)" if len(attempts) > 1 else ""
    waits = [
        (later.started - earlier.ended).total_seconds()
        for earlier, later in zip(step.attempts, step.attempts[1:], strict=False)
        if earlier.ended and any(earlier is attempt for attempt in attempts)
    ]
    waited = f" Waited {_seconds(waits)}." if waits else ""
    text = Text.assemble((f"{error}{times}", "yellow"), f" {cause}{waited}")
    out.print(Padding(text, (0, 0, 0, 6)))


def _seconds(values: list[float]) -> str:
    shown = ", ".join(f"{value:.1f}" for value in values[:4])
    more = f" … {values[-1]:.1f}" if len(values) > 4 else ""
    return f"{shown}{more} s"


def receipt(out: Console, found: Timeline) -> None:
    """Print how an execution ended: the outcome and why, before and after, and the proof."""
    if found.status != "SUCCEEDED" or not found.output:
        out.print(f"[bold red]{found.outcome}[/bold red]")
        if found.cause:
            out.print(Padding(escape(found.cause), (0, 0, 0, 2)))
        return
    told = found.output
    colour = "green" if told["outcome"] in _GOOD else "red"
    out.print(f"[bold {colour}]{told['outcome']}[/bold {colour}] {escape(told['reason'] or '')}")
    trigger = told["trigger"]
    who = f" by {trigger['actor']}" if trigger["actor"] else ""
    why = f", because: {trigger['reason']}" if trigger["reason"] else ""
    _row(out, "trigger", f"{trigger['name']}{who} at {trigger['time']}{why}")
    records(out, told["before"], told["after"])
    attempts = told["attempts"]
    proof = told["verification"]
    if proof:
        _row(out, "proof", f"{proof['method']}: {proof['detail']}")
        _row(
            out,
            "attempts",
            f"{attempts['rounds']} round(s), {attempts['readiness']} of readiness, "
            f"{attempts['verification']} of verification; {told['seconds']:.1f} s from event to "
            "verified",
        )
    if told["previous_execution"]:
        _row(out, "previous", told["previous_execution"])


def records(
    out: Console, before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> None:
    """Print what goes with -, what comes with +, and what stays with =."""
    old, new = [record_line(r) for r in before], [record_line(r) for r in after]
    for line in old:
        _row(out, "record" if line in new else "before", f"{'=' if line in new else '-'} {line}")
    for line in new:
        if line not in old:
            _row(out, "after", f"+ {line}")


def record_line(record: Mapping[str, Any]) -> str:
    """A record set in one line."""
    if record["alias"]:
        return f"{record['name']} {record['type']} ALIAS {record['alias']['dns_name']}"
    values = ", ".join(record["values"])
    return f"{record['name']} {record['type']} {values} (TTL {record['ttl']})"


def _row(out: Console, label: str, text: str) -> None:
    line = Text.assemble((f"  {label:<9} ", "dim"), text)
    out.print(line, soft_wrap=True)
