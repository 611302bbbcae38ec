"""Classic load balancers in the emulator, beside its own of the newer kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from ministack.services import alb

from local_aws.emulated import classic
from tests.support.emulated_elb import call

Call = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def classic_elb(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(alb, "_ACTION_MAP", dict(alb._ACTION_MAP))
    classic.install()
    yield
    classic._balancers.clear()
    alb.reset()


def create(name: str = "web", **more: Any) -> str:
    made = call("elb", "CreateLoadBalancer", LoadBalancerName=name, Listeners=[], **more)
    return str(made["DNSName"])


def test_a_made_one_is_described_as_it_was_made() -> None:
    dns_name = create(Scheme="internal", AvailabilityZones=["us-east-1a"])

    (found,) = call("elb", "DescribeLoadBalancers", LoadBalancerNames=["web"])[
        "LoadBalancerDescriptions"
    ]

    assert dns_name.startswith("internal-web-")
    assert (found["DNSName"], found["Scheme"]) == (dns_name, "internal")
    assert found["CanonicalHostedZoneNameID"].startswith("Z")
    assert found["VPCId"].startswith("vpc-")


def test_registered_instances_are_in_service_and_others_are_not() -> None:
    create()
    both = [{"InstanceId": "i-1"}, {"InstanceId": "i-2"}]
    call("elb", "RegisterInstancesWithLoadBalancer", LoadBalancerName="web", Instances=both)
    call("elb", "DeregisterInstancesFromLoadBalancer", LoadBalancerName="web", Instances=both[1:])

    asked = call("elb", "DescribeInstanceHealth", LoadBalancerName="web", Instances=both)
    all_there = call("elb", "DescribeInstanceHealth", LoadBalancerName="web")

    assert [one["State"] for one in asked["InstanceStates"]] == ["InService", "OutOfService"]
    assert [one["InstanceId"] for one in all_there["InstanceStates"]] == ["i-1"]


def test_one_that_is_not_there_is_named() -> None:
    create()
    call("elb", "DeleteLoadBalancer", LoadBalancerName="web")

    answer = call("elb", "DescribeLoadBalancers", LoadBalancerNames=["web"])

    assert answer["Error"]["Code"] == "LoadBalancerNotFound"
    assert call("elb", "DescribeLoadBalancers")["LoadBalancerDescriptions"] == []


def test_a_subnet_that_is_not_there_is_refused() -> None:
    made = call(
        "elb", "CreateLoadBalancer", LoadBalancerName="web", Listeners=[], Subnets=["subnet-0"]
    )

    assert made["Error"]["Code"] == "SubnetNotFound"


def test_both_generations_have_their_own() -> None:
    create()
    call("elbv2", "CreateLoadBalancer", Name="web")

    assert len(call("elb", "DescribeLoadBalancers")["LoadBalancerDescriptions"]) == 1
    assert len(call("elbv2", "DescribeLoadBalancers")["LoadBalancers"]) == 1
