"""Listing the services of the clusters that are looked after."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from signpost.aws import inventory
from signpost.errors import AwsUnavailable
from tests.support.parameters import SETTINGS
from tests.support.stub import Stub

ARN = "arn:aws:ecs:eu-west-1:123456789012"


@pytest.fixture
def api() -> Stub:
    return Stub("ecs")


def test_every_page_of_clusters_is_listed(api: Stub) -> None:
    api.answers("list_clusters", clusterArns=[f"{ARN}:cluster/dev"], nextToken="more")
    api.answers("list_clusters", clusterArns=[f"{ARN}:cluster/prod"])

    assert inventory.clusters(api.client, SETTINGS) == ["dev", "prod"]


def test_named_clusters_need_no_listing() -> None:
    named = replace(SETTINGS, cluster_names=("prod",))
    assert inventory.clusters(None, named) == ["prod"]


def test_every_page_of_services_is_listed(api: Stub) -> None:
    api.answers("list_services", serviceArns=[f"{ARN}:service/prod/api"], nextToken="more")
    api.answers("list_services", serviceArns=[f"{ARN}:service/prod/web"])

    assert inventory.service_names(api.client, "prod") == ["api", "web"]


def test_a_cluster_that_is_gone_has_no_services(api: Stub) -> None:
    api.fails("list_services", "ClusterNotFoundException")
    assert inventory.service_names(api.client, "prod") == []


def names(*numbers: int) -> list[dict[str, Any]]:
    return [{"serviceName": f"s{number}"} for number in numbers]


def test_ten_services_are_described_a_call(api: Stub) -> None:
    api.answers("describe_services", services=names(*range(10)), failures=[])
    api.answers("describe_services", services=names(10), failures=[])

    found = list(inventory.described(api.client, "prod", [f"s{n}" for n in range(11)]))

    assert [service["serviceName"] for service in found] == [f"s{n}" for n in range(11)]


def test_a_service_deleted_since_it_was_listed_is_left_out(api: Stub) -> None:
    api.answers("describe_services", services=names(1), failures=[{"reason": "MISSING"}])
    assert len(list(inventory.described(api.client, "prod", ["s1", "s2"]))) == 1


@pytest.mark.parametrize("failures", [[{"reason": "INTERNAL"}], []])
def test_a_service_that_ecs_can_not_describe_is_not_taken_for_gone(
    api: Stub, failures: list[dict[str, str]]
) -> None:
    api.answers("describe_services", services=names(1), failures=failures)
    with pytest.raises(AwsUnavailable, match="s1, s2"):
        list(inventory.described(api.client, "prod", ["s1", "s2"]))


def test_another_failure_of_listing_is_not_taken_for_an_empty_cluster(api: Stub) -> None:
    api.fails("list_services", "InvalidParameterException")
    with pytest.raises(AwsUnavailable, match="prod"):
        inventory.service_names(api.client, "prod")


def test_another_failure_of_describing_is_not_taken_for_absence(api: Stub) -> None:
    api.fails("describe_services", "InvalidParameterException")
    with pytest.raises(AwsUnavailable, match="prod"):
        list(inventory.described(api.client, "prod", ["web"]))
