"""What a batch of collected events asks for: which services' tasks came or went, and which load
balancers' listener rules changed. Pure.

Collected are events that come in bursts (`ECS Task State Change`) and those that name no service
(CloudTrail's `CreateRule`, `ModifyRule`, `DeleteRule` and `SetRulePriorities`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from signpost.errors import InvalidEvent
from signpost.model.load_balancer import load_balancer_of
from signpost.model.trigger import Trigger
from signpost.triggers import cloud_events
from signpost.triggers.ecs_names import Home

RULE_CALLS = ("CreateRule", "ModifyRule", "DeleteRule", "SetRulePriorities")


@dataclass
class Group:
    """All events of a batch about one thing: the newest, and how many there were."""

    newest: Trigger
    count: int = 1

    def add(self, trigger: Trigger) -> None:
        """One more."""
        self.count += 1
        if trigger.time > self.newest.time:
            self.newest = trigger


@dataclass
class Work:
    """What there is to look at."""

    tasks: dict[tuple[str, str], Group] = field(default_factory=dict)  # by cluster and service
    balancers: dict[str, Group] = field(default_factory=dict)  # by load balancer ARN


def sort(batch: Iterable[object], home: Home, now: datetime) -> Work:
    """Sort a batch; events that are about neither are left out. Raises InvalidEvent."""
    work = Work()
    for event in batch:
        trigger = cloud_events.parse(event, home, now)
        if trigger.kind == "tasks" and trigger.cluster and trigger.service:
            _add(work.tasks, (trigger.cluster, trigger.service), trigger)
        elif trigger.name in RULE_CALLS and isinstance(event, Mapping):
            for balancer in _balancers(event["detail"], home):
                _add(work.balancers, balancer, replace(trigger, skip=None))
    return work


def _add(groups: dict[Any, Group], key: object, trigger: Trigger) -> None:
    if key in groups:
        groups[key].add(trigger)
    else:
        groups[key] = Group(trigger)


def _balancers(detail: Mapping[str, Any], home: Home) -> list[str]:
    """The load balancers whose rules a call has changed; none for a call that failed.

    Raises InvalidEvent where a call names no listener and no rule.
    """
    if detail.get("errorCode") or detail.get("awsRegion", home.region) != home.region:
        return []
    request = detail.get("requestParameters")
    named: list[object] = []
    if isinstance(request, Mapping):
        priorities = request.get("rulePriorities")
        rules = priorities if isinstance(priorities, list) else []
        named = [request.get("listenerArn"), request.get("ruleArn")]
        named += [rule.get("ruleArn") for rule in rules if isinstance(rule, Mapping)]
    found = {load_balancer_of(arn) for arn in named if isinstance(arn, str)} - {None}
    if not found:
        raise InvalidEvent("The event names no listener and no listener rule.")
    return sorted(map(str, found))
