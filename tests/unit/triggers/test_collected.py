"""Events that come in bursts or name no service: what a batch of them asks for."""

from __future__ import annotations

import copy
import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.triggers import collected
from signpost.triggers.ecs_names import Home
from tests.support.estate import ACCOUNT, REGION, task_changed
from tests.support.recorded import recorded

HOME = Home(ACCOUNT, REGION, ("aws.ecs", "aws.elasticloadbalancing"))
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
ARN = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
LB = f"{ARN}:loadbalancer/app/web/0123"
RULE = f"{ARN}:listener-rule/app/web/0123/4567/89"


def changed(name: str, /, **request: Any) -> dict[str, Any]:
    event = recorded("elb_create_load_balancer")
    event["detail"] |= {"eventName": name, "requestParameters": request}
    return event


def work(*batch: object) -> collected.Work:
    messages = {str(number): json.dumps(event) for number, event in enumerate(batch)}
    return collected.sort(messages, HOME, NOW)


def test_events_about_one_service_are_one_group() -> None:
    first, second = task_changed("web"), task_changed("web") | {"time": "2026-11-24T12:06:00Z"}
    found = work(first, second, task_changed("api"), first).tasks
    assert {service: group.messages for service, group in found.items()} == {
        ("prod", "web"): ["0", "1", "3"],
        ("prod", "api"): ["2"],
    }
    assert found["prod", "web"].newest.id == second["id"]


LISTENER = f"{ARN}:listener/app/web/0123/4567"
GROUP, OTHER = f"{ARN}:targetgroup/blue/1", f"{ARN}:targetgroup/green/2"


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        ("CreateRule", {"listenerArn": LISTENER}),
        ("ModifyRule", {"ruleArn": RULE}),
        ("DeleteRule", {"ruleArn": RULE}),
        ("SetRulePriorities", {"rulePriorities": [{"ruleArn": RULE, "priority": 1}]}),
        ("CreateListener", {"loadBalancerArn": LB, "port": 80}),
        ("ModifyListener", {"listenerArn": LISTENER, "port": 80}),
        ("DeleteListener", {"listenerArn": LISTENER}),
    ],
)
def test_each_change_of_rules_or_listeners_tells_its_load_balancer(
    name: str, request_: Any
) -> None:
    found = work(changed(name, **request_))
    assert list(found.rules) == [LB]
    assert found.rules[LB].newest.skip is None
    assert found.rules[LB].kind == "listener-rules"
    assert list(found.calls) == [LB]
    assert not found.refused


@pytest.mark.parametrize(
    ("name", "request_"),
    [
        ("CreateRule", {"listenerArn": LISTENER, "actions": [{"targetGroupArn": GROUP}]}),
        ("ModifyRule", {"ruleArn": RULE, "actions": [{"targetGroupArn": GROUP}]}),
        ("CreateListener", {"loadBalancerArn": LB, "defaultActions": [{"targetGroupArn": GROUP}]}),
        (
            "ModifyListener",
            {"listenerArn": LISTENER, "defaultActions": [{"targetGroupArn": GROUP}]},
        ),
    ],
)
def test_what_rules_and_listeners_forward_to_is_told_too(name: str, request_: Any) -> None:
    found = work(changed(name, **request_))
    assert (list(found.rules), list(found.target_groups)) == ([LB], [GROUP])


@pytest.mark.parametrize("deployer", ["ecs.amazonaws.com", "codedeploy.amazonaws.com"])
def test_a_deployment_that_shifts_traffic_concerns_only_who_looks_at_rules(deployer: str) -> None:
    event = changed("ModifyRule", ruleArn=RULE, actions=[{"targetGroupArn": GROUP}])
    event["detail"]["userIdentity"] |= {"invokedBy": deployer}
    assert list(work(event).calls) == [LB]


def test_weighted_target_groups_are_all_told() -> None:
    weighted = [{"targetGroupArn": OTHER, "weight": 0}, {"targetGroupArn": GROUP, "weight": 1}]
    actions = [{"type": "forward", "forwardConfig": {"targetGroups": weighted}}]
    assert list(work(changed("ModifyRule", ruleArn=RULE, actions=actions)).target_groups) == [
        GROUP,
        OTHER,
    ]


@pytest.mark.parametrize(
    ("name", "request_", "told"),
    [
        ("SetIpAddressType", {"loadBalancerArn": LB, "ipAddressType": "dualstack"}, "balancers"),
        ("SetSubnets", {"loadBalancerArn": LB, "ipAddressType": "ipv4"}, "balancers"),
        ("DeleteLoadBalancer", {"loadBalancerArn": LB}, "deleted"),
        ("DeleteLoadBalancer", {"loadBalancerName": "old"}, "balancers"),
        ("CreateLoadBalancer", {"loadBalancerName": "old"}, "balancers"),
        ("DeleteTargetGroup", {"targetGroupArn": GROUP}, "target_groups"),
    ],
)
def test_each_change_of_a_load_balancer_or_target_group_tells_which(
    name: str, request_: Any, told: str
) -> None:
    found = work(changed(name, **request_))
    ((key, group),) = found.calls.items()
    assert key in request_.values()
    assert list(getattr(found, told)) == [key]
    assert (group.kind, group.newest.skip) == ("load-balancer", None)


@pytest.mark.parametrize(
    "event",
    [
        changed("CreateLoadBalancer", type="application", name="web"),
        changed("SetSubnets", loadBalancerArn=LB, subnets=["subnet-1"]),
        changed("CreateTargetGroup", name="blue"),
        changed("RegisterTargets", targetGroupArn=GROUP),
        task_changed("web") | {"source": "my.app"},
        changed("DeleteRule", ruleArn=RULE) | {"source": "my.app"},
        {"cluster": "c", "service": "s", "cause": {"kind": "sweep", "name": "DeleteRule"}},
    ],
)
def test_what_is_about_neither_asks_for_nothing(event: Any) -> None:
    assert work(event) == collected.Work()


@pytest.mark.parametrize(
    "detail",
    [{"errorCode": "RuleNotFound"}, {"awsRegion": "us-east-1"}, {"eventSource": "events.x"}],
)
def test_a_change_that_failed_or_is_elsewhere_asks_for_nothing(detail: Any) -> None:
    event = changed("DeleteRule", ruleArn=RULE)
    event["detail"] |= detail
    assert work(event) == collected.Work()


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (changed("DeleteRule", ruleArn="rule"), "DeleteRule names no listener"),
        (changed("CreateListener", loadBalancerArn="web"), "CreateListener names no listener"),
        (changed("SetIpAddressType"), "The loadBalancerArn of the call SetIpAddressType is null"),
        (changed("DeleteLoadBalancer", loadBalancerName=7), "loadBalancerName .* is 7"),
        (changed("DeleteTargetGroup", targetGroupArn=""), "targetGroupArn .* is ''"),
        (7, "not an object"),
    ],
)
def test_one_that_nobody_can_read_is_refused_alone(event: Any, why: str) -> None:
    found = work(task_changed("web"), event, changed("DeleteRule", ruleArn=RULE))
    assert (list(found.tasks), list(found.rules)) == ([("prod", "web")], [LB])
    assert list(found.refused) == ["1"]
    assert re.search(why, found.refused["1"])


@pytest.mark.parametrize("body", ["{", "", "[" * 200_000], ids=["half", "empty", "deep"])
def test_a_message_that_is_no_json_is_refused(body: str) -> None:
    good = json.dumps(changed("DeleteRule", ruleArn=RULE))
    found = collected.sort({"bad": body, "good": good}, HOME, NOW)
    assert list(found.refused) == ["bad"]
    assert found.rules[LB].messages == ["good"]


def test_all_events_about_one_thing_are_one_group_whatever_they_did() -> None:
    later = changed("SetIpAddressType", loadBalancerArn=LB)
    later["detail"]["eventTime"] = "2026-11-24T12:30:00Z"
    found = work(changed("DeleteRule", ruleArn=RULE), later).calls[LB]
    assert (found.messages, found.newest.name) == (["0", "1"], "SetIpAddressType")


@st.composite
def almost(draw: st.DrawFn) -> Any:
    """A good event with one part exchanged for anything."""
    event = copy.deepcopy(
        draw(
            st.sampled_from(
                [
                    task_changed("web"),
                    changed("ModifyRule", ruleArn=RULE),
                    changed("SetRulePriorities", rulePriorities=[{"ruleArn": RULE}]),
                    changed("CreateRule", listenerArn=RULE, actions=[{"targetGroupArn": GROUP}]),
                    changed("SetIpAddressType", loadBalancerArn=LB),
                    changed("DeleteTargetGroup", targetGroupArn=GROUP),
                ]
            )
        )
    )
    odd: Any = draw(
        st.none() | st.text(max_size=40) | st.integers() | st.just({}) | st.just([None, 1])
    )
    parts = [event, event["detail"], event["detail"].get("requestParameters") or event]
    within = draw(st.sampled_from(parts))
    within[draw(st.sampled_from(sorted(within)))] = odd
    return event


@given(st.lists(almost(), max_size=3))
def test_any_batch_becomes_work_or_is_refused(batch: list[Any]) -> None:
    found = work(*batch)
    assert all(len(why) < 2000 for why in found.refused.values())
    groups = [*found.tasks.values(), *found.calls.values()]
    messages = [*found.refused, *(message for group in groups for message in group.messages)]
    assert set(messages) <= {str(number) for number in range(len(batch))}
    assert not found.refused.keys() & {m for group in groups for m in group.messages}
