"""`signpost rerun`: an execution for one service, followed live."""

from __future__ import annotations

from signpost_cli import executions, render
from signpost_cli.following import follow_to_the_end
from signpost_cli.options import (
    DEFAULT_STACK,
    AsJson,
    Cluster,
    Reason,
    Service,
    StackName,
    Wait,
    examples,
    looked_after,
    named,
)
from signpost_cli.target import Target

EXAMPLES = examples(
    'signpost rerun prod web --reason "edited by hand"', "signpost rerun prod web --no-wait --json"
)


def rerun(
    cluster: Cluster,
    service: Service,
    reason: Reason = None,
    wait: Wait = True,
    stack_name: StackName = DEFAULT_STACK,
    as_json: AsJson = False,
) -> None:
    """Run a service by hand: start an execution, follow it, print the receipt.

    Running a service again is always harmless. It also mends records that were edited or deleted
    by hand. Exit code 1 when it fails, when something is refused, or when there is no such service.
    """
    named(cluster, service)
    target = Target(stack_name)
    with render.console(stderr=True).status("starting"):
        about = looked_after(target, cluster, service)
        arn = executions.run(target, *about, reason=reason)
    if wait:
        follow_to_the_end(target, arn, as_json=as_json)
        return
    executions.tell_started(target, arn, as_json=as_json)
