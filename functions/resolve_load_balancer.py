"""ResolveLoadBalancer: the service's target groups and classic ELBs → load balancers."""

from typing import Any

from signpost.aws import certificates, elb
from signpost.aws.clients import client
from signpost.errors import LoadBalancerNotFound, LoadBalancerNotReady
from signpost.model.service import Service
from signpost.model.trigger import Trigger
from signpost.observability import step
from signpost.plan import recheck
from signpost.plan.room import require_fits
from signpost.settings import Settings


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`service` → `load_balancers`. While it waits for one, it looks at the service each time.

    Raises LoadBalancerNotFound, LoadBalancerNotReady, ServiceChanged, InvalidConfiguration,
    ChangeTooLarge, Throttled, AwsUnavailable or AccessDenied.
    """
    service, settings = Service.from_json(event["service"]), Settings.from_env()
    try:
        found = elb.resolve(client("elbv2"), client("elb"), service, settings)
    except LoadBalancerNotReady as not_yet:
        recheck.require_same_service(service, settings, "while waiting")
        if Trigger.from_json(event["trigger"]).dry_run:
            raise LoadBalancerNotFound(f"{not_yet} A real run would wait for it.") from not_yet
        raise
    elbv2, acm = client("elbv2"), client("acm")
    told = [certificates.with_names(elbv2, acm, balancer, service) for balancer in found]
    resolved = {"found": [balancer.to_json() for balancer in told]}
    require_fits({**event, "load_balancers": resolved}, "The service's listener rules")
    return resolved
