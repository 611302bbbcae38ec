"""`signpost sweep`: finds the services whose names are not as they should be, and repairs them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from io import StringIO
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from signpost_cli import executions, render
from signpost_cli.errors import asking
from signpost_cli.options import DEFAULT_STACK, AsJson, StackName, examples
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
    reason: Annotated[str | None, typer.Option(help="Why, for the receipt.")] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Follow it to its end.")] = True,
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
        told = json.dumps({"execution": arns[0]}) if as_json else f"Started {_name(arns[0])}"
        sys.stdout.write(f"{told}\n")
        return
    out = Console(file=StringIO()) if as_json else render.console()
    while True:
        out.print(f"Sweep {_name(arns[-1])}", style="bold", soft_wrap=True)
        ended = _follow(target, arns[-1])
        show(out, ended)
        if not goes_on(ended):
            break
        arns.append(_start(target, request))
    if as_json:
        sys.stdout.write(json.dumps(_as_json(arns, ended)) + "\n")
    if not is_in_order(ended):
        raise typer.Exit(1)


def is_in_order(ended: Timeline) -> bool:
    """Whether a sweep found nothing or has repaired all that it found."""
    if ended.status != "SUCCEEDED" or not ended.output:
        return False
    told = ended.output
    if told["outcome"] == "DryRun":
        return not (told["found"] or told["problems"])
    return told["outcome"] in ("NothingFound", "Repaired") and not told["left"]


def _start(target: Target, request: Mapping[str, Any]) -> str:
    arn = target.sweep_state_machine_arn
    name = f"manual-{datetime.now(UTC).strftime('%Y%m%dT%H%M%S')}-{uuid4().hex[:6]}"
    document = json.dumps({key: value for key, value in request.items() if value is not None})
    missing = f"Stack {target.stack_name} names a state machine that is gone: deploy it again."
    with asking("states:StartExecution", arn, missing):
        started = target.sfn.start_execution(stateMachineArn=arn, name=name, input=document)
    return str(started["executionArn"])


def _follow(target: Target, arn: str) -> Timeline:
    with render.console(stderr=True).status(_running(Timeline())) as status:
        return executions.follow(
            target, arn, lambda timeline: status.update(_running(timeline)), LIMIT_SECONDS
        )


def _running(timeline: Timeline) -> str:
    """What a sweep is at."""
    entered = [step.name for step in timeline.steps]
    if "RepairServices" not in entered:
        return "comparing services and ledgers"
    failed = entered.count("ServiceIsNotInOrder")
    done = entered.count("ServiceIsInOrder") + failed
    return f"repairing: {done} services done, {failed} of them not in order"


def goes_on(ended: Timeline) -> bool:
    """Whether more was found than one sweep holds, and it is worth while to go on at once."""
    told = ended.output
    if ended.status != "SUCCEEDED" or not told or told["outcome"] == "DryRun" or not told["left"]:
        return False
    return any(finding["error"] is None for finding in told["findings"])


def show(out: Console, ended: Timeline) -> None:
    """Print a sweep that has ended."""
    told = ended.output
    if ended.status != "SUCCEEDED" or not told:
        out.print(f"[bold red]{ended.outcome}[/bold red]")
        _print_sentence(out, ended.cause or "")
        return
    dry_run = told["outcome"] == "DryRun"
    for finding in told["findings"]:
        _print_finding(out, finding)
    if told["left"]:
        out.print(f"  … {told['left']} more were found.")
    if told["held"]:
        held = told["held"]
        _print_sentence(
            out,
            f"Without --force no ledger would be removed: {held['ledgers']} are more than "
            f"SweepBrakePercent ({held['percent']} %) allows at once.",
        )
    for problem in told["problems"]:
        about = f"{problem['cluster']}/{problem['service']}: " if problem["service"] else ""
        _print_sentence(out, f"! {about}{problem['error']}: {problem['reason']}")
    if told["more_problems"]:
        out.print(f"  … {told['more_problems']} more problems.")
    for note in told["notes"]:
        _print_sentence(out, f"· left alone: {note}")
    if told["more_notes"]:
        out.print(f"  … {told['more_notes']} more ledgers that were left alone.")
    good = is_in_order(ended) or (dry_run and not told["problems"])
    colour = "green" if good else "red"
    seen = told["looked_at"]
    out.print(f"[bold {colour}]{told['outcome']}[/bold {colour}] {escape(told['reason'])}")
    out.print(
        f"  {told['found']} found in {seen['services']} services of {seen['clusters']} clusters "
        f"and {seen['ledgers']} ledgers of {seen['zones']} zones"
    )


def _print_finding(out: Console, finding: Mapping[str, Any]) -> None:
    name = f"{finding['cluster']}/{finding['service']}"
    ended = finding.get("outcome")
    if ended is None:
        out.print(f"  ? {name} {finding['what']}", soft_wrap=True)
    elif finding["error"] is None:
        out.print(f"  [green]✓[/green] {name} {finding['what']}: {ended}", soft_wrap=True)
    else:
        out.print(f"  [red]✗[/red] {name} {finding['what']}: {finding['error']}", soft_wrap=True)
        out.print(Padding(escape(finding["cause"]), (0, 0, 0, 6), expand=False))
    out.print(Padding(escape(finding["reason"]), (0, 0, 0, 6), expand=False))


def _print_sentence(out: Console, text: str) -> None:
    out.print(Padding(escape(text), (0, 0, 0, 2), expand=False))


def _as_json(arns: list[str], ended: Timeline) -> dict[str, Any]:
    return {
        "execution": arns[-1],
        "sweeps": arns,
        "status": ended.status,
        "outcome": ended.outcome,
        "seconds": ended.seconds,
        "error": ended.error,
        "cause": ended.cause,
        "receipt": ended.output if ended.status == "SUCCEEDED" else None,
    }


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]
