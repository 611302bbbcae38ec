"""Load balancers of many services at once: the same answers, in a twentieth of the calls."""

from __future__ import annotations

from typing import Any

import pytest

from signpost.aws import elb
from signpost.aws.elb_bulk import Classic, Elbv2
from signpost.errors import LoadBalancerNotFound
from signpost.model.service import Service, ServiceState, TargetGroup
from tests.support.fast_estate import FastBalancer, FastEstate
from tests.support.parameters import SETTINGS
from tests.support.stub import Stub

BALANCERS = tuple(FastBalancer(f"lb-{number}", "internal") for number in range(45))


def service(group: str, classic: tuple[str, ...] = ()) -> Service:
    return Service(
        "prod",
        group,
        ServiceState.PRESENT,
        "",
        target_groups=(TargetGroup(group),) if not classic else (),
        classic_load_balancers=classic,
    )


SERVICES = [service(f"group/{balancer.name}") for balancer in BALANCERS]


def test_all_are_described_in_pages_of_twenty_and_resolved_as_alone() -> None:
    estate = FastEstate(BALANCERS, "vpc-1")

    bulk = Elbv2(estate, SERVICES)
    calls = dict(estate.calls)
    found = [elb.resolve(bulk, None, one, SETTINGS) for one in SERVICES]

    assert calls == {"DescribeTargetGroups": 3, "DescribeLoadBalancers": 3}
    assert found == [elb.resolve(estate, None, one, SETTINGS) for one in SERVICES]


def test_a_target_group_that_is_gone_is_missing_for_its_own_service_only() -> None:
    api = Stub("elbv2")
    answer: dict[str, Any] = {"TargetGroupArn": "there", "LoadBalancerArns": []}
    api.fails("describe_target_groups", "TargetGroupNotFound")
    api.fails("describe_target_groups", "TargetGroupNotFound", message="gone is not there")
    api.answers("describe_target_groups", TargetGroups=[answer])

    bulk = Elbv2(api.client, [service("gone"), service("there")])

    assert bulk.describe_target_groups(TargetGroupArns=["there"]) == {"TargetGroups": [answer]}
    with pytest.raises(LoadBalancerNotFound, match="gone is not there"):
        elb.resolve(bulk, None, service("gone"), SETTINGS)


def test_a_classic_load_balancer_that_is_gone_is_missing_for_its_own_service_only() -> None:
    api = Stub("elb")
    answer = {"LoadBalancerName": "there", "DNSName": "X", "CanonicalHostedZoneNameID": "Z"}
    api.fails("describe_load_balancers", "LoadBalancerNotFound")
    api.fails("describe_load_balancers", "LoadBalancerNotFound")
    api.answers("describe_load_balancers", LoadBalancerDescriptions=[answer])
    services = [service("", ("gone",)), service("", ("there",))]

    bulk = Classic(api.client, services)

    assert elb.resolve(Elbv2(None, []), bulk, services[1], SETTINGS)[0].name == "there"
    with pytest.raises(LoadBalancerNotFound):
        elb.resolve(Elbv2(None, []), bulk, services[0], SETTINGS)


def test_rules_of_a_shared_load_balancer_are_read_once() -> None:
    api = Stub("elbv2")
    api.answers("describe_listeners", Listeners=[{"ListenerArn": "listener"}])
    api.answers("describe_rules", Rules=[])
    bulk = Elbv2(api.client, [])

    for _ in range(3):
        bulk.describe_listeners(LoadBalancerArn="lb")
        bulk.describe_rules(ListenerArn="listener")

    api.stubber.assert_no_pending_responses()
