"""Several zones, VPCs and load balancers, on a local AWS of their own: dev and prod with the same
names, and a public zone beside the private one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.local.conftest import LocalAws, brought_up

pytestmark = [pytest.mark.local_aws, pytest.mark.xdist_group("zones")]

# A zone's key is its name; a further zone of that name has its whole option as key.
DEV, PROD, PUBLIC = "ecs.internal", "ecs.internal@vpc-0bbbbbbb", "example.com"


@pytest.fixture(scope="module")
def estate() -> Iterator[LocalAws]:
    zones = ("ecs.internal@vpc-0aaaaaaa", PROD, "example.com@public")
    yield from brought_up(*(word for zone in zones for word in ("--zone", zone)))


def test_the_services_vpc_decides_between_zones_of_one_name(estate: LocalAws, service: str) -> None:
    name = (f"{service}.ecs.internal", "A")
    estate.create(service, estate.balancer(vpc="vpc-0bbbbbbb"))

    run = estate.finished(service, "CreateService")

    assert run["receipt"]["outcome"] == "RecordChanged"
    assert run["receipt"]["verification"]["method"] == "dns"
    assert name in estate.records(PROD)
    assert name not in estate.records(DEV)


def test_a_service_in_a_vpc_without_zone_is_told_which_were_tried(
    estate: LocalAws, service: str
) -> None:
    estate.create(service, estate.balancer(vpc="vpc-0ccccccc"))

    run = estate.finished(service, "CreateService")

    assert run["error"] == "ZoneNotFound"
    assert "vpc-0ccccccc" in run["cause"]
    assert estate.zone(DEV) in run["cause"]
    assert estate.zone(PROD) in run["cause"]


def test_split_horizon(estate: LocalAws, service: str) -> None:
    inside = estate.balancer(vpc="vpc-0aaaaaaa")
    outside = estate.balancer(vpc="vpc-0aaaaaaa", scheme="internet-facing")
    estate.create(service, inside, outside)

    run = estate.finished(service, "CreateService")

    private = estate.records(DEV)[(f"{service}.ecs.internal", "A")]
    public = estate.records(PUBLIC)[(f"{service}.example.com", "A")]
    assert run["receipt"]["outcome"] == "RecordChanged"
    assert private["AliasTarget"]["DNSName"].rstrip(".") == inside["dns_name"]
    assert public["AliasTarget"]["DNSName"].rstrip(".") == outside["dns_name"]


def test_a_deleted_service_leaves_every_zone(estate: LocalAws, service: str) -> None:
    estate.create(service, estate.balancer(vpc="vpc-0aaaaaaa", scheme="internet-facing"))
    estate.finished(service, "CreateService")

    estate.delete(service)
    run = estate.finished(service, "DeleteService")

    left = [*estate.records(DEV), *estate.records(PUBLIC)]
    assert run["receipt"]["outcome"] == "RecordRemoved"
    assert [name for name, _ in left if service in name] == []


def test_two_candidates_are_ambiguous_until_a_tag_settles_it(
    estate: LocalAws, service: str
) -> None:
    one, two = estate.balancer(vpc="vpc-0aaaaaaa"), estate.balancer(vpc="vpc-0aaaaaaa")
    estate.create(service, one, two)
    run = estate.finished(service, "CreateService")
    assert run["error"] == "AmbiguousLoadBalancer"
    assert one["name"] in run["cause"]
    assert two["name"] in run["cause"]

    tag(estate, service, "load-balancer", two["name"])
    run = estate.finished(service, "TagResource")

    assert run["receipt"]["outcome"] == "RecordChanged"
    record = estate.records(DEV)[(f"{service}.ecs.internal", "A")]
    assert record["AliasTarget"]["DNSName"].rstrip(".") == two["dns_name"]


def test_a_changed_hostname_moves_the_name_in_one_batch(estate: LocalAws, service: str) -> None:
    estate.create(service, estate.balancer(vpc="vpc-0aaaaaaa"))
    estate.finished(service, "CreateService")

    tag(estate, service, "hostname", f"new-{service}")
    run = estate.finished(service, "TagResource")

    receipt = run["receipt"]
    assert [record["name"] for record in receipt["before"]] == [f"{service}.ecs.internal"]
    assert [record["name"] for record in receipt["after"]] == [f"new-{service}.ecs.internal"]
    assert len(receipt["zones"]) == 1
    assert (f"{service}.ecs.internal", "A") not in estate.records(DEV)


def test_a_disabled_service_gives_its_name_back(estate: LocalAws, service: str) -> None:
    estate.create(service, estate.balancer(vpc="vpc-0aaaaaaa"))
    estate.finished(service, "CreateService")

    tag(estate, service, "enabled", "false")

    assert estate.finished(service, "TagResource")["receipt"]["outcome"] == "RecordRemoved"


def tag(estate: LocalAws, service: str, key: str, value: str) -> None:
    arn = f"arn:aws:ecs:{estate.facts['region']}:{estate.facts['account']}:service/prod/{service}"
    estate.ecs.tag_resource(resourceArn=arn, tags=[{"key": f"signpost:{key}", "value": value}])
