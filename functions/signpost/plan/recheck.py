"""Whether a plan still holds, while it waits and right before its write: is all that it was made
from still so?

The ledger is read before this and is part of the batch, so a plan from older facts can't undo a
newer execution's change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from signpost.aws import ecs, elb
from signpost.aws.clients import client
from signpost.aws.tasks import running_tasks
from signpost.errors import HeldByPolicy, ServiceChanged
from signpost.model.load_balancer import LoadBalancer
from signpost.model.service import Service
from signpost.names import task_choice
from signpost.plan.batch import ZonePlan
from signpost.settings import Settings


def require_policy(planned: str, settings: Settings) -> None:
    """Raises HeldByPolicy where nothing may be written any more, and ServiceChanged where the plan
    was made under another policy.
    """
    if settings.policy == "dry-run":
        raise HeldByPolicy("Policy is dry-run by now: nothing more is written.")
    if settings.policy != planned:
        raise ServiceChanged(f"Policy was {planned} before the write, and is {settings.policy}.")


def require_same_service(service: Service, settings: Settings, when: str) -> Service:
    """Describe the service once more. Raises ServiceChanged where it is another by now, and what
    `ecs.describe` raises.
    """
    now = ecs.describe(
        client("ecs"), service.cluster, service.name, settings, by_revision=service.by_revision
    )
    differences = service.differences(now)
    if differences:
        raise ServiceChanged(f"The service changed {when}: {'; '.join(differences)}.")
    return now


def require_unchanged(
    service: Service,
    balancers: Sequence[LoadBalancer],
    zones: Iterable[ZonePlan],
    settings: Settings,
) -> None:
    """Describe the service, and its load balancers or tasks, once more.

    Raises ServiceChanged where the plan would not be made any more, and what `ecs.describe`,
    `elb.resolve` and `running_tasks` raise.
    """
    now = require_same_service(service, settings, "before the write")
    if not service.publishes:
        return
    if service.names_its_tasks:
        _require_tasks(now, zones)
    elif elb.resolve(client("elbv2"), client("elb"), now, settings) != list(balancers):
        raise ServiceChanged("The service's load balancers changed before the write.")


def _require_tasks(service: Service, zones: Iterable[ZonePlan]) -> None:
    """Tasks come and go all the time, and each brings an execution of its own. So a plan is only
    out of date if it would publish an address that is gone, or take away one that is in use.
    """
    tasks = task_choice.choose(service, running_tasks(client("ecs"), client("ec2"), service))
    in_use = {address for task in tasks.published for address in task.addresses}
    for zone in zones:
        old, new = (_addresses(zone, action) for action in ("DELETE", "CREATE"))
        kept = {record.name for record in zone.after or zone.before}
        dead = {one for key in new for one in new[key] - old[key]} - in_use
        if dead:
            raise ServiceChanged(f"Tasks stopped before the write: {_some(dead)}.")
        taken = {one for key in old if key[0] in kept for one in old[key] - new[key]} & in_use
        if taken:
            raise ServiceChanged(f"Tasks started before the write: {_some(taken)}.")


def _addresses(zone: ZonePlan, action: str) -> dict[tuple[str, str], set[str]]:
    """By name and type: a name that is new may lead to no address that is gone, and one that goes
    takes none away.
    """
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for change, record in zone.changes:
        if change == action and record.type in ("A", "AAAA"):
            found[record.key[:2]].update(record.values)
    return found


def _some(addresses: set[str]) -> str:
    shown = ", ".join(sorted(addresses)[:5])
    return f"{shown} and {len(addresses) - 5} more" if len(addresses) > 5 else shown
