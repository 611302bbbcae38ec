"""What a batch of collected events asks for: which services' tasks came or went, and what of the
load balancers has changed. Pure.

Collected are events that come in bursts (`ECS Task State Change`) and those that name no service:
calls to Elastic Load Balancing, of both its APIs. Which of them matter, and why, is told for each
call in docs/events-in.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from signpost.errors import InvalidEvent
from signpost.model.load_balancer import load_balancer_of
from signpost.model.trigger import Trigger
from signpost.triggers import cloud_events
from signpost.triggers.ecs_names import Home, show

# Calls that change what a load balancer's listener rules lead where.
RULE_CALLS = (
    "CreateRule",
    "ModifyRule",
    "DeleteRule",
    "SetRulePriorities",
    "CreateListener",
    "ModifyListener",
    "DeleteListener",
)
# Calls that change a load balancer itself, for all services behind it. CreateLoadBalancer is that
# of the classic API, where a service names its load balancer: it may have been made anew.
BALANCER_CALLS = ("CreateLoadBalancer", "DeleteLoadBalancer", "SetIpAddressType", "SetSubnets")
GROUP_CALLS = ("DeleteTargetGroup",)
_ELB = "elasticloadbalancing.amazonaws.com"
_BALANCER = ":loadbalancer/"
_DEPLOYERS = ("ecs.amazonaws.com", "codedeploy.amazonaws.com")


@dataclass
class Group:
    """All events of a batch about one thing: the newest, and the ids of their messages."""

    newest: Trigger
    messages: list[str]

    @property
    def kind(self) -> str:
        """What the newest event is about: one of `runs.CAUSES`."""
        if self.newest.kind == "tasks":
            return "tasks"
        return "listener-rules" if self.newest.name in RULE_CALLS else "load-balancer"

    def add(self, trigger: Trigger, message: str) -> None:
        """One more."""
        self.messages.append(message)
        if trigger.time > self.newest.time:
            self.newest = trigger

    def __or__(self, other: Group) -> Group:
        newest = max(self.newest, other.newest, key=lambda trigger: trigger.time)
        return Group(newest, [*dict.fromkeys(self.messages + other.messages)])


Groups = dict[str, Group]


@dataclass
class Work:
    """What there is to look at."""

    tasks: dict[tuple[str, str], Group] = field(default_factory=dict)  # by cluster and service
    rules: Groups = field(default_factory=dict)  # listener rules, by load balancer ARN
    balancers: Groups = field(default_factory=dict)  # by ARN, classic ones by name
    deleted: Groups = field(default_factory=dict)  # load balancers, by ARN
    target_groups: Groups = field(default_factory=dict)  # by ARN
    refused: dict[str, str] = field(default_factory=dict)  # message id → what is wrong with it

    @property
    def calls(self) -> Groups:
        """Everything but the tasks: the events about one thing, whatever they did to it."""
        joined: Groups = {}
        for groups in (self.rules, self.balancers, self.deleted, self.target_groups):
            for key, group in groups.items():
                joined[key] = joined[key] | group if key in joined else group
        return joined


def sort(batch: Mapping[str, str], home: Home, now: datetime) -> Work:
    """Sort a batch of events, each a JSON text by its message's id; events that are about neither
    are left out, and those that nobody can read are `refused`.
    """
    work = Work()
    for message, body in batch.items():
        try:
            _sort(work, message, json.loads(body), home, now)
        except InvalidEvent as error:
            work.refused[message] = str(error)
        except (ValueError, RecursionError) as error:  # deeply nested JSON
            work.refused[message] = f"The message is no JSON: {error}."
    return work


def _sort(work: Work, message: str, event: object, home: Home, now: datetime) -> None:
    trigger = cloud_events.parse(event, home, now)
    if trigger.kind == "tasks" and trigger.cluster and trigger.service:
        _add(work.tasks, (trigger.cluster, trigger.service), trigger, message)
    elif trigger.kind == "cloudtrail" and isinstance(event, Mapping):
        for groups, key in _touched(work, trigger.name, event, home):
            _add(groups, key, replace(trigger, skip=None), message)


def _add(groups: dict[Any, Group], key: object, trigger: Trigger, message: str) -> None:
    if key in groups:
        groups[key].add(trigger, message)
    else:
        groups[key] = Group(trigger, [message])


def _touched(
    work: Work, call: str, event: Mapping[str, Any], home: Home
) -> list[tuple[Groups, str]]:
    """What a call to Elastic Load Balancing has changed; nothing where it failed.

    Raises InvalidEvent where a call does not name what it must.
    """
    detail = event["detail"]
    if event["source"] not in home.sources or detail.get("eventSource") != _ELB:
        return []
    if detail.get("errorCode") or detail.get("awsRegion", home.region) != home.region:
        return []
    given = detail.get("requestParameters")
    request: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    if call in RULE_CALLS:
        groups = [] if _shifts_traffic(detail) else _forwarded_to(request)
        forwarded_to = [(work.target_groups, arn) for arn in groups]
        return [(work.rules, arn) for arn in _with_rules(call, request)] + forwarded_to
    if call in BALANCER_CALLS and _changes_names(call, request):
        # The classic API (2012-06-01) has the same event source, and names instead of ARNs.
        if "loadBalancerName" in request:
            return [(work.balancers, _required(call, request, "loadBalancerName"))]
        balancers = work.deleted if call == "DeleteLoadBalancer" else work.balancers
        return [(balancers, _required(call, request, "loadBalancerArn"))]
    if call in GROUP_CALLS:
        return [(work.target_groups, _required(call, request, "targetGroupArn"))]
    return []


def _with_rules(call: str, request: Mapping[str, Any]) -> list[str]:
    """The load balancers that a call about listeners or rules names, by whatever ARN."""
    priorities = _dicts(request.get("rulePriorities"))
    named = [
        request.get("listenerArn"),
        request.get("ruleArn"),
        *(p.get("ruleArn") for p in priorities),
    ]
    found = {load_balancer_of(arn) for arn in named if isinstance(arn, str)} - {None}
    balancer = request.get("loadBalancerArn")
    if isinstance(balancer, str) and _BALANCER in balancer:
        found.add(balancer)
    if not found:
        raise InvalidEvent(
            f"The call {call} names no listener, no listener rule and no load balancer."
        )
    return sorted(map(str, found))


def _forwarded_to(request: Mapping[str, Any]) -> list[str]:
    """The target groups that a rule or listener forwards to from now on, weighted or not
    (Elastic Load Balancing API Reference, "Action").
    """

    def each() -> Iterator[object]:
        for key in ("actions", "defaultActions"):
            for action in _dicts(request.get(key)):
                yield action.get("targetGroupArn")
                config = action.get("forwardConfig")
                weighted = config.get("targetGroups") if isinstance(config, Mapping) else None
                yield from (group.get("targetGroupArn") for group in _dicts(weighted))

    return sorted({arn for arn in each() if isinstance(arn, str)})


def _shifts_traffic(detail: Mapping[str, Any]) -> bool:
    """Whether a deployment has made the call: these shift traffic all day, between target groups
    that stay behind their load balancer, and tell of their end. `invokedBy` is the service that
    made a call (CloudTrail User Guide, "CloudTrail userIdentity element").
    """
    user = detail.get("userIdentity")
    return isinstance(user, Mapping) and user.get("invokedBy") in _DEPLOYERS


def _changes_names(call: str, request: Mapping[str, Any]) -> bool:
    """Whether a call about a load balancer can change the records that lead to it.

    A new one of today's API has an ARN that nobody names yet. SetSubnets takes the type of
    addresses along, where it is to be another (Elastic Load Balancing API Reference).
    """
    if call == "CreateLoadBalancer":
        return "loadBalancerName" in request
    return call != "SetSubnets" or "ipAddressType" in request


def _required(call: str, request: Mapping[str, Any], key: str) -> str:
    value = request.get(key)
    if not isinstance(value, str) or not value:
        raise InvalidEvent(f"The {key} of the call {call} is {show(value)}, not text.")
    return value


def _dicts(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
