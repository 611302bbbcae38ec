"""`signpost show`: one execution as a timeline."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from signpost_cli import executions, render, render_timeline
from signpost_cli.options import DEFAULT_STACK, AsJson, StackName
from signpost_cli.target import Target

EXAMPLES = "Example: signpost show manual-prod-web-20261124T121500-ab12cd"


def show(
    execution: Annotated[str, typer.Argument(help="An execution's name or ARN.")],
    stack_name: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Show one execution: its states, attempts, waits and errors, and its receipt."""
    target = Target(stack_name)
    arn = executions.arn_of(target, execution)
    found = executions.history(target, arn)
    if as_json:
        sys.stdout.write(json.dumps({"execution": arn} | found.to_json()) + "\n")
        return
    out = render.console()
    length = f", {found.seconds:.1f} s" if found.seconds is not None else ""
    out.print(f"{arn.rpartition(':')[2]}: {found.status}{length}", style="bold", soft_wrap=True)
    render_timeline.timeline(out, found)
    if found.status == "RUNNING":
        out.print("It still runs.")
    else:
        render.receipt(out, found)
    link = target.console_link(arn)
    if link:
        render.row(out, "console", link)
