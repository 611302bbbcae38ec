"""What listeners and rules forward to: weights and stickiness, and who uses a target group.

MiniStack loses `ForwardConfig`, and names a target group's load balancers only where it is the one
target of a listener's default action, for ever (Elastic Load Balancing API Reference, version
2015-12-01: Action, ForwardActionConfig, TargetGroup).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import botocore.session
from ministack.services import alb

from local_aws.emulated.calls import request_parameters
from local_aws.emulated.classic import to_xml

Action = dict[str, Any]
Params = Mapping[str, Any]

_model = botocore.session.get_session().get_service_model("elbv2")
_CONFIG = _model.shape_for("ForwardActionConfig")


def install() -> None:
    """Let the emulator keep what an action forwards to, and say who uses a target group."""
    alb._parse_actions = _with_forward_config(alb._parse_actions)
    alb._action_xml = _writing_forward_config(alb._action_xml)
    alb._ACTION_MAP["DescribeTargetGroups"] = _naming_users(alb._ACTION_MAP["DescribeTargetGroups"])


def forward_config(action: Action, given: Mapping[str, Any]) -> Action:
    """An action that forwards, as it is described: with both ways to say it where one group is it.

    `given` is its `forwardConfig` as CloudTrail would have it.
    """
    groups = [
        {"TargetGroupArn": group["targetGroupArn"], "Weight": group.get("weight", 1)}
        for group in given.get("targetGroups", [])
    ] or [{"TargetGroupArn": action["TargetGroupArn"], "Weight": 1}]
    sticky = given.get("targetGroupStickinessConfig", {})
    stickiness: Action = {"Enabled": sticky.get("enabled", False)}
    if "durationSeconds" in sticky:
        stickiness["DurationSeconds"] = sticky["durationSeconds"]
    one = {"TargetGroupArn": groups[0]["TargetGroupArn"]} if len(groups) == 1 else {}
    config = {"TargetGroups": groups, "TargetGroupStickinessConfig": stickiness}
    return action | one | {"ForwardConfig": config}


def _with_forward_config(original: Callable[..., list[Action]]) -> Callable[..., list[Action]]:
    def parse(params: Params, prefix: str = "DefaultActions") -> list[Action]:
        form = {key: alb._p(params, key) for key in params if key.startswith(f"{prefix}.member.")}
        name = "CreateListener" if prefix == "DefaultActions" else "CreateRule"
        given = request_parameters(_model.operation_model(name), form)
        wished = given.get(prefix[0].lower() + prefix[1:], [])
        return [
            forward_config(action, wish.get("forwardConfig", {}))
            if "TargetGroupArn" in action or "forwardConfig" in wish
            else action
            for action, wish in zip(original(params, prefix), wished, strict=True)
        ]

    return parse


def _writing_forward_config(original: Callable[[Action], str]) -> Callable[[Action], str]:
    def write(action: Action) -> str:
        written = original(action)
        config = action.get("ForwardConfig")
        if config is None:
            return written
        body = written.removesuffix("</member>")
        return f"{body}<ForwardConfig>{to_xml(_CONFIG, config)}</ForwardConfig></member>"

    return write


def _naming_users(original: Callable[[Params], Any]) -> Callable[[Params], Any]:
    def describe(params: Params) -> Any:
        users: dict[str, list[str]] = {}
        for load_balancer, action in _actions():
            for group in action.get("ForwardConfig", {}).get("TargetGroups", [action]):
                found = users.setdefault(group.get("TargetGroupArn", ""), [])
                if load_balancer in alb._lbs and load_balancer not in found:
                    found.append(load_balancer)
        for arn, group in alb._tgs.items():
            group["LoadBalancerArns"] = users.get(arn, [])
        return original(params)

    return describe


def _actions() -> Iterator[tuple[str, Action]]:
    """Every action with the load balancer that carries it out."""
    for rule in alb._rules.values():
        listener = alb._listeners.get(rule["ListenerArn"])
        if listener:
            yield from ((listener["LoadBalancerArn"], action) for action in rule["Actions"])
    for listener in alb._listeners.values():
        for action in listener["DefaultActions"]:
            yield listener["LoadBalancerArn"], action
