"""Any accepted input of the state machine → one `Trigger`. An event is only a hint: of all that
it says, only which service it is about is acted on; the rest is kept for the receipt.

Shapes: EventBridge's `AWS API Call via CloudTrail`, `ECS Deployment State Change`,
`ECS Service Action` and `ECS Task State Change` (Amazon ECS Developer Guide, "Amazon ECS events"),
and a run that no event starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from signpost import moments
from signpost.errors import InvalidEvent
from signpost.harmless import harmless
from signpost.model.trigger import Trigger
from signpost.triggers import runs
from signpost.triggers.ecs_names import Home, NotForUs, identify, names_cluster, show

SERVICE_CALLS = (
    "CreateService",
    "UpdateService",
    "DeleteService",
    "CreateTaskSet",
    "UpdateServicePrimaryTaskSet",
    "DeleteTaskSet",
    "CreateExpressGatewayService",
    "UpdateExpressGatewayService",
    "DeleteExpressGatewayService",
)
TAG_CALLS = ("TagResource", "UntagResource")
ECS_EVENTS = {
    "ECS Deployment State Change": "deployment",
    "ECS Service Action": "service-action",
    "ECS Task State Change": "tasks",
}
_CLOUDTRAIL = "AWS API Call via CloudTrail"
_SERVICE_GROUP = "service:"  # what the group of a service's tasks begins with


def parse(event: object, home: Home, now: datetime) -> Trigger:
    """Say what started the execution; `now` (aware) is when, where the input does not tell.

    The trigger's `skip` says why a well-formed input is nothing to act on.
    Raises InvalidEvent for an input of no accepted shape.
    """
    if not isinstance(event, Mapping):
        raise InvalidEvent(
            f"The input is {show(event)}, not an object: send an ECS event or "
            '{"cluster": "NAME", "service": "NAME"}.'
        )
    if "detail-type" in event or "detail" in event:
        return _from_event_bridge(event, home, now)
    return runs.parse(event, home, now)


def _from_event_bridge(event: Mapping[str, Any], home: Home, now: datetime) -> Trigger:
    detail = event.get("detail")
    for key in ("detail-type", "source"):
        if not isinstance(event.get(key), str):
            raise InvalidEvent(f"The event's {key} is {show(event.get(key))}, not text.")
    if not isinstance(detail, Mapping):
        raise InvalidEvent(f"The event's detail is {show(detail)}, not an object.")
    kind = ECS_EVENTS.get(event["detail-type"], "cloudtrail")
    name = detail.get("eventName")
    trigger = Trigger(
        kind=kind,
        name=_text(name) or _text(event["detail-type"]) or "",
        cluster=None,
        service=None,
        time=moments.first_of(detail.get("eventTime"), event.get("time"), now=now),
        id=_text(event.get("id")),
    )
    try:
        if event["source"] not in home.sources:
            raise NotForUs(f"The event's source is {show(event['source'])}, not Amazon ECS.")
        if kind == "tasks":
            cluster, service = _from_task_event(detail, home)
        elif kind != "cloudtrail":
            cluster, service = _from_ecs_event(event, detail, home)
        elif event["detail-type"] == _CLOUDTRAIL:
            known = _text(detail.get("eventID")) or trigger.id
            trigger = replace(trigger, id=known, actor=_actor(detail.get("userIdentity")))
            cluster, service = _from_cloudtrail(detail, name, home)
        else:
            raise NotForUs(
                f"Events of the type {show(event['detail-type'])} change no service's names."
            )
    except NotForUs as why:
        return replace(trigger, skip=str(why))
    return replace(trigger, cluster=cluster, service=service)


def _from_ecs_event(
    event: Mapping[str, Any], detail: Mapping[str, Any], home: Home
) -> tuple[str, str]:
    resources = event.get("resources")
    if not isinstance(resources, list) or not resources or not isinstance(resources[0], str):
        raise InvalidEvent(
            f"The event's resources are {show(resources)}: the first must be the service's ARN."
        )
    return identify(resources[0], detail.get("clusterArn"), home)


def _from_task_event(detail: Mapping[str, Any], home: Home) -> tuple[str, str]:
    group = detail.get("group")
    if not isinstance(group, str):
        raise InvalidEvent(f"The event's detail.group is {show(group)}, not text.")
    if not group.startswith(_SERVICE_GROUP):
        raise NotForUs(f"The task's group is {show(group)}: it belongs to no service.")
    cluster = detail.get("clusterArn")
    if not isinstance(cluster, str):
        raise InvalidEvent(f"The event's detail.clusterArn is {show(cluster)}, not an ARN.")
    return identify(group.removeprefix(_SERVICE_GROUP), cluster, home)


def _from_cloudtrail(detail: Mapping[str, Any], name: object, home: Home) -> tuple[str, str]:
    if not isinstance(name, str):
        raise InvalidEvent(f"The event's detail.eventName is {show(name)}, not text.")
    if detail.get("eventSource") != "ecs.amazonaws.com":
        raise NotForUs(f"The call went to {show(detail.get('eventSource'))}, not to Amazon ECS.")
    if name not in SERVICE_CALLS + TAG_CALLS:
        raise NotForUs(f"The call {show(name)} changes no service's names.")
    if detail.get("errorCode"):
        raise NotForUs(f"The call {name} failed ({show(detail['errorCode'])}): nothing changed.")
    request = detail.get("requestParameters")
    if not isinstance(request, Mapping):
        raise InvalidEvent(f"The event's requestParameters are {show(request)}, not an object.")
    if name in TAG_CALLS:
        return identify(request.get("resourceArn"), None, home)
    return identify(*_named(request, _answer(detail.get("responseElements"))), home)


def _named(request: Mapping[str, Any], answer: Mapping[str, Any]) -> tuple[object, object]:
    """What a call says of its service and cluster; the answer is more exact, if there is one.

    Calls of Express Mode take `serviceArn`, only the first of them a cluster, and answer with
    `cluster`, a name or an ARN (Amazon ECS API Reference, "ECSExpressGatewayService"). All others
    take a service's name or ARN, and mean the cluster `default` where none is named: not where the
    service's ARN names its own, nor where the call takes none.
    """
    keys = ("service", "serviceName", "serviceArn")
    service = answer.get("serviceArn") or next(filter(None, map(request.get, keys)), None)
    cluster = answer.get("clusterArn") or answer.get("cluster") or request.get("cluster")
    if not cluster and "serviceArn" not in request and not names_cluster(service):
        cluster = "default"
    return service, cluster or None


def _actor(user: object) -> str | None:
    """Who called: an ARN, or the AWS service on whose behalf that was where no ARN is told
    (CloudTrail User Guide, "CloudTrail userIdentity element": both are optional).
    """
    if not isinstance(user, Mapping):
        return None
    return _text(user.get("arn")) or _text(user.get("invokedBy"))


def _answer(response: object) -> Mapping[str, Any]:
    """The service (or task set) in a call's answer: more exact than the request, if there."""
    if isinstance(response, Mapping):
        for key in ("service", "taskSet"):
            found = response.get(key)
            if isinstance(found, Mapping):
                return found
    return {}


def _text(value: object) -> str | None:
    return harmless(value)[: runs.MAX_TEXT] if isinstance(value, str) and value else None
