"""CheckReadiness: returns when the load balancers that names are to point to can serve."""

from typing import Any

from signpost.aws import elb
from signpost.aws.clients import client
from signpost.model.load_balancer import LoadBalancer
from signpost.model.service import Service
from signpost.observability import step
from signpost.plan import readiness, recheck
from signpost.settings import Settings


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`service`, `load_balancers`, `plan` and `attempt` → `readiness`.

    Raises LoadBalancerNotReady or TargetsNotHealthy (retried), ServiceChanged where the plan has
    gone stale while waiting, LoadBalancerNotFound, Throttled, AwsUnavailable or AccessDenied.
    """
    planned = Service.from_json(event["service"])
    wanted = set(event["plan"]["load_balancers"])
    found = map(LoadBalancer.from_json, event["load_balancers"]["found"])
    balancers = [balancer for balancer in found if balancer.id in wanted]
    now = recheck.require_same_service(planned, Settings.from_env(), "while waiting")
    elbv2, classic = client("elbv2"), client("elb")
    readiness.check_states(balancers, elb.states(elbv2, balancers))
    targets = [
        readiness.check_targets(now, balancer, elb.target_health(elbv2, classic, balancer))
        for balancer in balancers
    ]
    return {"attempts": event["attempt"] + 1, "targets": targets}
