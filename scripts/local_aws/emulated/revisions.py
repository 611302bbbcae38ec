"""Service revisions, of which MiniStack has none: what each deployment of a service was to be.

A service of the deployment controller ECS gets one when it is made, and another one whenever a call
changes what is kept in it, or forces a deployment (Amazon ECS Developer Guide: Amazon ECS service
revisions; API Reference: ServiceRevision, ServiceRevisionSummary). Here the newest is the current
one, as the emulator finishes a deployment at once.
"""

from __future__ import annotations

import copy
import json
import os
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_account_id, get_region, json_response
from ministack.services import ecs

from local_aws.emulated.permissions import PARTITION
from local_aws.emulated.refusals import Answer, RefusedError, Request, answering

MOST_ARNS = 20  # of one DescribeServiceRevisions (API Reference: serviceRevisionArns)
# Set in the environment: DescribeServices shows load balancers that ECS manages. Whether AWS's
# does is not known; here it does not unless asked to.
SHOWS_MANAGED = "SIGNPOST_LOCAL_SHOWS_MANAGED"

# What ECS manages for a service, as its revision tells of it (ServiceRevision:
# ecsManagedResources), and the target groups of it, as loadBalancers would name them.
MANAGED = "_managed"
MANAGED_BALANCERS = "_managed_balancers"

_OF_SERVICE = (
    "taskDefinition",
    "capacityProviderStrategy",
    "launchType",
    "platformVersion",
    "platformFamily",
    "loadBalancers",
    "serviceRegistries",
    "networkConfiguration",
)
# What a call says and MiniStack does not keep.
_OF_REQUEST = (
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "vpcLatticeConfigurations",
    "gatewayConnectors",
    "monitoring",
)

Service = dict[str, Any]
Revision = dict[str, Any]
Call = Callable[[Request], Answer]


def install() -> None:
    """Let the emulator's ECS keep and show revisions."""
    for name in ("CreateService", "UpdateService"):
        ecs._ACTION_MAP[name] = _shown(_recorded(ecs._ACTION_MAP[name]))
    for name in ("DescribeServices", "DeleteService"):
        ecs._ACTION_MAP[name] = _shown(ecs._ACTION_MAP[name])
    ecs._ACTION_MAP["DescribeServiceRevisions"] = answering(describe)


def record(service: Service, *, is_forced: bool = False) -> None:
    """Keep what a service is to be now as a revision, if that is anything new, or at any rate."""
    if (service.get("deploymentController") or {}).get("type", "ECS") != "ECS":
        return
    kept = {name: service.get(name) for name in _OF_SERVICE} | service.get("_asked", {})
    kept = copy.deepcopy({name: value for name, value in kept.items() if value})
    revisions = service.setdefault("_revisions", {})
    managed = service.get(MANAGED)
    if revisions and not is_forced:
        newest = current(service)
        if (newest["_kept"], newest.get("ecsManagedResources")) == (kept, managed):
            return
    cluster = service["clusterArn"].rpartition("/")[2]
    arn = (
        f"arn:{PARTITION}:ecs:{get_region()}:{get_account_id()}:service-revision"
        f"/{cluster}/{service['serviceName']}/{time.time_ns()}"
    )
    # What ECS manages is not copied: it changes while the revision lasts.
    revisions[arn] = {
        "serviceRevisionArn": arn,
        "serviceArn": service["serviceArn"],
        "clusterArn": service["clusterArn"],
        "loadBalancers": [],
        **kept,
        **({"ecsManagedResources": managed} if managed else {}),
        "createdAt": ecs._iso(),
        "_kept": kept,
    }


def current(service: Service) -> Revision:
    """The newest revision of a service that has any."""
    return next(reversed(service["_revisions"].values()))


def service_of(arn: str) -> Service | None:
    """The emulator's own record of a service, or of the service of a revision, given the ARN."""
    names = arn.partition(":service")[2].split("/")[1:3]
    return ecs._services.get("/".join(names))  # type: ignore[no-any-return]


def describe(request: Request) -> dict[str, Any]:
    """DescribeServiceRevisions: what there is of those asked for, and `MISSING` for the others.

    Raises RefusedError for none or too many.
    """
    arns = request.get("serviceRevisionArns") or []
    if not 1 <= len(arns) <= MOST_ARNS:
        text = f"serviceRevisionArns must name 1 to {MOST_ARNS} service revisions."
        raise RefusedError("InvalidParameterException", text)
    found = {arn: (service_of(arn) or {}).get("_revisions", {}).get(arn) for arn in arns}
    return {
        "serviceRevisions": [ecs._sanitize(one) for one in found.values() if one],
        "failures": [{"arn": arn, "reason": "MISSING"} for arn, one in found.items() if not one],
    }


def _recorded(original: Call) -> Call:
    def call(request: Request) -> Answer:
        answer = original(request)
        if answer[0] < 400:
            service = service_of(json.loads(answer[2])["service"]["serviceArn"]) or {}
            asked = {name: request[name] for name in _OF_REQUEST if name in request}
            service["_asked"] = service.get("_asked", {}) | asked
            record(service, is_forced=bool(request.get("forceNewDeployment")))
        return answer

    return call


def _shown(original: Call) -> Call:
    def call(request: Request) -> Answer:
        status, headers, body = original(request)
        if status >= 400:
            return status, headers, body
        answer = json.loads(body)
        for told in answer.get("services", [answer.get("service")]):
            _complete(told, service_of(told["serviceArn"]) or {})
        return json_response(answer)  # type: ignore[no-any-return]

    return call


def _complete(told: dict[str, Any], service: Service) -> None:
    if service.get("_revisions"):
        told["currentServiceRevisions"] = [
            {
                "arn": current(service)["serviceRevisionArn"],
                "requestedTaskCount": service["desiredCount"],
                "runningTaskCount": service["runningCount"],
                "pendingTaskCount": service["pendingCount"],
            }
        ]
    if os.environ.get(SHOWS_MANAGED):
        told["loadBalancers"] = [
            *told.get("loadBalancers", []),
            *service.get(MANAGED_BALANCERS, []),
        ]
