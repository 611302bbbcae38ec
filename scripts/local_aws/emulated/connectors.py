"""What services have of ECS Gateways: connectors, routes, and what a gateway makes for a route.

Amazon ECS API Reference: GatewayConnector, GatewayConnection, GatewayRoute. A service of a cluster
with an associated gateway names a port in `gatewayConnectors`, and gets a path of each gateway
whose access type its connector takes. DescribeServices tells nothing of it, its revision does. How
AWS writes a route's ARN, and how many services share a load balancer, is not documented.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import ecs

from local_aws.emulated import gateways, ingress, revisions
from local_aws.emulated.gateways import Gateway, Told
from local_aws.emulated.inside import call
from local_aws.emulated.permissions import PARTITION
from local_aws.emulated.refusals import Answer, RefusedError, Request, answering, done
from local_aws.emulated.revisions import Service
from local_aws.emulated.routes import CALLS, ROUTES, Port, Route, all_routes, parts_of, url_of

SERVICES_OF_A_BALANCER = 100  # rules of a load balancer (quotas of Elastic Load Balancing)
_INVALID = "InvalidParameterException"


def install() -> None:
    """Let the emulator's services have connectors, and its ECS tell of routes."""
    for name in ("CreateService", "UpdateService", "DeleteService"):
        ecs._ACTION_MAP[name] = _connecting(name, ecs._ACTION_MAP[name])
    for name, act in CALLS.items():
        ecs._ACTION_MAP[name] = answering(act)
    disassociate = ecs._ACTION_MAP["DisassociateGatewayFromCluster"]
    ecs._ACTION_MAP["DisassociateGatewayFromCluster"] = _settling(disassociate)


def _connecting(name: str, original: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
    def act(request: Request) -> Told:
        if name != "DeleteService":
            _check(request)
        told = done(original(request))
        wished = request.get("gatewayConnectors")
        service = revisions.service_of(told["service"]["serviceArn"]) or {}
        if name == "DeleteService":
            _connect(service, [])
        elif wished is not None:
            _connect(service, wished)
        elif service.get(ROUTES):
            _renew(service)
        return told

    return answering(act)


def _check(request: Request) -> None:
    """Before anything is made or changed: that there can be a connection, or goes on being one."""
    cluster = ecs._resolve_cluster_name(request.get("cluster", "default"))
    named = ecs._resolve_service_ref(request.get("service", "")) or ("",)
    service = ecs._services.get(f"{cluster}/{named[0]}") or {}
    wished = request.get("gatewayConnectors")
    if wished:
        _check_new(wished, cluster, service)
    elif wished is None and service.get(ROUTES):
        wished = service["_asked"]["gatewayConnectors"]
    for one in wished or ():
        _port(request.get("taskDefinition") or service.get("taskDefinition", ""), one)


def _check_new(wished: list[dict[str, Any]], name: str, service: Service) -> None:
    if len(wished) > 1:
        raise RefusedError(_INVALID, "A service can have at most one gateway connector.")
    cluster = (ecs._clusters.get(name) or {}).get("clusterArn", "")
    if not _matching(cluster, wished[0]):
        raise RefusedError(
            _INVALID, f"No ACTIVE gateway for the connector is associated with cluster {name}."
        )
    if service.get(revisions.MANAGED) and ROUTES not in service:
        raise RefusedError(_INVALID, "An Express service can have no gateway connector.")


def _matching(cluster: str, connector: dict[str, Any]) -> list[Gateway]:
    accepted = connector.get("filters", {}).get("accessTypes")
    return [
        one for one in gateways.associated(cluster) if gateways.chosen(one["accessType"], accepted)
    ]


def _port(task_definition: str, connector: dict[str, Any]) -> Port:
    name = connector["portName"]
    found = ecs._task_defs.get(ecs._resolve_td_key(task_definition)) or {}
    if found.get("networkMode") == "awsvpc":
        for container in found["containerDefinitions"]:
            for port in container.get("portMappings", []):
                if port.get("name") == name:
                    return Port(name, container["name"], port["containerPort"])
    raise RefusedError(
        _INVALID,
        f"Task definition {task_definition} has no port named {name}, or not the network mode "
        "awsvpc.",
    )


def _connect(service: Service, wished: list[dict[str, Any]]) -> None:
    """Make a service's routes those of its connectors; the ones that are right stay."""
    cluster = service["clusterArn"]
    _exchange(service, [(one, wish) for wish in wished for one in _matching(cluster, wish)])


def _renew(service: Service) -> None:
    """After an update that is silent about connectors: the same gateways, the port as it is now.

    AssociateGatewayWithCluster: "No changes take effect until you update a service in the cluster
    to use the gateway".
    """
    used = {route.gateway for route in service[ROUTES]}
    (connector,) = service["_asked"]["gatewayConnectors"]
    _exchange(service, [(gateways.gateway(arn), connector) for arn in sorted(used)])


def _exchange(service: Service, wished: list[tuple[Gateway, dict[str, Any]]]) -> None:
    before, routes = service.get(ROUTES, []), []
    for one, connector in wished:
        port = _port(service["taskDefinition"], connector)
        kept = [r for r in before if (r.gateway, r.port) == (one["gatewayArn"], port)]
        for group in (arn for r in kept for arn in (r.ingress.group, r.ingress.alternate)):
            path = _health_check_path(connector)
            call("elbv2", "ModifyTargetGroup", TargetGroupArn=group, HealthCheckPath=path)
        routes += kept or [_opened(service, one, port, connector)]
    for route in before:
        if route not in routes:
            # names may lead there until whoever looks after them has heard of it
            ingress.close_ingress(route.ingress, keep_balancer=True)
    if routes or before:
        _note(service, routes)
    gateways.settle(_is_used)


def _opened(service: Service, one: Gateway, port: Port, connector: dict[str, Any]) -> Route:
    settings = gateways.settings(one)
    network = settings["networkConfiguration"]
    wish = ingress.Wish(
        gateways.balancers(one),
        SERVICES_OF_A_BALANCER,
        settings["scheme"],
        network["subnets"],
        [network["inboundSecurityGroup"]] if "inboundSecurityGroup" in network else [],
        port.number,
        _health_check_path(connector),
    )
    cluster = service["clusterArn"].rpartition("/")[2]
    arn = (
        f"arn:{PARTITION}:ecs:{get_region()}:{get_account_id()}:gateway-route"
        f"/{one['name']}/{cluster}/{service['serviceName']}/{port.name}"
    )
    made = ingress.open_ingress(service["serviceName"], wish)
    return Route(arn, one["gatewayArn"], one["accessType"], port, made)


def _health_check_path(connector: dict[str, Any]) -> str:
    return str(connector.get("healthCheck", {}).get("healthCheckPath", "/"))


def _note(service: Service, routes: list[Route]) -> None:
    service[ROUTES] = routes
    service[revisions.MANAGED] = (
        {"gatewayConnections": [_connection(route) for route in routes]} if routes else None
    )
    service[revisions.MANAGED_BALANCERS] = [
        ingress.balancer_of(route.ingress, route.port.container, route.port.number)
        for route in routes
    ]
    ecs._sync_service_targets(service["clusterArn"].rpartition("/")[2], service)


def _connection(route: Route) -> Told:
    parts = {
        **parts_of(route),
        "targetGroupArn": route.ingress.group,
        "alternateTargetGroupArn": route.ingress.alternate,
    }
    return {
        "gatewayArn": route.gateway,
        "gatewayRouteArn": route.arn,
        "portName": route.port.name,
        "serviceUrl": url_of(route),
        "accessType": route.access_type,
        "status": "ACTIVE",
        "resources": {"hostSharedAlb": [parts]},
    }


def _is_used(gateway: str, cluster: str) -> bool:
    there = all_routes()
    return any((r.gateway, service["clusterArn"]) == (gateway, cluster) for service, r in there)


def _settling(original: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
    def disassociate(request: Request) -> Answer:
        answer = original(request)
        gateways.settle(_is_used)
        return answer

    return disassociate
