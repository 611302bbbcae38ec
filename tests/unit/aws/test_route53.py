"""Route 53: how it writes record sets, reading just what is asked for, and its refusals' names."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.session import get_session

from signpost.aws import route53
from signpost.errors import ChangeRefused, RecordConflict, ZoneBusy, ZoneNotFound
from signpost.model.record_set import Alias, RecordSet
from tests.support.route53 import StrictRoute53, simple

NAME = "web.ecs.internal"
# Route 53 API Reference, "ResourceRecordSet": what a simple record set has none of, and how it is
# shown.
ROUTING: dict[str, tuple[Any, str]] = {
    "Weight": (1, "1"),
    "Region": ("eu-west-1", "eu-west-1"),
    "GeoLocation": ({"ContinentCode": "EU"}, "EU"),
    "Failover": ("PRIMARY", "PRIMARY"),
    "HealthCheckId": ("0aee2f00-fb21", "0aee2f00-fb21"),
    "TrafficPolicyInstanceId": ("8a6d", "8a6d"),
    "CidrRoutingConfig": ({"CollectionId": "c", "LocationName": "*"}, "c/*"),
    "GeoProximityLocation": (
        {"Coordinates": {"Latitude": "1", "Longitude": "2"}, "Bias": 3},
        "1/2/3",
    ),
    "AZAffinity": (
        {"LocationType": "AvailabilityZone", "LocationId": "use1-az1"},
        "AvailabilityZone/use1-az1",
    ),
}
SIMPLE = {"Name", "Type", "TTL", "ResourceRecords", "AliasTarget"}
OURS = {"SetIdentifier", "MultiValueAnswer"}  # several answers of ours have these
WEB = RecordSet(NAME, "A", alias=Alias("Z32O12XQLNTSW2", "web.eu-west-1.elb.amazonaws.com"))
CNAME = RecordSet(NAME, "CNAME", 60, ("y.example",))


@pytest.fixture(params=[False, True], ids=["ErrorResponse", "bare"])
def zones(request: pytest.FixtureRequest) -> tuple[StrictRoute53, str]:
    """A zone, and both forms in which a batch for it is refused."""
    aws = StrictRoute53(bare_refusals=request.param)
    return aws, aws.create_zone("ecs.internal", vpcs=("vpc-1",))


def test_an_unknown_zone_is_named(zones: tuple[StrictRoute53, str]) -> None:
    client = zones[0].client()
    for call in (
        lambda: route53.get_zone(client, "ZNOBODY"),
        lambda: route53.find(client, "ZNOBODY", "web.ecs.internal", "A"),
        lambda: route53.change(client, "ZNOBODY", [("CREATE", WEB)], "why"),
    ):
        with pytest.raises(ZoneNotFound, match="ZNOBODY"):
            call()


def test_a_busy_zone_is_retried(zones: tuple[StrictRoute53, str]) -> None:
    aws, zone = zones
    aws.faults.prior_request_not_complete()

    with pytest.raises(ZoneBusy):
        route53.change(aws.client(), zone, [("CREATE", WEB)], "why")


def test_a_batch_that_can_never_be_accepted_is_refused_with_the_reason(
    zones: tuple[StrictRoute53, str],
) -> None:
    aws, zone = zones
    elsewhere = RecordSet("web.example.org", "CNAME", 60, ("x.example",))

    with pytest.raises(ChangeRefused, match=r"web\.example\.org"):
        route53.change(aws.client(), zone, [("CREATE", elsewhere)], "why")


def test_all_records_at_a_name_and_no_other_are_found(zones: tuple[StrictRoute53, str]) -> None:
    aws, zone = zones
    for number in range(130):  # 100 of one type at most
        is_ipv4 = number < 100
        record = {
            "Name": "web.ecs.internal",
            "Type": "A" if is_ipv4 else "AAAA",
            "SetIdentifier": f"{number:03d}",
            "MultiValueAnswer": True,
            "TTL": 60,
            "ResourceRecords": [
                {"Value": f"192.0.2.{number}" if is_ipv4 else f"2001:db8::{number}"}
            ],
        }
        aws.edit(zone, ("CREATE", record))
    aws.edit(
        zone, ("CREATE", route53.to_wire(RecordSet("web2.ecs.internal", "A", 60, ("192.0.2.1",))))
    )

    found = route53.at_name(aws.client(), zone, "web.ecs.internal")

    assert len({record.set_identifier for record in found}) == len(found) == 130
    assert all(record.multivalue for record in found)


def test_a_wildcard_comes_back_as_it_was_written(zones: tuple[StrictRoute53, str]) -> None:
    aws, zone = zones
    wildcard = RecordSet("*.ecs.internal", "CNAME", 60, ("web.example",))
    route53.change(aws.client(), zone, [("CREATE", wildcard)], "why")

    assert route53.find(aws.client(), zone, "*.ecs.internal", "CNAME") == wildcard


@pytest.mark.parametrize(
    "foreign", [r"b\056a", r"b.a\052", r"\052\056b.a", r"b\056\052.a"], ids=repr
)
def test_a_dot_or_an_asterisk_within_a_label_makes_no_hostname(
    zones: tuple[StrictRoute53, str], foreign: str
) -> None:
    aws, zone = zones
    aws.edit(zone, ("CREATE", simple(f"{foreign}.ecs.internal", "A", "192.0.2.1")))
    unescaped = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), foreign)
    (listed,) = route53.below(aws.client(), zone, f"{foreign}.ecs.internal")

    assert listed.name == f"{foreign}.ecs.internal"
    assert route53.at_name(aws.client(), zone, f"{unescaped}.ecs.internal") == []
    assert route53.change(aws.client(), zone, [("DELETE", listed)], "why")


@pytest.mark.parametrize(
    ("there", "ours"),
    [
        (RecordSet("web.ecs.internal", "A", 60, ("192.0.2.1",)), WEB),
        (RecordSet("web.ecs.internal", "CNAME", 60, ("x.example",)), WEB),
        (RecordSet("web.ecs.internal", "TXT", 60, ('"x"',)), CNAME),
        (None, None),
    ],
    ids=["exists", "CNAME is there", "CNAME beside others", "is gone"],
)
def test_records_that_are_other_than_planned_are_a_conflict(
    zones: tuple[StrictRoute53, str], there: RecordSet | None, ours: RecordSet | None
) -> None:
    aws, zone = zones
    if there:
        aws.edit(zone, ("CREATE", route53.to_wire(there)))
    batch = [("CREATE", ours)] if ours else [("DELETE", WEB)]

    with pytest.raises(RecordConflict):
        route53.change(aws.client(), zone, batch, "why")


def test_one_conflict_among_several_refusals_is_a_conflict_that_tells_them_all(
    zones: tuple[StrictRoute53, str],
) -> None:
    aws, zone = zones
    elsewhere = RecordSet("web.example.org", "CNAME", 60, ("x.example",))

    with pytest.raises(RecordConflict) as caught:
        route53.change(aws.client(), zone, [("CREATE", elsewhere), ("DELETE", WEB)], "why")

    assert "web.example.org" in str(caught.value)
    assert "was not found" in str(caught.value)


def test_only_refused_batches_have_a_form_of_their_own() -> None:
    model = get_session().get_service_model("route53")

    errors: Any = model.error_shapes

    assert [shape.name for shape in errors if "messages" in shape.members] == ["InvalidChangeBatch"]


@pytest.mark.parametrize("element", ROUTING)
def test_a_record_set_with_a_routing_element_is_no_simple_one(element: str) -> None:
    value, shown = ROUTING[element]

    found = route53.from_wire(simple(NAME, "A", "192.0.2.7", **{element: value}))

    assert found.routing == f"{element}={shown}"
    assert f"({element}={shown})" in str(found)


def test_every_member_of_a_record_set_is_known_to_be_routing_or_none() -> None:
    """A routing policy that AWS adds shows up here, with the botocore that brings it."""
    model = get_session().get_service_model("route53")

    members: Any = model.shape_for("ResourceRecordSet")

    assert set(members.members) == SIMPLE | OURS | ROUTING.keys()


def test_a_record_set_with_an_identifier_and_no_known_policy_is_routed_all_the_same() -> None:
    found = route53.from_wire(simple(NAME, "A", "192.0.2.7", SetIdentifier="moon"))

    assert found.routing == "unknown"


def test_one_of_several_answers_has_no_routing_but_its_identifier() -> None:
    several = simple(NAME, "A", "192.0.2.7", SetIdentifier="192.0.2.7", MultiValueAnswer=True)

    assert route53.from_wire(several).routing is None


def test_values_are_in_order_however_route_53_lists_them() -> None:
    found = route53.from_wire(simple(NAME, "A", "192.0.2.9", "192.0.2.8"))

    assert found.values == ("192.0.2.8", "192.0.2.9")


def test_a_simple_record_beside_weighted_ones_is_a_conflict() -> None:
    aws = StrictRoute53()
    zone = aws.create_zone("ecs.internal", vpcs=("vpc-1",))
    weighted = simple(NAME, "A", "192.0.2.7", SetIdentifier="blue", Weight=1)
    aws.edit(zone, ("CREATE", weighted))
    ours = RecordSet(NAME, "A", 60, ("192.0.2.1",))

    with pytest.raises(RecordConflict, match="other RRSets exist"):
        route53.change(aws.client(), zone, [("CREATE", ours)], "why")
