"""`signpost show`: one execution as a timeline, or as a page."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from signpost_cli import change, executions, render, render_timeline
from signpost_cli.change import Change
from signpost_cli.errors import CommandError
from signpost_cli.options import DEFAULT_STACK, AsJson, StackName, examples
from signpost_cli.target import Target
from signpost_cli.timeline import Timeline

EXAMPLES = examples(
    "signpost show manual-prod-web-20261124T121500-ab12cd",
    "signpost show manual-prod-web-20261124T121500-ab12cd --html execution.html",
)


def show(
    execution: Annotated[
        str, typer.Argument(metavar="EXECUTION", help="An execution's name or ARN.")
    ],
    html: Annotated[
        Path | None,
        typer.Option(
            help="Write a page with the state machine, the timeline and the receipt; it needs "
            "nothing but itself.",
            metavar="FILE",
            dir_okay=False,
        ),
    ] = None,
    stack_name: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Show one execution: its states, attempts, waits and errors, and its receipt."""
    target = Target(stack_name)
    arn = executions.arn_of(target, execution)
    with render.console(stderr=True).status("reading the execution"):
        one = change.of(executions.describe(target, arn))
        found = executions.history(target, arn)
        if html:
            _write(html, target, one, found)
    link = target.console_link(arn)
    if as_json:
        told = {"execution": arn, "console": link} | found.to_json() | {"trigger": one.trigger}
        sys.stdout.write(json.dumps(told) + "\n")
        return
    if html:
        sys.stdout.write(f"Wrote {html}\n")
        return
    out = render.console()
    length = f", {found.seconds:.1f} s" if found.seconds is not None else ""
    out.print(f"{one.name}: {found.status}{length}", style="bold", soft_wrap=True)
    render_timeline.timeline(out, found)
    if found.status == "RUNNING":
        out.print("It still runs.")
    render.receipt(out, one, link)
    if found.output and not one.receipt:
        out.print_json(data=found.output, highlight=False)


def _write(file: Path, target: Target, one: Change, found: Timeline) -> None:
    from signpost_cli.page import graph
    from signpost_cli.page.html import page

    definition = json.loads(executions.definition(target, one.arn))
    text = page(one, found, graph.read(definition), target.console_link(one.arn))
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file} can't be written: {error.strerror}.") from error
