"""CheckReadiness: returns when the load balancers that names are to point to can serve."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from signpost.aws import elb
from signpost.aws.clients import client
from signpost.errors import (
    LoadBalancerNotFound,
    LoadBalancerNotReady,
    ServiceChanged,
    SignpostError,
    TargetsNotHealthy,
)
from signpost.model.load_balancer import LoadBalancer
from signpost.model.service import Service
from signpost.observability import step
from signpost.plan import readiness, recheck
from signpost.plan.batch import zones_of
from signpost.settings import Settings


@contextmanager
def _planned_anew() -> Iterator[None]:
    """What is gone since the plan was made may have been replaced."""
    try:
        yield
    except LoadBalancerNotFound as gone:
        raise ServiceChanged(f"{gone} It was there when the plan was made.") from gone


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`service`, `load_balancers`, `plan` and `attempt` → `readiness`. Zones `waiting` are those
    whose load balancer can't serve yet, while others can be written.

    Raises LoadBalancerNotReady or TargetsNotHealthy (retried) where no zone is ready,
    ServiceChanged where the plan has gone stale while waiting, LoadBalancerNotFound, Throttled,
    AwsUnavailable or AccessDenied.
    """
    planned = Service.from_json(event["service"])
    zones = [zone for zone in zones_of(event["plan"]) if zone.changes]
    wanted = {zone.waits_for for zone in zones}
    found = map(LoadBalancer.from_json, event["load_balancers"]["found"])
    balancers = [balancer for balancer in found if balancer.id in wanted]
    now = recheck.require_same_service(planned, Settings.from_env(), "while waiting")
    elbv2, classic = client("elbv2"), client("elb")
    with _planned_anew():
        states = elb.states(elbv2, balancers)
    targets: list[dict[str, object]] = []
    troubles: dict[str | None, SignpostError] = {}
    for balancer in balancers:
        try:
            readiness.check_states([balancer], states)
            with _planned_anew():
                health = elb.target_health(elbv2, classic, balancer)
            targets.append(readiness.check_targets(now, balancer, health))
        except (LoadBalancerNotReady, TargetsNotHealthy, LoadBalancerNotFound) as trouble:
            troubles[balancer.id] = trouble
    waiting = [
        zone.zone.id
        for zone in zones
        if zone.waits_for in troubles or (troubles and zone.comes_last)
    ]
    if troubles and len(waiting) == len(zones):
        raise next(iter(troubles.values()))
    return {"attempts": event["attempt"] + 1, "targets": targets, "waiting": waiting}
