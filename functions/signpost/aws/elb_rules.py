"""Elastic Load Balancing: the listener rules of application load balancers.

Needs `elasticloadbalancing:DescribeListeners` and `DescribeRules`; may raise LoadBalancerNotFound,
Throttled, AwsUnavailable or AccessDenied.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from botocore.exceptions import ClientError

from signpost.aws.clients import calling, code_of, message_of
from signpost.errors import LoadBalancerNotFound
from signpost.model.load_balancer import HostRule

_GONE = {"LoadBalancerNotFound", "ListenerNotFound"}


def read(elbv2: Any, load_balancer_arn: str, target_groups: Collection[str]) -> list[HostRule]:
    """The rules that matter for a service with these target groups, listener by listener.

    Rules behind the last one that leads to the service can't change what it is sent, and are left
    out with all listeners that have none.
    """
    kept: list[HostRule] = []
    try:
        for listener in _listeners(elbv2, load_balancer_arn):
            arn = listener["ListenerArn"]
            rules = [_rule(arn, rule, target_groups) for rule in _rules(elbv2, arn)]
            last = max((place for place, rule in enumerate(rules) if rule.ours), default=-1)
            kept += rules[: last + 1]
    except ClientError as error:
        if code_of(error) in _GONE:
            raise LoadBalancerNotFound(
                f"The load balancer {load_balancer_arn} or one of its listeners does not exist "
                f"({message_of(error)}): correct the service's load balancers."
            ) from error
        raise
    return kept


def _listeners(elbv2: Any, load_balancer_arn: str) -> Iterator[Mapping[str, Any]]:
    request: dict[str, Any] = {"LoadBalancerArn": load_balancer_arn}
    while True:
        with calling("elasticloadbalancing:DescribeListeners", load_balancer_arn):
            page = elbv2.describe_listeners(**request)
        yield from page["Listeners"]
        if not page.get("NextMarker"):
            return
        request["Marker"] = page["NextMarker"]


def _rules(elbv2: Any, listener_arn: str) -> list[Mapping[str, Any]]:
    """All rules of a listener, in the order in which it tries them; the default rule is last."""
    request: dict[str, Any] = {"ListenerArn": listener_arn}
    found: list[Mapping[str, Any]] = []
    while True:
        with calling("elasticloadbalancing:DescribeRules", listener_arn):
            page = elbv2.describe_rules(**request)
        found += page["Rules"]
        if not page.get("NextMarker"):
            break
        request["Marker"] = page["NextMarker"]
    return sorted(found, key=lambda rule: (rule["IsDefault"], _priority(rule["Priority"])))


def _priority(text: str) -> int:
    return int(text) if text.isdigit() else 0  # "default"


def _rule(listener: str, rule: Mapping[str, Any], target_groups: Collection[str]) -> HostRule:
    hosts: list[str] = []
    has_regex, only_host = False, True
    for condition in rule.get("Conditions", []):
        if condition["Field"] != "host-header":
            only_host = False
            continue
        config = condition.get("HostHeaderConfig", {})
        hosts += config.get("Values") or condition.get("Values", [])
        has_regex |= bool(config.get("RegexValues") or condition.get("RegexValues"))
    ours = any(group in target_groups for group in _forwards_to(rule))
    return HostRule(
        listener=listener.rpartition("/")[2],
        hosts=tuple(host.lower() for host in hosts),
        ours=ours,
        only_host=only_host,
        has_regex=has_regex,
        arn=rule.get("RuleArn") if ours and hosts and only_host and not has_regex else None,
    )


def _forwards_to(rule: Mapping[str, Any]) -> Iterator[str]:
    """Target groups that a rule sends requests to; those of weight 0 get none."""
    for action in rule.get("Actions", []):
        if action["Type"] != "forward":
            continue
        weighted = action.get("ForwardConfig", {}).get("TargetGroups", [])
        for group in weighted:
            if group.get("Weight", 1) > 0:
                yield group["TargetGroupArn"]
        if not weighted and action.get("TargetGroupArn"):
            yield action["TargetGroupArn"]
