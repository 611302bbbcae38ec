"""Elastic Load Balancing: which load balancers serve a service, and how their targets are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from signpost.aws import elb
from signpost.errors import (
    LoadBalancerNotFound,
    LoadBalancerNotReady,
)
from signpost.model.load_balancer import LoadBalancer
from signpost.model.service import Service, ServiceState, TargetGroup
from tests.support.parameters import SETTINGS
from tests.support.stub import Stub


@pytest.fixture
def balancers_api() -> Stub:
    return Stub("elbv2")


PRESENT = Service(
    "prod",
    "web",
    ServiceState.PRESENT,
    "It runs.",
    target_groups=(TargetGroup("arn:tg", "arn:alt"),),
)


def group(arn: str, *balancers: str) -> dict[str, Any]:
    return {"TargetGroupArn": arn, "LoadBalancerArns": list(balancers), "VpcId": "vpc-1"}


def balancer(arn: str, **facts: Any) -> dict[str, Any]:
    return {
        "LoadBalancerArn": arn,
        "LoadBalancerName": "web",
        "DNSName": "Web-1.ELB.example",
        "CanonicalHostedZoneId": "ZLB",
        "Scheme": "internal",
        "Type": "application",
        "IpAddressType": "ipv4",
        "VpcId": "vpc-of-the-balancer",
    } | facts


def test_both_colours_of_a_pair_belong_to_one_load_balancer(balancers_api: Stub) -> None:
    groups = [group("arn:tg", "arn:lb"), group("arn:alt", "arn:lb")]
    balancers_api.answers("describe_target_groups", TargetGroups=groups)
    balancers_api.answers("describe_load_balancers", LoadBalancers=[balancer("arn:lb")])

    (resolved,) = elb.resolve(balancers_api.client, None, PRESENT, SETTINGS)

    assert resolved.target_groups == ("arn:alt", "arn:tg")
    assert resolved.dns_name == "web-1.elb.example"
    assert resolved.vpc_id == "vpc-1"


def test_a_group_that_no_load_balancer_uses_is_waited_for(balancers_api: Stub) -> None:
    groups = [group("arn:tg"), group("arn:alt")]
    balancers_api.answers("describe_target_groups", TargetGroups=groups)

    with pytest.raises(LoadBalancerNotReady, match="arn:tg or arn:alt"):
        elb.resolve(balancers_api.client, None, PRESENT, SETTINGS)


@pytest.mark.parametrize("code", ["TargetGroupNotFound", "LoadBalancerNotFound"])
def test_a_missing_load_balancer_is_named(balancers_api: Stub, code: str) -> None:
    balancers_api.fails("describe_target_groups", code, message="gone")

    with pytest.raises(LoadBalancerNotFound, match=r"arn:tg.*gone"):
        elb.resolve(balancers_api.client, None, PRESENT, SETTINGS)


def test_a_load_balancer_that_the_answer_leaves_out_is_missing(balancers_api: Stub) -> None:
    groups = [group("arn:tg", "arn:lb"), group("arn:alt")]
    balancers_api.answers("describe_target_groups", TargetGroups=groups)
    balancers_api.answers("describe_load_balancers", LoadBalancers=[])

    with pytest.raises(LoadBalancerNotFound, match="arn:lb"):
        elb.resolve(balancers_api.client, None, PRESENT, SETTINGS)


def test_a_gateway_load_balancer_has_neither_name_nor_scheme(balancers_api: Stub) -> None:
    groups = [group("arn:tg", "arn:lb"), group("arn:alt")]
    bare = {"LoadBalancerArn": "arn:lb", "LoadBalancerName": "gw", "Type": "gateway"}
    balancers_api.answers("describe_target_groups", TargetGroups=groups)
    balancers_api.answers("describe_load_balancers", LoadBalancers=[bare])

    (resolved,) = elb.resolve(balancers_api.client, None, PRESENT, SETTINGS)

    assert (resolved.kind, resolved.dns_name) == ("gateway", "")


def one(**facts: Any) -> LoadBalancer:
    return LoadBalancer(**({
        "name": "web", "kind": "application", "dns_name": "web.example", "hosted_zone_id": "ZLB",
        "scheme": "internal", "vpc_id": "vpc-1", "ip_address_type": "ipv4", "arn": "arn:lb",
        "target_groups": ("arn:tg",),
    } | facts))  # fmt: skip


def test_targets_without_health_checks_count_as_healthy(balancers_api: Stub) -> None:
    unchecked = {"State": "unavailable", "Reason": "Target.HealthCheckDisabled"}
    healths = [unchecked, {"State": "healthy"}, {"State": "initial"}]
    balancers_api.answers(
        "describe_target_health",
        TargetHealthDescriptions=[{"TargetHealth": health} for health in healths],
    )

    counted = elb.target_health(balancers_api.client, None, one())

    assert dict(counted) == {"healthy": 2, "initial": 1}


def test_a_target_group_that_vanished_while_waiting(balancers_api: Stub) -> None:
    balancers_api.fails("describe_target_health", "TargetGroupNotFound")

    with pytest.raises(LoadBalancerNotFound, match="arn:tg"):
        elb.target_health(balancers_api.client, None, one())


def test_a_classic_load_balancer_that_does_not_exist() -> None:
    api = Stub("elb")
    classic = Service("prod", "web", ServiceState.PRESENT, "", classic_load_balancers=("old",))
    api.fails("describe_load_balancers", "LoadBalancerNotFound")
    with pytest.raises(LoadBalancerNotFound, match="old"):
        elb.resolve(None, api.client, classic, SETTINGS)

    api.fails("describe_instance_health", "LoadBalancerNotFound")
    with pytest.raises(LoadBalancerNotFound, match="old"):
        elb.target_health(None, api.client, one(name="old", arn=None, kind="classic"))


ELB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"


def test_a_load_balancer_for_tests_only_gets_no_name(balancers_api: Stub) -> None:
    live, trial = f"{ELB}:loadbalancer/app/live/1", f"{ELB}:loadbalancer/app/trial/2"
    rule = f"{ELB}:listener-rule/app/live/1/80/9"
    pair = replace(PRESENT, target_groups=(TargetGroup("arn:tg", "arn:alt", rule),))
    groups = [group("arn:tg", live), group("arn:alt", trial)]
    balancers_api.answers("describe_target_groups", TargetGroups=groups)
    balancers_api.answers("describe_load_balancers", LoadBalancers=[balancer(live)])

    (resolved,) = elb.resolve(balancers_api.client, None, pair, SETTINGS)

    assert (resolved.arn, resolved.target_groups) == (live, ("arn:tg",))


def test_a_pair_that_is_only_behind_a_load_balancer_for_tests_is_waited_for(
    balancers_api: Stub,
) -> None:
    rule = f"{ELB}:listener/net/live/1/80"
    pair = replace(PRESENT, target_groups=(TargetGroup("arn:tg", "arn:alt", rule),))
    groups = [group("arn:tg"), group("arn:alt", f"{ELB}:loadbalancer/net/trial/2")]
    balancers_api.answers("describe_target_groups", TargetGroups=groups)

    with pytest.raises(LoadBalancerNotReady, match="production rule"):
        elb.resolve(balancers_api.client, None, pair, SETTINGS)


def test_more_than_one_page_of_target_groups_and_load_balancers() -> None:
    api = Stub("elbv2")
    numbers = range(45)
    for start in range(0, 45, 20):
        page = [group(f"arn:tg{n:02d}", f"arn:lb{n:02d}") for n in numbers[start : start + 20]]
        api.answers("describe_target_groups", TargetGroups=page)
    for start in range(0, 45, 20):
        found = [balancer(f"arn:lb{n:02d}") for n in numbers[start : start + 20]]
        api.answers("describe_load_balancers", LoadBalancers=found)
    service = replace(PRESENT, target_groups=tuple(TargetGroup(f"arn:tg{n:02d}") for n in numbers))

    assert len(elb.resolve(api.client, None, service, SETTINGS)) == 45


def test_more_than_one_page_of_classic_load_balancers() -> None:
    api = Stub("elb")
    names = [f"old-{number:02d}" for number in range(25)]
    for page in (names[:20], names[20:]):
        found = [
            {"LoadBalancerName": name, "DNSName": name, "CanonicalHostedZoneNameID": "Z"}
            for name in page
        ]
        api.answers("describe_load_balancers", LoadBalancerDescriptions=found)
    service = replace(PRESENT, target_groups=(), classic_load_balancers=tuple(names))

    assert len(elb.resolve(None, api.client, service, SETTINGS)) == 25
