"""`signpost show`: one execution, of ServiceChange or of Sweep, as a timeline or as a page."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from signpost_cli import change, executions, render, render_timeline, swept
from signpost_cli.call_records import CallRecords
from signpost_cli.change import Change
from signpost_cli.errors import CommandError
from signpost_cli.following import as_one_document
from signpost_cli.options import (
    DEFAULT_STACK,
    AsJson,
    Execution,
    StackName,
    examples,
    writable,
)
from signpost_cli.patience import length
from signpost_cli.target import Target
from signpost_cli.timeline import Timeline

EXAMPLES = examples(
    "signpost show manual-prod-web-20261124T121500-ab12cd",
    "signpost show manual-prod-web-20261124T121500-ab12cd --html execution.html",
)


def show(
    execution: Execution,
    html: Annotated[
        Path | None,
        typer.Option(
            help="Write a page with the state machine, the timeline and the receipt; it needs "
            "nothing but itself.",
            metavar="FILE",
            dir_okay=False,
            callback=writable,
        ),
    ] = None,
    stack_name: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Show one execution: its states, attempts, waits and errors, and its receipt.

    Of one that runs: how long it has been running, what it waits for and until when. Who
    started it is what CloudTrail says; what the input claims of that is marked as claimed.
    """
    target = Target(stack_name)
    with render.console(stderr=True).status("reading the execution"):
        one = change.of(executions.find(target, execution))
        found = executions.history(target, one.arn)
        one = replace(one, waiting=executions.waits_for(target, one.arn, found))
        one = replace(one, started_by=CallRecords(target).starters([one])[one.arn])
        if html:
            _write(html, target, one, found)
    link = target.console_link(one.arn)
    if as_json:
        sys.stdout.write(json.dumps(as_one_document(one, found, link)) + "\n")
        return
    if html:
        sys.stdout.write(f"Wrote {html}\n")
        return
    out = render.console()
    how = f"{found.status} for" if found.is_running else f"{found.status},"
    out.print(f"{one.name}: {how} {length(found.length)}", style="bold", soft_wrap=True)
    render_timeline.timeline(out, found, told=one.sentences or found.cause or "")
    if swept.is_sweep(found, one.arn):
        render.started(out, one)
        swept.show(out, found, partial(executions.look, target), one)
        if link:
            render.row(out, "console", link)
    else:
        render.receipt(out, one, link)


def _write(file: Path, target: Target, one: Change, found: Timeline) -> None:
    from signpost_cli.page import graph
    from signpost_cli.page.html import page

    definition = json.loads(executions.definition(target, one.arn))
    text = page(one, found, graph.read(definition), target.console_link(one.arn))
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{file} can't be written: {error.strerror}.") from error
