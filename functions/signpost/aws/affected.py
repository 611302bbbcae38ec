"""Which services a batch of collected events is about, asked of ECS and Elastic Load Balancing.

Needs what `inventory` needs, and `elasticloadbalancing:DescribeTargetGroups`; may raise Throttled,
AwsUnavailable or AccessDenied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from signpost.aws import inventory
from signpost.aws.clients import calling
from signpost.aws.ecs import target_group_arns
from signpost.model.service import TASK_TARGETS
from signpost.names.configuration import FROM_LISTENER_RULES
from signpost.settings import Settings

Service = tuple[str, str]  # cluster and name


def naming_their_tasks(ecs: Any, services: Iterable[Service], settings: Settings) -> list[Service]:
    """Those of the services whose names lead to their tasks; `ecs` is a boto3 client."""
    names: dict[str, list[str]] = defaultdict(list)
    for cluster, name in services:
        if not settings.cluster_names or cluster in settings.cluster_names:
            names[cluster].append(name)
    return [
        (cluster, service["serviceName"])
        for cluster, listed in names.items()
        for service in inventory.described(ecs, cluster, listed)
        if _tag(service, "signpost:target") in TASK_TARGETS
    ]


def behind(
    ecs: Any, elbv2: Any, balancers: Mapping[str, object], settings: Settings
) -> dict[Service, str]:
    """Services whose names or warnings may have changed with the rules of these load balancers
    (by ARN), and through which one; `ecs` and `elbv2` are boto3 clients.

    These are the services that look at rules at all, and have a target group behind one of the
    load balancers, or behind none (any more).
    """
    balancers_of = {group["TargetGroupArn"]: group["LoadBalancerArns"] for group in _groups(elbv2)}
    found: dict[Service, str] = {}
    for cluster in inventory.clusters(ecs, settings):
        listed = inventory.service_names(ecs, cluster)
        for service in inventory.described(ecs, cluster, listed):
            if not _looks_at_rules(service, settings):
                continue
            for arn in target_group_arns(service):
                at = balancers_of.get(arn, [])
                touched = [one for one in at if one in balancers]
                if touched or not at:
                    through = touched[0] if touched else next(iter(balancers))
                    found.setdefault((cluster, service["serviceName"]), through)
    return found


def _looks_at_rules(service: Mapping[str, Any], settings: Settings) -> bool:
    names = _tag(service, "signpost:hostname")
    if _tag(service, "signpost:target") in TASK_TARGETS:
        return False
    return bool(names) or settings.hostname_source == FROM_LISTENER_RULES.partition(":")[2]


def _groups(elbv2: Any) -> Iterator[Mapping[str, Any]]:
    """All target groups: asked for by name, one that is gone would hide the others."""
    request: dict[str, Any] = {"PageSize": 400}
    while True:
        with calling("elasticloadbalancing:DescribeTargetGroups", "this region"):
            page = elbv2.describe_target_groups(**request)
        yield from page["TargetGroups"]
        if not page.get("NextMarker"):
            return
        request["Marker"] = page["NextMarker"]


def _tag(service: Mapping[str, Any], key: str) -> str:
    tags: dict[str, str] = {tag["key"]: tag.get("value", "") for tag in service.get("tags", [])}
    return tags.get(key, "").strip().lower()
