"""What looking at a thousand services costs when nothing is to be repaired, call by call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.fast_estate import FastBalancer, FastEstate, FastService
from tests.support.surveyed import Surveyed

SERVICES = 1000
PER_BALANCER = 10  # services that share one


@pytest.fixture(scope="module")
def thousand() -> Iterator[Surveyed]:
    """A thousand services in two clusters, whose names are as they should be."""
    balancers = [FastBalancer(f"lb-{n}", "internal") for n in range(SERVICES // PER_BALANCER)]
    world = Surveyed(*balancers)
    for number in range(SERVICES):
        balancer = balancers[number % len(balancers)]
        cluster, service = ("prod", "dev")[number % 2], f"s{number}"
        world.estate.services[cluster, service] = FastService((balancer.name,))
        world.publish(cluster, service, balancer)
    with world.asked():
        yield world


def test_a_healthy_estate_costs_a_call_for_300_ledgers_and_for_ten_services(
    thousand: Surveyed,
) -> None:
    found = thousand.look()

    assert (found["action"], found["looked_at"]["services"]) == ("none", SERVICES)
    assert dict(thousand.estate.calls) == {
        "GenerateMac": 1,
        "GetParameters": 1,
        "ListClusters": 1,
        "ListServices": SERVICES // 100,
        "DescribeServices": SERVICES // 10,
        "DescribeTargetGroups": SERVICES // PER_BALANCER // 20,
        "DescribeLoadBalancers": SERVICES // PER_BALANCER // 20,
    }
    assert thousand.route53.calls.count("ListResourceRecordSets") == 4
    assert thousand.route53.calls.count() == 5 <= SERVICES / 300 + 2


def test_a_deep_look_costs_a_call_for_300_record_sets(thousand: Surveyed) -> None:
    found = thousand.look(deep=True)

    assert found["action"] == "none"
    assert thousand.route53.calls.count("ListResourceRecordSets") == 7  # of 2,002


def test_a_list_that_lacks_half_of_the_services_removes_nothing(thousand: Surveyed) -> None:
    """ECS's list is eventually consistent; its word about a service is asked for before."""
    whole = FastEstate.list_services

    def half(self: FastEstate, cluster: str, **request: Any) -> dict[str, Any]:
        if cluster == "dev":
            return {"serviceArns": []}
        return whole(self, cluster, **request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FastEstate, "list_services", half)
        found = thousand.look()

    assert (found["action"], found["findings"], found["held"]) == ("none", [], None)
