"""Timelines as text: each state, when it began, how long it took, and what was tried in vain."""

from __future__ import annotations

from itertools import groupby

from rich.console import Console
from rich.text import Text

from signpost_cli.patience import length
from signpost_cli.render import count, prose
from signpost_cli.timeline import INSTANT_KINDS, Attempt, Step, Timeline

_NAME_WIDTH = 22
_BAR_WIDTH = 24


def timeline(out: Console, found: Timeline, told: str = "") -> None:
    """Print each state as one would draw it: start, length, a bar, each attempt that failed.

    `told` is what is printed beside it: a sentence that stands in there is not printed twice.
    """
    for step in found.steps:
        offset = found.offset(step.started)
        if step.kind in INSTANT_KINDS:
            out.print(Text(f"  · {step.name:<{_NAME_WIDTH}}{offset:>+8.1f} s".rstrip(), "dim"))
            continue
        line = Text.assemble("  ", _mark(step), f" {step.name:<{_NAME_WIDTH}}{offset:>+8.1f} s")
        line.append(f"{found.seconds_of(step):7.1f} s  ")
        line.append(_bar(found, step), "cyan")
        out.print(line, soft_wrap=True)
        _attempts(out, found, step, told)


def _bar(found: Timeline, step: Step) -> str:
    """Where in the whole a state lies, in so many characters."""
    whole = found.length
    if whole <= 0:
        return ""
    begin = min(_BAR_WIDTH - 1, int(found.offset(step.started) / whole * _BAR_WIDTH))
    cells = round(found.seconds_of(step) / whole * _BAR_WIDTH)
    return " " * begin + "━" * min(_BAR_WIDTH - begin, max(1, cells))


def _attempts(out: Console, found: Timeline, step: Step, told: str) -> None:
    """One line for each attempt that failed; its sentence where it is not the one before's."""
    said: tuple[str, str] | None = None
    for number, attempt in enumerate(step.attempts):
        if not attempt.error:
            if len(step.attempts) > 1:
                text = "✓" if attempt.ended else "running"
                out.print(_attempt(found, number, attempt, text), soft_wrap=True)
            continue
        following = step.attempts[number + 1] if number + 1 < len(step.attempts) else None
        text = attempt.error
        if attempt.ended and following:
            waited = (following.started - attempt.ended).total_seconds()
            text += f", then waited {waited:.1f} s"
        elif attempt.ended and found.is_running and step.ended is None:
            waits = found.seconds_of(step) - (attempt.ended - step.started).total_seconds()
            text += f", waiting for {length(waits)}"
        out.print(_attempt(found, number, attempt, text), soft_wrap=True)
        if _what(attempt) != said and attempt.cause and attempt.cause not in told:
            prose(out, attempt.cause, indent=8)
        said = _what(attempt)


def _attempt(found: Timeline, number: int, attempt: Attempt, text: str) -> Text:
    colour = "yellow" if attempt.error else "green"
    label = f"      attempt {number + 1}"
    offset = f"{found.offset(attempt.started):+.1f} s"
    return Text.assemble((f"{label:<26}{offset:>10}  ", "dim"), (text, colour))


def print_step(out: Console, step: Step, told: str = "") -> None:
    """Print one state that was left, as it is followed live; none that only decides.

    `told` is what will be printed below: a sentence that stands in there is not printed twice.
    """
    if step.kind in INSTANT_KINDS:
        return
    attempts = count(len(step.attempts), "attempt") if len(step.attempts) > 1 else ""
    took = "" if step.seconds is None else f"{step.seconds:7.1f} s"
    line = Text.assemble("  ", _mark(step), f" {step.name:<{_NAME_WIDTH}}{took:>9}  {attempts}")
    line.rstrip()
    out.print(line, soft_wrap=True)
    for (error, cause), alike in groupby(step.failures, key=_what):
        _failures(out, step, error, "" if cause in told else cause, list(alike))


def _mark(step: Step) -> tuple[str, str]:
    if step.ended is None:
        return ("…", "yellow")
    if step.attempts and step.attempts[-1].error:
        return ("✗", "red")
    return ("✓", "green")


def _what(attempt: Attempt) -> tuple[str, str]:
    return attempt.error or "", attempt.cause or ""


def _failures(out: Console, step: Step, error: str, cause: str, attempts: list[Attempt]) -> None:
    times = f" ({len(attempts)} times)" if len(attempts) > 1 else ""
    waits = [
        (later.started - earlier.ended).total_seconds()
        for earlier, later in zip(step.attempts, step.attempts[1:], strict=False)
        if earlier.ended and any(earlier is attempt for attempt in attempts)
    ]
    waited = f" Waited {_seconds(waits)}." if waits else ""
    prose(out, f"{error}{times} {cause}{waited}".rstrip(), indent=6)


def _seconds(values: list[float]) -> str:
    shown = ", ".join(f"{value:.1f}" for value in values[:4])
    more = f" … {values[-1]:.1f}" if len(values) > 4 else ""
    return f"{shown}{more} s"
