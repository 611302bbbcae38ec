"""Weights and stickiness of listeners and rules, and the load balancers of a target group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import alb

from local_aws.emulated import forwards
from tests.support import emulated_elb


def call(name: str, **request: Any) -> dict[str, Any]:
    answer = emulated_elb.call("elbv2", name, **request)
    assert "Error" not in answer, answer
    return answer


@pytest.fixture(autouse=True)
def kept_forwards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("_parse_actions", "_action_xml"):
        monkeypatch.setattr(alb, name, getattr(alb, name))
    monkeypatch.setattr(alb, "_ACTION_MAP", dict(alb._ACTION_MAP))
    forwards.install()
    yield
    alb.reset()


@pytest.fixture
def balancer() -> str:
    made = call("CreateLoadBalancer", Name="web", Subnets=["subnet-1"])
    return str(made["LoadBalancers"][0]["LoadBalancerArn"])


def group(name: str) -> str:
    made = call("CreateTargetGroup", Name=name, Protocol="HTTP", Port=80, VpcId="vpc-1")
    return str(made["TargetGroups"][0]["TargetGroupArn"])


def listener(balancer: str, *actions: dict[str, Any]) -> str:
    made = call(
        "CreateListener",
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=list(actions),
    )
    return str(made["Listeners"][0]["ListenerArn"])


def users(arn: str) -> list[str]:
    found = call("DescribeTargetGroups", TargetGroupArns=[arn])["TargetGroups"]
    return list(found[0]["LoadBalancerArns"])


def to(*arns: str) -> dict[str, Any]:
    groups = [{"TargetGroupArn": arn, "Weight": 1} for arn in arns]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}


NOTHING = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}


def test_weights_and_stickiness_are_described_as_they_were_given(balancer: str) -> None:
    config = {
        "TargetGroups": [
            {"TargetGroupArn": group("blue"), "Weight": 0},
            {"TargetGroupArn": group("green"), "Weight": 999},
        ],
        "TargetGroupStickinessConfig": {"Enabled": True, "DurationSeconds": 60},
    }
    arn = listener(balancer, {"Type": "forward", "ForwardConfig": config})
    call(
        "CreateRule",
        ListenerArn=arn,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/a"]}],
        Actions=[{"Type": "forward", "Order": 1, "ForwardConfig": config}],
    )

    (default,) = call("DescribeListeners", ListenerArns=[arn])["Listeners"][0]["DefaultActions"]
    rules = call("DescribeRules", ListenerArn=arn)["Rules"]

    assert [one["Actions"][0]["ForwardConfig"] for one in rules] == [config, config]
    assert default["ForwardConfig"] == config
    assert "TargetGroupArn" not in default


@pytest.mark.parametrize("is_weighted", [False, True])
def test_one_target_is_described_in_both_ways(balancer: str, is_weighted: bool) -> None:
    blue = group("blue")
    arn = listener(
        balancer, to(blue) if is_weighted else {"Type": "forward", "TargetGroupArn": blue}
    )

    (action,) = call("DescribeListeners", ListenerArns=[arn])["Listeners"][0]["DefaultActions"]

    assert action["TargetGroupArn"] == blue
    assert action["ForwardConfig"]["TargetGroups"] == [{"TargetGroupArn": blue, "Weight": 1}]


def test_a_group_of_a_weighted_action_has_its_load_balancer(balancer: str) -> None:
    blue, green = group("blue"), group("green")
    listener(balancer, to(blue, green))

    assert users(blue) == users(green) == [balancer]


def test_a_group_has_the_load_balancer_of_a_rule_as_long_as_the_rule_is_there(
    balancer: str,
) -> None:
    blue = group("blue")
    made = call(
        "CreateRule",
        ListenerArn=listener(balancer, NOTHING),
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/a"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": blue}],
    )["Rules"][0]["RuleArn"]

    assert users(blue) == [balancer]
    assert call("DescribeTargetGroups", LoadBalancerArn=balancer)["TargetGroups"] != []
    call("ModifyRule", RuleArn=made, Actions=[NOTHING])
    assert users(blue) == []


def test_a_deleted_listener_uses_no_group(balancer: str) -> None:
    blue = group("blue")
    arn = listener(balancer, to(blue))

    call("DeleteListener", ListenerArn=arn)

    assert users(blue) == []


def test_other_actions_are_as_before(balancer: str) -> None:
    arn = listener(balancer, NOTHING)

    (action,) = call("DescribeListeners", ListenerArns=[arn])["Listeners"][0]["DefaultActions"]

    assert action["FixedResponseConfig"]["StatusCode"] == "404"
    assert "ForwardConfig" not in action
