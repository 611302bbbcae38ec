"""What an Express service is to be: its configuration, task definition and network.

Amazon ECS API Reference: CreateExpressGatewayService, ExpressGatewayServiceConfiguration.
"""

from __future__ import annotations

from typing import Any

from ministack.services import ecs

from local_aws.emulated import ingress
from local_aws.emulated.refusals import RefusedError, done

CONTAINER = "Main"  # CreateExpressGatewayService: taskDefinitionArn

# CreateExpressGatewayService
_DEFAULTS: dict[str, Any] = {"cpu": "256", "memory": "512", "cpuArchitecture": "X86_64"}
_HEALTH_CHECK_PATH = "/ping"
_PORT = 80
_OF_TASK_DEFINITION = (
    "primaryContainer",
    "executionRoleArn",
    "taskRoleArn",
    "cpu",
    "memory",
    "cpuArchitecture",
)
_ROLES = ("executionRoleArn", "taskRoleArn")
_OF_CONTAINER = ("image", "command", "environment", "secrets", "repositoryCredentials")
CONFIGURED = (
    *_OF_TASK_DEFINITION,
    "taskDefinitionArn",
    "networkConfiguration",
    "healthCheckPath",
    "scalingTarget",
)

Configuration = dict[str, Any]


def check(given: Configuration) -> None:
    """Raise RefusedError for what a call can't say of a configuration."""
    if "taskDefinitionArn" in given and given.keys() & set(_OF_TASK_DEFINITION):
        raise RefusedError(
            "InvalidParameterException",
            f"With a taskDefinitionArn there can be none of {', '.join(_OF_TASK_DEFINITION)}.",
        )
    unknown = ingress.unknown_subnet(given.get("networkConfiguration", {}).get("subnets", []))
    if unknown:
        raise RefusedError("InvalidParameterException", f"The subnet ID '{unknown}' does not exist")


def configured(
    cluster: str, name: str, given: Configuration, before: Configuration | None = None
) -> Configuration:
    """What a service is to be, with a task definition made for it unless it has its own.

    Raises RefusedError where nothing says what its container is.
    """
    found = (before or {"healthCheckPath": _HEALTH_CHECK_PATH}) | given
    if "taskDefinitionArn" in given:
        found = {key: value for key, value in found.items() if key not in _OF_TASK_DEFINITION}
    elif before is None or given.keys() & set(_OF_TASK_DEFINITION):
        if "primaryContainer" not in found:
            raise RefusedError(
                "InvalidParameterException", "Give a primaryContainer or a taskDefinitionArn."
            )
        found = _DEFAULTS | found
        found["taskDefinitionArn"] = _registered(f"{cluster}-{name}", found)
    network = found.get("networkConfiguration", {})
    subnets = ingress.subnets_of(network.get("subnets", []))
    found["networkConfiguration"] = {"securityGroups": [], **network, "subnets": subnets}
    port(found)
    return found


def _registered(family: str, configuration: Configuration) -> str:
    container = configuration["primaryContainer"]
    port = {"containerPort": container.get("containerPort", _PORT), "protocol": "tcp"}
    kept = {key: container[key] for key in _OF_CONTAINER if key in container}
    roles = {key: configuration[key] for key in _ROLES if key in configuration}
    answer = ecs._register_task_definition(
        {
            "family": family,
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "cpu": configuration["cpu"],
            "memory": configuration["memory"],
            "containerDefinitions": [
                {**kept, "name": CONTAINER, "essential": True, "portMappings": [port]}
            ],
            **roles,
        }
    )
    return str(done(answer)["taskDefinition"]["taskDefinitionArn"])


def port(configuration: Configuration) -> int:
    """The port of the container that gets the traffic.

    Raises RefusedError for a task definition without (taskDefinitionArn: "must have a container
    named Main with a single TCP port mapping").
    """
    arn = configuration["taskDefinitionArn"]
    found = ecs._task_defs.get(ecs._resolve_td_key(arn)) or {"containerDefinitions": []}
    for container in found["containerDefinitions"]:
        if container["name"] == CONTAINER and container.get("portMappings"):
            return int(container["portMappings"][0]["containerPort"])
    raise RefusedError(
        "InvalidParameterException",
        f"Task definition {arn} has no container named {CONTAINER} with a port mapping.",
    )


def of_service(configuration: Configuration) -> dict[str, Any]:
    """What CreateService and UpdateService have to know of it."""
    network = configuration["networkConfiguration"]
    is_public = ingress.scheme_of(network["subnets"]) == ingress.INTERNET_FACING
    assigned = {"assignPublicIp": "ENABLED" if is_public else "DISABLED"}
    return {
        "taskDefinition": configuration["taskDefinitionArn"],
        "desiredCount": configuration.get("scalingTarget", {}).get("minTaskCount", 1),
        "networkConfiguration": {"awsvpcConfiguration": network | assigned},
    }
