"""The routes that ECS Gateways make for services, and the calls that tell of them.

Amazon ECS API Reference: GatewayRoute, GatewayResources.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ministack.services import alb, ecs

from local_aws.emulated import gateways, ingress
from local_aws.emulated.gateways import Told
from local_aws.emulated.refusals import RefusedError, Request
from local_aws.emulated.revisions import Service

ROUTES = "_routes"  # of a service


@dataclass(frozen=True)
class Port:
    """A container's port, by the name that the task definition gives it."""

    name: str
    container: str
    number: int


@dataclass(frozen=True)
class Route:
    """A service's port, and what a gateway has made for it."""

    arn: str
    gateway: str  # ARN
    access_type: str
    port: Port
    ingress: ingress.Ingress


def all_routes() -> Iterator[tuple[Service, Route]]:
    """Every route, with its service."""
    for service in ecs._services.values():
        for route in service.get(ROUTES, []):
            yield service, route


def parts_of(route: Route) -> Told:
    """What a gateway has made for a route beside its target groups."""
    return {
        "acmCertificateArn": route.ingress.certificate,
        "loadBalancerArn": route.ingress.load_balancer,
        "listenerArn": route.ingress.listener,
        "listenerRuleArn": route.ingress.rule,
    }


def url_of(route: Route) -> str:
    """Where a route's service answers."""
    return f"https://{route.ingress.host}"


def _list(request: Request) -> Told:
    wanted = {
        "gatewayArn": gateways.gateway(request["gateway"])["gatewayArn"]
        if request.get("gateway")
        else None,
        "clusterArn": request.get("cluster"),
        "serviceArn": request.get("service"),
        "serviceContainerPortName": request.get("serviceContainerPortName"),
    }
    found = [
        one
        for one in map(_summary, all_routes())
        if gateways.chosen(one["status"], request.get("status"))
        and all(
            name in (None, one[key], one[key].rpartition("/")[2]) for key, name in wanted.items()
        )
    ]
    return gateways.page("gatewayRoutes", found, request)


def _summary(there: tuple[Service, Route]) -> dict[str, str]:
    service, route = there
    return {
        "gatewayRouteArn": route.arn,
        "gatewayArn": route.gateway,
        "clusterArn": service["clusterArn"],
        "serviceArn": service["serviceArn"],
        "serviceContainerPortName": route.port.name,
        "status": "ACTIVE",
    }


def _describe(request: Request) -> Told:
    arn = request["gatewayRouteArn"]
    for service, route in all_routes():
        if route.arn == arn:
            told = {
                "gatewayRouteArn": arn,
                "serviceArn": service["serviceArn"],
                "serviceContainerPortName": route.port.name,
                "status": "ACTIVE",
                "serviceUrl": url_of(route),
                "resources": {"hostSharedAlb": [parts_of(route)]},
            }
            return {"gatewayRoute": told}
    raise RefusedError("ResourceNotFoundException", f"Gateway route not found: {arn}")


def _describe_resources(request: Request) -> Told:
    """DescribeGatewayResources: the load balancers that a gateway has, with their routes."""
    one = gateways.gateway(request["gateway"])
    routes = [route for _, route in all_routes() if route.gateway == one["gatewayArn"]]
    found = [
        {
            "loadBalancerArn": balancer,
            "listenerArn": next(
                arn for arn, own in alb._listeners.items() if own["LoadBalancerArn"] == balancer
            ),
            "gatewayRouteArns": [r.arn for r in routes if r.ingress.load_balancer == balancer],
        }
        for balancer in dict.fromkeys(route.ingress.load_balancer for route in routes)
    ]
    told = {"gatewayArn": one["gatewayArn"], "resources": {"hostSharedAlb": found}}
    return {"gatewayResources": told}


CALLS: dict[str, Callable[[Request], Told]] = {
    "ListGatewayRoutes": _list,
    "DescribeGatewayRoute": _describe,
    "DescribeGatewayResources": _describe_resources,
}
