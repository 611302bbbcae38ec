"""An execution that was just started, followed live to its receipt."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from io import StringIO
from typing import Any

import typer
from rich.console import Console

from signpost_cli import change, executions, render, render_timeline
from signpost_cli.change import Change
from signpost_cli.target import Target
from signpost_cli.timeline import Step, Timeline

_PLANS_AGAIN = {"CountRound", "KeepWhatIsDone"}


def follow_to_the_end(target: Target, arn: str, *, as_json: bool) -> None:
    """Print each state as it is left, and the receipt; with `as_json` both at the end, as JSON.

    Exits with 1 when the execution did not succeed, something was refused, or its receipt gives an
    error as its reason.
    """
    out = Console(file=StringIO()) if as_json else render.console()
    out.print(f"Execution {arn.rpartition(':')[2]}", style="bold", soft_wrap=True)
    with (render.console(stderr=True) if as_json else out).status("starting") as status:
        live = Live(out, status.update)
        found = executions.follow(target, arn, live.seen)
        one = change.of(executions.describe(target, arn))
    link = target.console_link(arn)
    live.ended(found, one, link)
    if as_json:
        sys.stdout.write(json.dumps(as_one_document(one, found, link)) + "\n")
    if one.is_refused:
        raise typer.Exit(1)


def as_one_document(one: Change, found: Timeline, link: str | None) -> dict[str, Any]:
    """An execution with its states and its receipt, for `--json`."""
    return one.to_json(link) | {"receipt": one.receipt, "states": found.states_as_json()}


class Live:
    """Prints each state once it is left, and says which one is running; at last the receipt.

    Of a state that failed for good, the sentence stands in the receipt: it waits for that.
    """

    def __init__(self, out: Console, running: Callable[[str], None]) -> None:
        self._out, self._running, self._printed = out, running, 0

    def seen(self, timeline: Timeline) -> None:
        """Print what is new in a growing timeline."""
        names = [step.name for step in timeline.steps]
        for number in range(self._printed, len(names)):
            step = timeline.steps[number]
            if not step.ended or (_failed(step) and not _PLANS_AGAIN & set(names[number + 1 :])):
                break
            render_timeline.print_step(self._out, step)
            self._printed += 1
        current = timeline.steps[-1] if timeline.steps else None
        if current and not current.ended:
            error = f" ({current.failures[-1].error})" if current.failures else ""
            self._running(f"{current.name}, attempt {max(1, len(current.attempts))}{error}")

    def ended(self, timeline: Timeline, one: Change, link: str | None = None) -> None:
        """Print what was left for the end, without what the receipt says, and the receipt."""
        for step in timeline.steps[self._printed :]:
            render_timeline.print_step(self._out, step, told=one.sentences)
        render.receipt(self._out, one, link)


def _failed(step: Step) -> bool:
    return bool(step.attempts and step.attempts[-1].error)
