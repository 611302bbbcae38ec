"""Which services a batch of collected events is about, asked of ECS and Elastic Load Balancing.

Needs what `inventory` needs, and `elasticloadbalancing:DescribeTargetGroups`; may raise Throttled,
AwsUnavailable or AccessDenied.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from signpost.aws import inventory
from signpost.aws.clients import calling
from signpost.aws.ecs import classic_names, routings, target_group_arns
from signpost.model.service import TASK_TARGETS
from signpost.names.configuration import FROM_LISTENER_RULES, is_tagged
from signpost.settings import Settings

Service = tuple[str, str]  # cluster and name


@dataclass(frozen=True)
class Touched:
    """What calls to Elastic Load Balancing have changed; whichever collections there are, in them
    are ARNs, of classic load balancers names.

    `rules` are load balancers whose listener rules have changed: that matters to services that look
    at rules at all, and have a target group behind one of them, or behind none (any more).
    `balancers` have changed as a whole, for every service behind them. Who was behind one of the
    `deleted` ones nobody can tell: it is looked at every service with a target group behind none.
    `target_groups` matter to the services that name them. `times` says when the newest call about
    each was made (ISO 8601).
    """

    rules: Collection[str] = ()
    balancers: Collection[str] = ()
    deleted: Collection[str] = ()
    target_groups: Collection[str] = ()
    times: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.needs_places or self.target_groups)

    @property
    def needs_places(self) -> bool:
        """Whether it must be known behind which load balancers target groups are."""
        return bool(self.rules or self.balancers or self.deleted)


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
        if _target(_tags(service)) in TASK_TARGETS
    ]


def behind(ecs: Any, elbv2: Any, touched: Touched, settings: Settings) -> dict[Service, str]:
    """Services whose names or warnings may have changed with what calls have touched, and through
    what of it; `ecs` and `elbv2` are boto3 clients.
    """
    balancers_of = _load_balancers(elbv2) if touched.needs_places else {}
    found: dict[Service, str] = {}
    for cluster in inventory.clusters(ecs, settings):
        listed = inventory.service_names(ecs, cluster)
        services = list(inventory.described(ecs, cluster, listed))
        managed = routings(ecs, cluster, services, settings, lambda _: True)
        for service in services:
            groups = target_group_arns(service, managed)
            for through in _ways(service, groups, touched, balancers_of, settings):
                if not _is_younger(service, touched.times.get(through)):
                    found.setdefault((cluster, service["serviceName"]), through)
    return found


def _is_younger(service: Mapping[str, Any], time: str | None) -> bool:
    """Whether a service was made after a call, or within the same second: its own creation starts
    an execution, which sees what the call has done. A stack makes load balancers before services.
    """
    made = service.get("createdAt")
    if made is None or time is None:
        return False
    called = datetime.fromisoformat(time).replace(microsecond=0)
    return bool(made.replace(microsecond=0) >= called)


def _ways(
    service: Mapping[str, Any],
    groups: Sequence[str],
    touched: Touched,
    balancers_of: Mapping[str, Sequence[str]],
    settings: Settings,
) -> Iterator[str]:
    """Through what of that which was touched a service may have changed."""
    tags = _tags(service)
    unwanted = settings.selection == "tagged" and not is_tagged(tags)
    if unwanted or _target(tags) in TASK_TARGETS:
        return
    yield from (one for one in groups if one in touched.target_groups)
    yield from (one for one in classic_names(service) if one in touched.balancers)
    looks_at_rules = _looks_at_rules(tags, settings)
    for group in groups if touched.needs_places else ():
        at = balancers_of.get(group, ())
        yield from (one for one in at if one in touched.balancers)
        if looks_at_rules:
            yield from (one for one in at if one in touched.rules)
        if not at:
            yield from touched.deleted
            yield from touched.rules if looks_at_rules else ()


def _looks_at_rules(tags: Mapping[str, str], settings: Settings) -> bool:
    by_default = settings.hostname_source == FROM_LISTENER_RULES.partition(":")[2]
    return by_default or bool(tags.get("signpost:hostname", "").strip())


def _load_balancers(elbv2: Any) -> dict[str, list[str]]:
    """Behind which load balancers each target group is: of all of them, as one that is gone would
    hide the others that are asked for.
    """
    found: dict[str, list[str]] = {}
    request: dict[str, Any] = {"PageSize": 400}
    while True:
        with calling("elasticloadbalancing:DescribeTargetGroups", "this region"):
            page = elbv2.describe_target_groups(**request)
        found |= {
            group["TargetGroupArn"]: group["LoadBalancerArns"] for group in page["TargetGroups"]
        }
        if not page.get("NextMarker"):
            return found
        request["Marker"] = page["NextMarker"]


def _tags(service: Mapping[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag.get("value", "") for tag in service.get("tags", [])}


def _target(tags: Mapping[str, str]) -> str:
    return tags.get("signpost:target", "").strip().lower()
