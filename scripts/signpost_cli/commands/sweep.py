"""`signpost sweep`: finds the services whose names are not as they should be, and repairs them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from functools import partial
from io import StringIO
from typing import Annotated, Any

import typer
from rich.console import Console

from signpost_cli import change, executions, render, swept
from signpost_cli.following import as_one_document
from signpost_cli.options import DEFAULT_STACK, AsJson, Reason, StackName, Wait, examples
from signpost_cli.target import Target
from signpost_cli.timeline import Timeline

EXAMPLES = examples("signpost sweep --dry-run", 'signpost sweep --reason "after the outage"')
LIMIT_SECONDS = 43_300  # a little more than the state machine takes at the most


def sweep(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Find and tell, change nothing.")] = (
        False
    ),
    force: Annotated[
        bool, typer.Option("--force", help="Remove however many names: no brake.")
    ] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read every record of the zones, not only the ledgers.")
    ] = False,
    reason: Reason = None,
    wait: Wait = True,
    stack_name: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Find the services whose names are not as they should be, and run ServiceChange for these.

    Exit code 0: nothing was found, or all of it is repaired. 1: a dry run found something, or
    something could not be repaired. What one sweep can't hold, the next one begins with: it is
    started at once.
    """
    target = Target(stack_name)
    request = {"dry_run": dry_run, "force": force, "deep": deep, "reason": reason}
    arns = [_start(target, request)]
    if not wait:
        executions.tell_started(target, arns[0], as_json=as_json)
        return
    out = Console(file=StringIO()) if as_json else render.console()
    while True:
        out.print(f"Sweep {_name(arns[-1])}", style="bold", soft_wrap=True)
        ended = _follow(target, arns[-1])
        swept.show(out, ended, partial(executions.look, target))
        if not goes_on(ended):
            break
        arns.append(_start(target, request))
    if as_json:
        one = change.of(executions.describe(target, arns[-1]))
        told = as_one_document(one, ended, target.console_link(one.arn))
        sys.stdout.write(json.dumps(told | {"sweeps": arns}) + "\n")
    if not swept.is_in_order(ended):
        raise typer.Exit(1)


def goes_on(ended: Timeline) -> bool:
    """Whether more was found than one sweep holds, and it is worth while to go on at once."""
    told = ended.output
    if ended.status != "SUCCEEDED" or not told or told["outcome"] == "DryRun" or not told["left"]:
        return False
    return any(finding["error"] is None for finding in told["findings"])


def _start(target: Target, request: Mapping[str, Any]) -> str:
    machine = target.sweep_state_machine_arn
    return executions.start(target, machine, executions.new_name(), **request)


def _follow(target: Target, arn: str) -> Timeline:
    with render.console(stderr=True).status(swept.running(Timeline())) as status:
        return executions.follow(
            target, arn, lambda timeline: status.update(swept.running(timeline)), LIMIT_SECONDS
        )


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]
