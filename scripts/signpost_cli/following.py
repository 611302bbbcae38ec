"""An execution that was just started, followed live to its receipt."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from io import StringIO

import typer
from rich.console import Console

from signpost_cli import change, executions, render, render_timeline
from signpost_cli.target import Target
from signpost_cli.timeline import Timeline


def follow_to_the_end(target: Target, arn: str, *, as_json: bool) -> None:
    """Print each state as it is left, and the receipt; with `as_json` both at the end, as JSON.

    Exits with 1 when the execution did not succeed.
    """
    if as_json:
        quiet = Console(file=StringIO())
        with render.console(stderr=True).status("starting") as status:
            found = executions.follow(target, arn, Live(quiet, status.update).seen)
        sys.stdout.write(json.dumps({"execution": arn} | found.to_json()) + "\n")
    else:
        out = render.console()
        out.print(f"Execution {arn.rpartition(':')[2]}", style="bold", soft_wrap=True)
        with out.status("starting") as status:
            found = executions.follow(target, arn, Live(out, status.update).seen)
        render.receipt(out, change.of(executions.describe(target, arn)), target.console_link(arn))
    if found.status != "SUCCEEDED":
        raise typer.Exit(1)


class Live:
    """Prints each state once it is left, and says which one is running."""

    def __init__(self, out: Console, running: Callable[[str], None]) -> None:
        self._out, self._running, self._printed = out, running, 0

    def seen(self, timeline: Timeline) -> None:
        """Print what is new in a growing timeline."""
        done = [step for step in timeline.steps if step.ended]
        for step in done[self._printed :]:
            render_timeline.print_step(self._out, step)
        self._printed = len(done)
        current = timeline.steps[-1] if timeline.steps else None
        if current and not current.ended:
            error = f" ({current.failures[-1].error})" if current.failures else ""
            self._running(f"{current.name}, attempt {max(1, len(current.attempts))}{error}")
