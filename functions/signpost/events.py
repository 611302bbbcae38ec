"""Any accepted input of the state machine → one `Trigger`. An event is only a hint: of all that
it says, only which service it is about is acted on; the rest is kept for the receipt.

Shapes: EventBridge's `AWS API Call via CloudTrail`, `ECS Deployment State Change` and
`ECS Service Action` (Amazon ECS Developer Guide, "Amazon ECS events"), and a run by hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from signpost.errors import InvalidEvent
from signpost.model import Trigger

SERVICE_CALLS = (
    "CreateService",
    "UpdateService",
    "DeleteService",
    "CreateTaskSet",
    "UpdateServicePrimaryTaskSet",
    "DeleteTaskSet",
)
TAG_CALLS = ("TagResource", "UntagResource")
ECS_EVENTS = {
    "ECS Deployment State Change": "deployment",
    "ECS Service Action": "service-action",
}
_CLOUDTRAIL = "AWS API Call via CloudTrail"
_MANUAL_KEYS = {"cluster", "service", "reason", "dry_run"}
_MAX_TEXT = 1024

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]{0,20}):ecs:(?P<region>[a-z0-9-]{1,32}):(?P<account>\d{12}):"
    r"(?P<kind>[a-z-]{1,32})/(?P<path>[A-Za-z0-9_/-]{1,600})"
)


@dataclass(frozen=True)
class Home:
    """Where this installation runs: events of elsewhere are not for it."""

    account: str
    region: str
    sources: tuple[str, ...] = ("aws.ecs",)


class _NotForUs(Exception):
    """A well-formed event that is about nothing of ours; the text says why."""


def parse(event: object, home: Home, now: datetime) -> Trigger:
    """Say what started the execution; `now` (aware) is when, where the input does not tell.

    The trigger's `skip` says why a well-formed input is nothing to act on.
    Raises InvalidEvent for an input of no accepted shape.
    """
    if not isinstance(event, Mapping):
        raise InvalidEvent(
            f"The input is {_show(event)}, not an object: send an ECS event or "
            '{"cluster": "NAME", "service": "NAME"}.'
        )
    if "detail-type" in event or "detail" in event:
        return _from_event_bridge(event, home, now)
    return _manual(event, home, now)


def _manual(event: Mapping[str, Any], home: Home, now: datetime) -> Trigger:
    unknown = sorted(str(key)[:40] for key in event if key not in _MANUAL_KEYS)
    if unknown:
        raise InvalidEvent(
            f"The input has {', '.join(unknown[:5])}: a run by hand takes cluster, service, "
            "reason and dry_run."
        )
    for key in ("cluster", "service"):
        if not isinstance(event.get(key), str):
            raise InvalidEvent(
                f"The input's {key} is {_show(event.get(key))}: name the {key}, or give its ARN."
            )
    reason, dry_run = event.get("reason"), event.get("dry_run", False)
    if reason is not None and not (isinstance(reason, str) and len(reason) <= _MAX_TEXT):
        raise InvalidEvent(f"The input's reason must be text of at most {_MAX_TEXT} characters.")
    if not isinstance(dry_run, bool):
        raise InvalidEvent(f"The input's dry_run is {_show(dry_run)}: it must be true or false.")
    try:
        cluster, service = _identify(event["service"], event["cluster"], home)
    except _NotForUs as why:
        raise InvalidEvent(str(why)) from None
    return Trigger(
        kind="manual",
        name="Run",
        cluster=cluster,
        service=service,
        time=_iso(now),
        reason=reason,
        dry_run=dry_run,
    )


def _from_event_bridge(event: Mapping[str, Any], home: Home, now: datetime) -> Trigger:
    detail = event.get("detail")
    for key in ("detail-type", "source"):
        if not isinstance(event.get(key), str):
            raise InvalidEvent(f"The event's {key} is {_show(event.get(key))}, not text.")
    if not isinstance(detail, Mapping):
        raise InvalidEvent(f"The event's detail is {_show(detail)}, not an object.")
    kind = ECS_EVENTS.get(event["detail-type"], "cloudtrail")
    name = detail.get("eventName")
    trigger = Trigger(
        kind=kind,
        name=_text(name) or _text(event["detail-type"]) or "",
        cluster=None,
        service=None,
        time=_time(detail.get("eventTime"), event.get("time"), now),
        id=_text(event.get("id")),
    )
    try:
        if event["source"] not in home.sources:
            raise _NotForUs(f"The event's source is {_show(event['source'])}, not Amazon ECS.")
        if kind != "cloudtrail":
            cluster, service = _from_ecs_event(event, detail, home)
        elif event["detail-type"] == _CLOUDTRAIL:
            user = detail.get("userIdentity")
            actor = _text(user.get("arn")) if isinstance(user, Mapping) else None
            trigger = replace(trigger, id=_text(detail.get("eventID")) or trigger.id, actor=actor)
            cluster, service = _from_cloudtrail(detail, name, home)
        else:
            raise _NotForUs(
                f"Events of the type {_show(event['detail-type'])} change no service's names."
            )
    except _NotForUs as why:
        return replace(trigger, skip=str(why))
    return replace(trigger, cluster=cluster, service=service)


def _from_ecs_event(
    event: Mapping[str, Any], detail: Mapping[str, Any], home: Home
) -> tuple[str, str]:
    resources = event.get("resources")
    if not isinstance(resources, list) or not resources or not isinstance(resources[0], str):
        raise InvalidEvent(
            f"The event's resources are {_show(resources)}: the first must be the service's ARN."
        )
    return _identify(resources[0], detail.get("clusterArn"), home)


def _from_cloudtrail(detail: Mapping[str, Any], name: object, home: Home) -> tuple[str, str]:
    if not isinstance(name, str):
        raise InvalidEvent(f"The event's detail.eventName is {_show(name)}, not text.")
    if detail.get("eventSource") != "ecs.amazonaws.com":
        raise _NotForUs(f"The call went to {_show(detail.get('eventSource'))}, not to Amazon ECS.")
    if name not in SERVICE_CALLS + TAG_CALLS:
        raise _NotForUs(f"The call {_show(name)} changes no service's names.")
    if detail.get("errorCode"):
        raise _NotForUs(f"The call {name} failed ({_show(detail['errorCode'])}): nothing changed.")
    request = detail.get("requestParameters")
    if not isinstance(request, Mapping):
        raise InvalidEvent(f"The event's requestParameters are {_show(request)}, not an object.")
    if name in TAG_CALLS:
        return _identify(request.get("resourceArn"), None, home)
    answer = _answer(detail.get("responseElements"))
    service = answer.get("serviceArn") or request.get("service") or request.get("serviceName")
    cluster = answer.get("clusterArn") or request.get("cluster")
    return _identify(service, cluster or "default", home)


def _answer(response: object) -> Mapping[str, Any]:
    """The service (or task set) in a call's answer: more exact than the request, if there."""
    if isinstance(response, Mapping):
        for key in ("service", "taskSet"):
            found = response.get(key)
            if isinstance(found, Mapping):
                return found
    return {}


def _identify(service: object, cluster: object, home: Home) -> tuple[str, str]:
    """Cluster and service names from names or ARNs.

    An ARN of the old format lacks the cluster (`service/NAME`), and a service name given beside
    an ARN of another cluster is a contradiction.
    """
    cluster_name = _cluster_name(cluster, home) if cluster is not None else None
    if not isinstance(service, str):
        raise InvalidEvent(f"The service is {_show(service)}: a name or an ARN is needed.")
    if not service.startswith("arn:"):
        service_name = service
    else:
        kind, path = _own_arn(service, home)
        parts = path.split("/")
        if kind != "service":
            raise _NotForUs(f"{_show(service)} is no service.")
        if len(parts) > 2:
            raise InvalidEvent(f"{_show(service)} is no service's ARN.")
        service_name = parts[-1]
        if len(parts) == 2:
            if cluster_name not in (None, parts[0]):
                raise InvalidEvent(
                    f"{_show(service)} is a service of cluster {parts[0]}, not of {cluster_name}."
                )
            cluster_name = parts[0]
    if cluster_name is None:
        raise _NotForUs(f"{_show(service)} has the old ARN format, which names no cluster.")
    for what, name in (("cluster", cluster_name), ("service", service_name)):
        if not _NAME.fullmatch(name):
            raise InvalidEvent(
                f"{_show(name)} is no {what} name: letters, digits, _ and -, at most 255."
            )
    return cluster_name, service_name


def _cluster_name(cluster: object, home: Home) -> str:
    if not isinstance(cluster, str):
        raise InvalidEvent(f"The cluster is {_show(cluster)}: a name or an ARN is needed.")
    if not cluster.startswith("arn:"):
        return cluster
    kind, path = _own_arn(cluster, home)
    if kind != "cluster":
        raise InvalidEvent(f"{_show(cluster)} is no cluster's ARN.")
    return path


def _own_arn(arn: str, home: Home) -> tuple[str, str]:
    match = _ARN.fullmatch(arn)
    if not match:
        raise InvalidEvent(f"{_show(arn)} is not an ARN of Amazon ECS.")
    if (match["region"], match["account"]) != (home.region, home.account):
        raise _NotForUs(
            f"{_show(arn)} is not in region {home.region} of account {home.account}, "
            "which this installation looks after."
        )
    return match["kind"], match["path"]


def _time(event_time: object, delivered: object, now: datetime) -> str:
    """The first that is an ISO 8601 time; without a zone it is UTC, as CloudTrail's are."""
    for value in (event_time, delivered):
        if isinstance(value, str) and len(value) <= 40:
            try:
                parsed = datetime.fromisoformat(value)
            except ValueError:
                continue
            return _iso(parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC))
    return _iso(now)


def _iso(moment: datetime) -> str:
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:  # the years 1 and 9999, where the zone would leave the calendar
        moment = moment.replace(tzinfo=UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _text(value: object) -> str | None:
    return value[:_MAX_TEXT] if isinstance(value, str) and value else None


def _show(value: object) -> str:
    """A value for a message: bounded, whatever was sent."""
    if isinstance(value, str):
        text = ascii(value[:120])
        return text if len(text) <= 220 else text[:217] + "..."
    if value is None or isinstance(value, (bool, float)):
        return repr(value)
    if isinstance(value, int):  # the longest ones can't even be written in decimal
        return repr(value) if value.bit_length() < 64 else "a huge number"
    return f"a {'list' if isinstance(value, list) else type(value).__name__}"
