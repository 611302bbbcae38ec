"""Express Mode, of which MiniStack knows nothing: services for which ECS makes all the rest.

Amazon ECS API Reference: CreateExpressGatewayService and its like; Developer Guide: "Resources
created by Amazon ECS Express Mode services". A service has its `minTaskCount` of tasks, and is
INACTIVE as soon as it is deleted, as the emulator's others.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json
from ministack.services import alb, ecs

from local_aws.emulated import configurations, ingress, revisions
from local_aws.emulated.inside import call
from local_aws.emulated.refusals import Answer, RefusedError, Request, answering, done
from local_aws.emulated.revisions import Service

BALANCERS = "ecs-express-gateway-alb-"
SERVICES_OF_A_BALANCER = 25  # the same chapter

Told = dict[str, Any]
_EXPRESS = "_express"
_PARTS = ("loadBalancer", "listener", "rule", "certificate")


def install() -> None:
    """Let the emulator's ECS know Express Mode."""
    for name, act in _CALLS.items():
        ecs._ACTION_MAP[name] = answering(act)
    ecs._ACTION_MAP["DeleteService"] = _refusing_express(ecs._ACTION_MAP["DeleteService"])


def _create(request: Request) -> Told:
    cluster = ecs._resolve_cluster_name(request.get("cluster", "default"))
    if cluster != "default" and cluster not in ecs._clusters:
        raise RefusedError("ClusterNotFoundException", "Cluster not found.")
    name = request.get("serviceName") or f"express-{secrets.token_hex(4)}"
    if (ecs._services.get(f"{cluster}/{name}") or {}).get("status") == "ACTIVE":
        raise RefusedError("ClientException", "Creation of service was not idempotent.")
    given = {key: request[key] for key in configurations.CONFIGURED if key in request}
    configurations.check(given)
    configuration = configurations.configured(cluster, name, given)
    done(
        ecs._create_service(
            {
                "cluster": cluster,
                "serviceName": name,
                "launchType": "FARGATE",
                "tags": request.get("tags", []),
                **configurations.of_service(configuration),
            }
        )
    )
    service: Service = ecs._services[f"{cluster}/{name}"]
    service["resourceManagementType"] = "ECS"
    service[_EXPRESS] = {
        "infrastructureRoleArn": request["infrastructureRoleArn"],
        "configuration": configuration,
        "updatedAt": service["createdAt"],
    }
    _open(cluster, service)
    revisions.record(service)
    return {"service": _told(service)}


def _describe(request: Request) -> Told:
    service = _service(request, "ResourceNotFoundException")
    told = _told(service)
    if "TAGS" not in request.get("include", []):
        del told["tags"]
    return {"service": told}


def _update(request: Request) -> Told:
    service = _active(request)
    cluster = service["clusterArn"].rpartition("/")[2]
    given = {key: request[key] for key in configurations.CONFIGURED if key in request}
    configurations.check(given)
    express = service[_EXPRESS]
    express["configuration"] = configurations.configured(
        cluster, service["serviceName"], given, express["configuration"]
    )
    named = {"cluster": cluster, "service": service["serviceName"]}
    done(ecs._update_service(named | configurations.of_service(express["configuration"])))
    _lead(cluster, service)
    revisions.record(service)
    express["updatedAt"] = ecs._iso()
    told = _told(service)
    (target,) = told.pop("activeConfigurations")
    del told["infrastructureRoleArn"], told["tags"]
    return {"service": told | {"targetConfiguration": target}}


def _delete(request: Request) -> Told:
    service = _active(request)
    named = {"cluster": service["clusterArn"], "service": service["serviceName"], "force": True}
    done(ecs._delete_service(named))
    ingress.close_ingress(service[_EXPRESS]["ingress"])
    service.pop(revisions.MANAGED_BALANCERS)
    (path,) = service[revisions.MANAGED]["ingressPaths"]
    is_shared = path["loadBalancer"]["arn"] in alb._lbs
    shared = ("loadBalancer", "listener") if is_shared else ()
    for part in (*path["targetGroups"], *(path[name] for name in _PARTS if name not in shared)):
        part |= {"status": "DELETED", "updatedAt": ecs._iso()}
    # The emulator's is INACTIVE at once; the call itself answers DRAINING.
    return {"service": _told(service) | {"status": {"statusCode": "DRAINING"}}}


_CALLS: dict[str, Callable[[Request], Told]] = {
    "CreateExpressGatewayService": _create,
    "DescribeExpressGatewayService": _describe,
    "UpdateExpressGatewayService": _update,
    "DeleteExpressGatewayService": _delete,
}


def _service(request: Request, missing: str) -> Service:
    service = revisions.service_of(request["serviceArn"])
    if service is None:
        raise RefusedError(missing, "Service not found.")
    if _EXPRESS not in service:
        raise RefusedError(
            "InvalidParameterException", f"{request['serviceArn']} is not an Express service."
        )
    return service


def _active(request: Request) -> Service:
    service = _service(request, "ServiceNotFoundException")
    if service["status"] != "ACTIVE":
        raise RefusedError("ServiceNotActiveException", "Service was not ACTIVE.")
    return service


def _open(cluster: str, service: Service) -> None:
    configuration = service[_EXPRESS]["configuration"]
    network, port = configuration["networkConfiguration"], configurations.port(configuration)
    wish = ingress.Wish(
        BALANCERS,
        SERVICES_OF_A_BALANCER,
        ingress.scheme_of(network["subnets"]),
        network["subnets"],
        network["securityGroups"],
        port,
        configuration["healthCheckPath"],
    )
    made = ingress.open_ingress(service["serviceName"], wish)
    service[_EXPRESS]["ingress"] = made
    service[revisions.MANAGED] = {"ingressPaths": [_path(made, wish)]}
    _lead(cluster, service)


def _lead(cluster: str, service: Service) -> None:
    """Let the target groups lead to the port that the container has now, and ask for its path."""
    express, configuration = service[_EXPRESS], service[_EXPRESS]["configuration"]
    port, checked = configurations.port(configuration), configuration["healthCheckPath"]
    (path,) = service[revisions.MANAGED]["ingressPaths"]
    groups = [
        one | {"healthCheckPath": checked, "healthCheckPort": port, "port": port}
        for one in path["targetGroups"]
    ]
    for group in groups:
        call("elbv2", "ModifyTargetGroup", TargetGroupArn=group["arn"], HealthCheckPath=checked)
        if real := alb._tgs.get(group["arn"]):
            real["Port"] = port  # no call can change it
    # A revision that there is already keeps its own.
    service[revisions.MANAGED] = {"ingressPaths": [path | {"targetGroups": groups}]}
    service[revisions.MANAGED_BALANCERS] = [
        ingress.balancer_of(express["ingress"], configurations.CONTAINER, port)
    ]
    ecs._sync_service_targets(cluster, service)


def _path(made: ingress.Ingress, wish: ingress.Wish) -> dict[str, Any]:
    state = {"status": "ACTIVE", "updatedAt": ecs._iso()}
    return {
        "accessType": ingress.access_type(wish.scheme),
        "endpoint": made.host,
        "loadBalancer": state
        | {
            "arn": made.load_balancer,
            "scheme": wish.scheme,
            "subnetIds": list(wish.subnets),
            "securityGroupIds": list(wish.security_groups),
        },
        "listener": state | {"arn": made.listener},
        "rule": state | {"arn": made.rule},
        "certificate": state | {"arn": made.certificate, "domainName": made.host},
        "targetGroups": [state | {"arn": arn} for arn in (made.group, made.alternate)],
    }


def _told(service: Service) -> Told:
    express, revision = service[_EXPRESS], revisions.current(service)
    (path,) = service[revisions.MANAGED]["ingressPaths"]
    configuration = express["configuration"] | {
        "serviceRevisionArn": revision["serviceRevisionArn"],
        "ingressPaths": [{key: path[key] for key in ("accessType", "endpoint")}],
        "createdAt": revision["createdAt"],
    }
    return {
        "cluster": service["clusterArn"].rpartition("/")[2],
        "serviceName": service["serviceName"],
        "serviceArn": service["serviceArn"],
        "infrastructureRoleArn": express["infrastructureRoleArn"],
        "status": {"statusCode": service["status"]},
        "activeConfigurations": [configuration],
        "tags": ecs._tags.get(service["serviceArn"], []),
        "createdAt": service["createdAt"],
        "updatedAt": express["updatedAt"],
    }


def _refusing_express(original: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
    """What ECS says of such a call is not known."""

    def delete_service(request: Request) -> Answer:
        cluster = ecs._resolve_cluster_name(request.get("cluster", "default"))
        named = ecs._resolve_service_ref(request.get("service", "")) or ("",)
        service = ecs._services.get(f"{cluster}/{named[0]}") or {}
        if _EXPRESS in service:
            text = (
                f"{service['serviceArn']} is an Express service: "
                "delete it with DeleteExpressGatewayService."
            )
            return error_response_json("InvalidParameterException", text, 400)  # type: ignore[no-any-return]
        return original(request)

    return delete_service
