"""`signpost rerun`: an execution for one service, followed live."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from signpost_cli import executions, render
from signpost_cli.following import follow_to_the_end
from signpost_cli.options import DEFAULT_STACK, AsJson, Cluster, Service, StackName, examples
from signpost_cli.target import Target

EXAMPLES = examples(
    'signpost rerun prod web --reason "edited by hand"', "signpost rerun prod web --no-wait --json"
)


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
    if wait:
        follow_to_the_end(target, arn, as_json=as_json)
        return
    name = arn.rpartition(":")[2]
    sys.stdout.write(json.dumps({"execution": arn}) + "\n" if as_json else f"Started {name}\n")
