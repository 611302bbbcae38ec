"""How Route 53 writes record sets, and what each part of that makes of them in here."""

from __future__ import annotations

from typing import Any

import pytest

from signpost.aws import route53
from signpost.errors import RecordConflict
from signpost.model.record_set import RecordSet
from tests.support.route53 import StrictRoute53, simple

NAME = "web.ecs.internal"

# Route 53 API Reference, "ResourceRecordSet": what a simple record set has none of.
ROUTING: dict[str, Any] = {
    "Weight": 1,
    "Region": "eu-west-1",
    "GeoLocation": {"ContinentCode": "EU"},
    "Failover": "PRIMARY",
    "HealthCheckId": "0aee2f00-fb21-45c7-8a6d-9cb1a9d4bc6a",
    "TrafficPolicyInstanceId": "8a6d",
    "CidrRoutingConfig": {"CollectionId": "c", "LocationName": "*"},
    "GeoProximityLocation": {"AWSRegion": "eu-west-1"},
}


@pytest.mark.parametrize("element", ROUTING)
def test_a_record_set_with_a_routing_element_is_no_simple_one(element: str) -> None:
    found = route53.from_wire(simple(NAME, "A", "192.0.2.7", **{element: ROUTING[element]}))

    assert found.routing == f"{element}={ROUTING[element]}"


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
