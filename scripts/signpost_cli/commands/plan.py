"""`signpost plan`: what a run of one service would change."""

from __future__ import annotations

from signpost_cli import executions, render
from signpost_cli.following import follow_to_the_end
from signpost_cli.options import (
    DEFAULT_STACK,
    AsJson,
    Cluster,
    Service,
    StackName,
    examples,
    looked_after,
    named,
)
from signpost_cli.target import Target

EXAMPLES = examples("signpost plan prod web")


def plan(
    cluster: Cluster,
    service: Service,
    stack_name: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Show what a run would change, and what would be refused, without changing it.

    Exit code 1 when a run would fail, or leave something undone, or there is no such service.
    """
    named(cluster, service)
    target = Target(stack_name)
    with render.console(stderr=True).status("starting"):
        about = looked_after(target, cluster, service)
        arn = executions.run(target, *about, dry_run=True)
    follow_to_the_end(target, arn, as_json=as_json)
