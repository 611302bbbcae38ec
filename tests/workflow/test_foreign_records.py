"""Records of somebody else at our names, on the strict Route 53: they stay, and are in the way only
where Route 53 lets nothing stand beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.search.histories import World, new_world, owned_in
from tests.support.asl import Walk
from tests.support.fast_estate import FastService
from tests.support.route53 import both_refusals, simple

WEB, API = ("prod", "web"), ("prod", "api")
SHOP = "shop.ecs.internal"
HEALTH_CHECK = {"HealthCheckId": "0aee2f00-fb21-45c7-8a6d-9cb1a9d4bc6a"}
WEIGHTED = {"SetIdentifier": "blue", "Weight": 1}
# Every routing policy of the newest ResourceRecordSet (`tests/unit/aws/test_route53.py` holds the
# list against botocore's model), with an element of its own.
POLICIES: dict[str, Any] = {
    "Weight": 1,
    "Region": "eu-west-1",
    "Failover": "PRIMARY",
    "MultiValueAnswer": True,
    "GeoLocation": {"CountryCode": "DE"},
    "CidrRoutingConfig": {
        "CollectionId": "0aee2f00-fb21-45c7-8a6d-9cb1a9d4bc6a",
        "LocationName": "*",
    },
    "GeoProximityLocation": {"AWSRegion": "eu-west-1", "Bias": 3},
    "AZAffinity": {"LocationType": "AvailabilityZone", "LocationId": "use1-az1"},
}
each_policy = pytest.mark.parametrize("policy", POLICIES)


@pytest.fixture
def world(bare_refusals: bool) -> Iterator[World]:
    with new_world() as world:
        world.route53.bare_refusals = bare_refusals
        yield world


def create(world: World, *balancers: str, service: tuple[str, str] = WEB) -> FastService:
    made = FastService(balancers, {"signpost:hostname": "shop"})
    world.estate.services[service] = made
    return made


def run(world: World, kind: str, service: tuple[str, str] = WEB) -> Walk:
    return world.finish(world.start(service, kind))


def put_foreign(world: World, *records: dict[str, Any]) -> None:
    """Somebody else's records; from now on each must stay as it is after every call."""
    world.route53.edit(world.private, *(("CREATE", record) for record in records))
    listed = owned_in(world.route53.records(world.private), "ecs.internal")
    for made in world.route53.records(world.private):
        is_in_place_of_ours = made.name == f"{SHOP}." and made.routing
        if "_signpost." not in made.name and (is_in_place_of_ours or made.key not in listed):
            world.foreign[(world.private, made.key)] = made


def put_in_place_of_ours(world: World, record: dict[str, Any]) -> None:
    (ours,) = [one for one in world.route53.records(world.private) if one.type == "A"]
    world.promised.clear()
    world.route53.edit(world.private, ("DELETE", ours.as_boto()))
    put_foreign(world, record)


def routed(policy: str) -> dict[str, Any]:
    return simple(SHOP, "A", "192.0.2.7", SetIdentifier="blue", **{policy: POLICIES[policy]})


@both_refusals
@each_policy
@pytest.mark.parametrize("kind", ["CreateService", "manual"])
def test_a_routed_record_of_others_has_its_name_and_is_told_with_its_routing(
    world: World, policy: str, kind: str
) -> None:
    put_foreign(world, routed(policy))
    create(world, "inside")

    walk = run(world, kind)

    assert walk.outcome == "HostnameTaken"
    assert "shop.ecs.internal A 192.0.2.7" in str(walk.cause)
    assert policy == "MultiValueAnswer" or f"({policy}=" in str(walk.cause)


@both_refusals
@each_policy
def test_a_routed_record_in_place_of_ours_survives_the_removal(world: World, policy: str) -> None:
    create(world, "inside")
    run(world, "CreateService")
    put_in_place_of_ours(world, routed(policy))
    del world.estate.services[WEB]

    assert run(world, "DeleteService").outcome == "RecordRemoved"
    (left,) = world.route53.records(world.private)
    assert (world.private, left.key) in world.foreign


@both_refusals
@pytest.mark.parametrize("routing", [WEIGHTED, HEALTH_CHECK], ids=["weighted", "health-checked"])
@pytest.mark.parametrize("kind", ["UpdateService", "manual"])
def test_a_foreign_record_in_place_of_ours_stops_a_change(
    world: World, routing: dict[str, Any], kind: str
) -> None:
    made = create(world, "inside")
    run(world, "CreateService")
    put_in_place_of_ours(world, simple(SHOP, "A", "192.0.2.7", **routing))
    made.balancers = ("dual",)

    assert run(world, kind).outcome == "HostnameTaken"


@both_refusals
@pytest.mark.parametrize("routing", [WEIGHTED, HEALTH_CHECK], ids=["weighted", "health-checked"])
@pytest.mark.parametrize("kind", ["DeleteService", "manual"])
def test_a_foreign_record_in_place_of_ours_survives_the_removal(
    world: World, routing: dict[str, Any], kind: str
) -> None:
    create(world, "inside")
    run(world, "CreateService")
    put_in_place_of_ours(world, simple(SHOP, "A", "192.0.2.7", **routing))
    del world.estate.services[WEB]

    assert run(world, kind).outcome == "RecordRemoved"
    (left,) = world.route53.records(world.private)
    assert (world.private, left.key) in world.foreign


def test_a_name_whose_other_address_type_is_somebody_elses_is_taken(world: World) -> None:
    put_foreign(world, simple(SHOP, "AAAA", "2001:db8::7"))
    create(world, "inside")

    assert run(world, "manual").outcome == "HostnameTaken"


@pytest.mark.parametrize("kind", ["CreateService", "manual"])
def test_a_name_beside_a_foreign_txt_is_free(world: World, kind: str) -> None:
    put_foreign(world, simple(SHOP, "TXT", '"not yours"'))
    create(world, "inside")

    assert run(world, kind).outcome == "RecordChanged"


@both_refusals
def test_a_weighted_record_is_found_before_anything_is_written(world: World) -> None:
    put_foreign(
        world,
        simple(SHOP, "A", "192.0.2.7", SetIdentifier="blue", Weight=1),
        simple(SHOP, "A", "192.0.2.8", SetIdentifier="green", Weight=0),
    )
    create(world, "inside")

    walk = run(world, "CreateService")

    assert (walk.outcome, walk.states.count("CountRound")) == ("HostnameTaken", 0)


def test_a_record_with_two_values_edited_by_hand_is_replaced(world: World) -> None:
    create(world, "inside")
    run(world, "CreateService")
    (ours,) = [one for one in world.route53.records(world.private) if one.type == "A"]
    edited = simple(SHOP, "A", "192.0.2.9", "192.0.2.8")
    world.promised.clear()
    world.route53.edit(world.private, ("DELETE", ours.as_boto()), ("CREATE", edited))

    assert run(world, "manual").output["before"][0]["values"] == ["192.0.2.8", "192.0.2.9"]
