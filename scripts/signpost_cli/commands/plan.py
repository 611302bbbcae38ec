"""`signpost plan`: what a run of one service would change."""

from __future__ import annotations

from signpost_cli import executions, render
from signpost_cli.following import follow_to_the_end
from signpost_cli.options import DEFAULT_STACK, AsJson, Cluster, Service, StackName, examples
from signpost_cli.target import Target

EXAMPLES = examples("signpost plan prod web")


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
    follow_to_the_end(target, arn, as_json=as_json)
