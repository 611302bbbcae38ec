"""Names and ARNs of ECS services in what comes from outside, and how to show what is wrong."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from signpost.errors import InvalidEvent

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_ARN = re.compile(
    r"arn:(?P<partition>aws[a-z-]{0,20}):ecs:(?P<region>[a-z0-9-]{1,32}):(?P<account>\d{12}):"
    r"(?P<kind>[a-z-]{1,32})/(?P<path>[A-Za-z0-9_/:-]{1,600})"
)


@dataclass(frozen=True)
class Home:
    """Where this installation runs: events of elsewhere are not for it."""

    account: str
    region: str
    sources: tuple[str, ...] = ("aws.ecs",)


class NotForUs(Exception):
    """A well-formed event that is about nothing of ours; the text says why."""


def identify(service: object, cluster: object, home: Home) -> tuple[str, str]:
    """Cluster and service names from names or ARNs.

    An ARN of the old format lacks the cluster (`service/NAME`), and a service name given beside
    an ARN of another cluster is a contradiction.
    """
    cluster_name = _cluster_name(cluster, home) if cluster is not None else None
    if not isinstance(service, str):
        raise InvalidEvent(f"The service is {show(service)}: a name or an ARN is needed.")
    if not service.startswith("arn:"):
        service_name = service
    else:
        kind, path = _own_arn(service, home)
        parts = path.split("/")
        if kind != "service":
            raise NotForUs(f"{show(service)} is no service.")
        if len(parts) > 2:
            raise InvalidEvent(f"{show(service)} is no service's ARN.")
        service_name = parts[-1]
        if len(parts) == 2:
            if cluster_name not in (None, parts[0]):
                raise InvalidEvent(
                    f"{show(service)} is a service of cluster {parts[0]}, "
                    f"not of {show(cluster_name)}."
                )
            cluster_name = parts[0]
    if cluster_name is None:
        raise NotForUs(f"{show(service)} has the old ARN format, which names no cluster.")
    for what, name in (("cluster", cluster_name), ("service", service_name)):
        if not _NAME.fullmatch(name):
            raise InvalidEvent(
                f"{show(name)} is no {what} name: letters, digits, _ and -, at most 255."
            )
    return cluster_name, service_name


def names_cluster(service: object) -> bool:
    """Whether it is an ARN of the new format, `…:service/CLUSTER/NAME`."""
    match = _ARN.fullmatch(service) if isinstance(service, str) else None
    return bool(match and "/" in match["path"])


def _cluster_name(cluster: object, home: Home) -> str:
    if not isinstance(cluster, str):
        raise InvalidEvent(f"The cluster is {show(cluster)}: a name or an ARN is needed.")
    if not cluster.startswith("arn:"):
        return cluster
    kind, path = _own_arn(cluster, home)
    if kind != "cluster":
        raise InvalidEvent(f"{show(cluster)} is no cluster's ARN.")
    return path


def _own_arn(arn: str, home: Home) -> tuple[str, str]:
    match = _ARN.fullmatch(arn)
    if not match:
        raise InvalidEvent(f"{show(arn)} is not an ARN of Amazon ECS.")
    if (match["region"], match["account"]) != (home.region, home.account):
        raise NotForUs(
            f"{show(arn)} is not in region {home.region} of account {home.account}, "
            "which this installation looks after."
        )
    return match["kind"], match["path"]


def show(value: object) -> str:
    """A value for a message: bounded, whatever was sent."""
    if isinstance(value, str):
        text = ascii(value[:120])
        return text if len(text) <= 220 else text[:217] + "..."
    if value is None or isinstance(value, (bool, float)):
        return json.dumps(value)
    if isinstance(value, int):  # the longest ones can't even be written in decimal
        return repr(value) if value.bit_length() < 64 else "a huge number"
    return f"a {'list' if isinstance(value, list) else type(value).__name__}"
