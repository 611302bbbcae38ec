"""How many targets are enough, and what makes a plan stale while they are waited for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from signpost.aws import elb
from signpost.errors import TargetsNotHealthy
from signpost.model.service import Configuration, Service, ServiceState, TargetGroup
from signpost.plan import readiness
from tests.support.parameters import SETTINGS
from tests.support.stub import Stub
from tests.unit.aws.test_elb import balancer, group, one

WEB = Service(
    "prod", "web", ServiceState.PRESENT, "It runs.", Configuration(min_healthy=2), desired_count=3
)


def test_fewer_healthy_targets_than_asked_for_are_not_enough() -> None:
    with pytest.raises(TargetsNotHealthy, match="1 of the 2 targets needed"):
        readiness.check_targets(WEB, one(), {"healthy": 1, "initial": 2})


@pytest.mark.parametrize(("count", "healthy"), [(3, 2), (1, 2), (0, 0)])
def test_as_many_as_asked_for_are_enough_and_none_where_none_is_to_run(
    count: int, healthy: int
) -> None:
    scaled = replace(WEB, desired_count=count)

    told = readiness.check_targets(scaled, one(), {"healthy": healthy})

    assert told["healthy"] == told["needed"] == healthy


@pytest.mark.parametrize(
    "changes",
    [
        {"state": ServiceState.WITHDRAWN},
        {"configuration": Configuration(min_healthy=3)},
        {"target_groups": (TargetGroup("arn:other"),)},
        {"classic_load_balancers": ("other",)},
    ],
    ids=lambda changes: str(next(iter(changes))),
)
def test_each_fact_that_a_plan_is_made_from_counts_as_a_difference(
    changes: dict[str, Any],
) -> None:
    (difference,) = WEB.differences(replace(WEB, **changes))

    assert difference.startswith(next(iter(changes)))


def test_the_desired_count_is_no_difference() -> None:
    assert WEB.differences(replace(WEB, desired_count=9)) == []


def test_more_than_one_page_of_target_groups_and_load_balancers() -> None:
    api = Stub("elbv2")
    numbers = range(45)
    for start in range(0, 45, 20):
        page = [group(f"arn:tg{n:02d}", f"arn:lb{n:02d}") for n in numbers[start : start + 20]]
        api.answers("describe_target_groups", TargetGroups=page)
    for start in range(0, 45, 20):
        found = [balancer(f"arn:lb{n:02d}") for n in numbers[start : start + 20]]
        api.answers("describe_load_balancers", LoadBalancers=found)
    service = replace(WEB, target_groups=tuple(TargetGroup(f"arn:tg{n:02d}") for n in numbers))

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
    service = replace(WEB, classic_load_balancers=tuple(names))

    assert len(elb.resolve(None, api.client, service, SETTINGS)) == 25
