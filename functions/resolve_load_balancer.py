"""ResolveLoadBalancer: the service's target groups and classic ELBs → load balancers."""

from typing import Any

from signpost import elb
from signpost.aws import client
from signpost.model import Service
from signpost.observability import step


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`service` → `load_balancers`.

    Raises LoadBalancerNotFound, LoadBalancerNotReady, Throttled, AwsUnavailable or AccessDenied.
    """
    service = Service.from_json(event["service"])
    found = elb.resolve(client("elbv2"), client("elb"), service)
    return {"found": [balancer.to_json() for balancer in found]}
