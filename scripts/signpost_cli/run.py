"""`signpost rerun` and `signpost plan`: an execution for one service, followed live."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from io import StringIO
from typing import Annotated

import typer
from rich.console import Console

from signpost_cli import change, executions, render, render_timeline
from signpost_cli.options import DEFAULT_STACK, AsJson, Cluster, Service, StackName, examples
from signpost_cli.target import Target
from signpost_cli.timeline import Timeline

RERUN_EXAMPLES = examples(
    'signpost rerun prod web --reason "edited by hand"', "signpost rerun prod web --no-wait --json"
)
PLAN_EXAMPLES = examples("signpost plan prod web")


def rerun(
    cluster: Cluster,
    service: Service,
    reason: Annotated[str | None, typer.Option(help="Why, for the receipt.")] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Follow it to its end.")] = True,
    stack_name: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Run a service by hand: start an execution, follow it, print the receipt.

    Running a service again is always harmless. It also mends records that were edited or deleted
    by hand.
    """
    target = Target(stack_name)
    with render.console(stderr=True).status("starting"):
        arn = executions.start(target, cluster, service, reason=reason)
    if not wait:
        name = arn.rpartition(":")[2]
        sys.stdout.write(json.dumps({"execution": arn}) + "\n" if as_json else f"Started {name}\n")
        return
    _finish(target, arn, as_json=as_json)


def plan(
    cluster: Cluster,
    service: Service,
    stack_name: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Show what a run would change, without changing it."""
    target = Target(stack_name)
    with render.console(stderr=True).status("starting"):
        arn = executions.start(target, cluster, service, dry_run=True)
    _finish(target, arn, as_json=as_json)


def _finish(target: Target, arn: str, *, as_json: bool) -> None:
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
