"""ResolveLoadBalancer: the service's target groups and classic ELBs → load balancers."""

from typing import Any

from signpost import elb
from signpost.aws import client
from signpost.model import Service
from signpost.observability import step
from signpost.settings import Settings


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`service` → `load_balancers`.

    Raises LoadBalancerNotFound, LoadBalancerNotReady, InvalidConfiguration, Throttled,
    AwsUnavailable or AccessDenied.
    """
    service = Service.from_json(event["service"])
    found = elb.resolve(client("elbv2"), client("elb"), service, Settings.from_env())
    return {"found": [balancer.to_json() for balancer in found]}
