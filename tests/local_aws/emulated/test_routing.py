"""Routing policies that the emulator's Route 53 keeps as they are sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.emulated_route53 import client, installed, send, zone
from tests.support.route53 import simple

POLICIES: list[dict[str, Any]] = [
    {"AZAffinity": {"LocationType": "Global", "LocationId": "global"}},
    {"GeoProximityLocation": {"AWSRegion": "eu-west-1", "Bias": 10}},
    {"GeoProximityLocation": {"Coordinates": {"Latitude": "49.2", "Longitude": "-74.0"}}},
]


@pytest.fixture(autouse=True)
def _emulator() -> Iterator[None]:
    with installed():
        yield


def routed(policy: dict[str, Any], identifier: str = "1") -> dict[str, Any]:
    return simple("web.ecs.internal", "A", "192.0.2.1") | {"SetIdentifier": identifier} | policy


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_is_listed_as_it_was_sent(policy: dict[str, Any]) -> None:
    made = zone()
    send(made, ("CREATE", routed(policy)))

    page = client().list_resource_record_sets(
        HostedZoneId=made, StartRecordName="web.ecs.internal", MaxItems="1"
    )

    (listed,) = page["ResourceRecordSets"]
    assert policy.items() <= listed.items()
    send(made, ("DELETE", listed))


@pytest.mark.parametrize("policy", POLICIES[:2])
def test_policies_do_not_mix_at_a_name(policy: dict[str, Any]) -> None:
    made = zone()
    send(made, ("CREATE", routed(policy)))

    with pytest.raises(ClientError, match="with the same name and type"):
        send(made, ("CREATE", routed({"Weight": 1}, "2")))
    with pytest.raises(ClientError, match="as other RRSets exist"):
        send(made, ("CREATE", simple("web.ecs.internal", "A", "192.0.2.1")))
    send(made, ("CREATE", routed(policy, "2")))
