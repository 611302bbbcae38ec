"""Calls, finished deployments and tasks as EventBridge would tell of them. Pure: no AWS calls."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from local_aws.template import ECS_SOURCE, ELB_SOURCE, LOCAL_SOURCES

# What the template's rule may want to hear of; everything else would only cost time.
EXPRESS_CALLS = (
    "CreateExpressGatewayService",
    "UpdateExpressGatewayService",
    "DeleteExpressGatewayService",
)
SERVICE_CALLS = ("CreateService", "UpdateService", "DeleteService", *EXPRESS_CALLS)
OTHER_CALLS = (
    "CreateTaskSet",
    "UpdateServicePrimaryTaskSet",
    "DeleteTaskSet",
    "TagResource",
    "UntagResource",
)
CALLS = SERVICE_CALLS + OTHER_CALLS
_READS = ("Describe", "Get", "List")

# The part of a service that CloudTrail repeats in the answer of a call.
_ANSWERED = (
    "serviceArn",
    "serviceName",
    "clusterArn",
    "status",
    "desiredCount",
    "runningCount",
    "pendingCount",
    "launchType",
    "taskDefinition",
    "loadBalancers",
    "serviceRegistries",
    "schedulingStrategy",
    "deploymentController",
    "createdAt",
    "createdBy",
    # Of Express Mode's services, whose answers have no `clusterArn`.
    "cluster",
    "infrastructureRoleArn",
    "currentDeployment",
    "activeConfigurations",
    "targetConfiguration",
    "updatedAt",
)
_DATES = ("createdAt", "updatedAt")

# What an event of a task has even when it is empty.
_KEPT = ("attachments", "containers")

_IDENTITY_TYPES = {"root": "Root", "user": "IAMUser", "federated-user": "FederatedUser"}

Event = dict[str, Any]


def reads_only(call: str) -> bool:
    """Whether a call, of ECS or Elastic Load Balancing, changes nothing."""
    return call.startswith(_READS)


def target_of(recorded: Mapping[str, Any]) -> tuple[str, str] | None:
    """Cluster and service (names or ARNs) that a recorded call is about; None for no service.

    An answer is more exact, and alone says what ECS has called an Express service without a name.
    """
    request = recorded.get("requestParameters") or {}
    answer = (recorded.get("responseElements") or {}).get("service") or {}
    if recorded.get("eventName") in ("TagResource", "UntagResource"):
        kind, *names = str(request.get("resourceArn", "")).rpartition(":")[2].split("/")
        if kind != "service" or not names:
            return None
        return (names[0] if len(names) > 1 else "default", names[-1])
    if arn := answer.get("serviceArn") or request.get("serviceArn"):
        cluster, _, name = str(arn).partition(":service/")[2].partition("/")
        return (cluster, name) if name else None
    service = request.get("serviceName") or request.get("service")
    return (str(request.get("cluster") or "default"), str(service)) if service else None


def api_call(recorded: Mapping[str, Any]) -> Event:
    """The PutEvents entry for a recorded call to ECS, shaped as CloudTrail's."""
    return _entry(ECS_SOURCE, "AWS API Call via CloudTrail", _management_event(recorded), [])


def answered(event_name: str, answer: Mapping[str, Any]) -> Event | None:
    """`responseElements` of a call to ECS, given its answer; None where CloudTrail has none."""
    service = answer.get("service")
    if event_name not in SERVICE_CALLS or not isinstance(service, dict):
        return None
    elements: Event = _with_locale_dates({n: service[n] for n in _ANSWERED if n in service})
    if event_name == "DeleteService":
        # The emulator's is INACTIVE at once; the call itself answers DRAINING.
        elements["status"] = "DRAINING"
    return {"service": elements}


def elb_call(recorded: Mapping[str, Any]) -> Event:
    """The PutEvents entry for a call to Elastic Load Balancing, shaped as CloudTrail's."""
    return _entry(ELB_SOURCE, "AWS API Call via CloudTrail", _management_event(recorded), [])


def task_changed(task: Mapping[str, Any]) -> Event:
    """The PutEvents entry of ECS's own event for a task in the form of DescribeTasks.

    Amazon ECS Developer Guide, task state change events: the same fields, but dates are ISO 8601
    and a network interface's type is `eni`.
    """
    detail = {name: value for name, value in task.items() if value not in ("", []) or name in _KEPT}
    detail["attachments"] = [
        {**one, "type": "eni" if one["type"] == "ElasticNetworkInterface" else one["type"]}
        for one in task["attachments"]
    ]
    detail["updatedAt"] = _iso(datetime.now(UTC))
    return _entry(ECS_SOURCE, "ECS Task State Change", detail, [task["taskArn"]])


def deployment_completed(service: Mapping[str, Any], deployment: Mapping[str, Any]) -> Event:
    """The PutEvents entry of ECS's own event for a deployment that has finished."""
    detail = {
        "eventType": "INFO",
        "eventName": "SERVICE_DEPLOYMENT_COMPLETED",
        "clusterArn": service["clusterArn"],
        "deploymentId": deployment["id"],
        "updatedAt": _iso(datetime.now(UTC)),
        "reason": f"ECS deployment {deployment['id']} completed.",
    }
    return _entry(ECS_SOURCE, "ECS Deployment State Change", detail, [service["serviceArn"]])


def _entry(source: str, detail_type: str, detail: Mapping[str, Any], resources: list[str]) -> Event:
    return {
        "Source": LOCAL_SOURCES[source],
        "DetailType": detail_type,
        "Detail": json.dumps(detail, default=str),
        "Resources": resources,
        "EventBusName": "default",
    }


def _management_event(recorded: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **recorded,
        "managementEvent": True,
        "eventCategory": "Management",
        "readOnly": False,
        "userIdentity": identity(recorded.get("userIdentity") or {}),
    }


def identity(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Who called; `local_aws.emulated.calls` records the caller's ARN in place of a user's name."""
    actor = str(recorded.get("userName", ""))
    if not actor.startswith("arn:"):
        return dict(recorded)
    account, _, resource = actor.split(":", 4)[4].partition(":")
    kind, _, name = resource.partition("/")
    identity = {
        "type": _IDENTITY_TYPES.get(kind, "AssumedRole"),
        "principalId": account if kind == "root" else recorded.get("principalId", ""),
        "arn": actor,
        "accountId": account,
        "accessKeyId": recorded.get("accessKeyId", ""),
    }
    if kind == "user":
        identity["userName"] = name.rpartition("/")[2]
    return identity


def _with_locale_dates(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_locale_dates(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: locale_date(float(one)) if name in _DATES else _with_locale_dates(one)
        for name, one in value.items()
    }


def locale_date(epoch_seconds: float) -> str:
    """A date as CloudTrail writes it inside of answers: `Apr 13, 2026, 7:44:52 PM`."""
    utc = datetime.fromtimestamp(epoch_seconds, UTC)
    return f"{utc:%b} {utc.day}, {utc.year}, {utc.hour % 12 or 12}:{utc:%M:%S %p}"


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
