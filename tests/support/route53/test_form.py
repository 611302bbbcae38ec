"""Which changes can't be understood, each with where the rule is written.

API = Route 53 API Reference, GUIDE = Route 53 Developer Guide. The words of refusals are those
that users of Route 53 have published in error reports; where none were found it says so.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.route53 import (
    StrictRoute53,
    UnsupportedByStandIn,
    alias,
    change_batch,
    refusal,
    send,
    simple,
)

LB = "web-1.us-east-1.elb.amazonaws.com"
WEB = simple("web.ecs.internal", "A", "10.0.0.1", "10.0.0.2")
ALIAS = alias("web.ecs.internal", "A", LB)
CNAME = simple("web.ecs.internal", "CNAME", LB)


@pytest.fixture
def route53() -> StrictRoute53:
    return StrictRoute53()


@pytest.fixture
def zone(route53: StrictRoute53) -> str:
    return route53.create_zone("ecs.internal", vpcs=("vpc-1",))


class TestForm:
    """What is InvalidInput: the request as such (API: ChangeResourceRecordSets, "Errors")."""

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            (
                {**ALIAS, "TTL": 60},
                "Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or "
                "TrafficPolicyInstanceId], but found more than one",
            ),
            (
                {"Name": "web.ecs.internal", "Type": "A", "TTL": 60},
                "Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or "
                "TrafficPolicyInstanceId], but found none",
            ),
            (
                {**WEB, "TTL": None},
                "Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or "
                "TrafficPolicyInstanceId], but found none",
            ),
            ({**WEB, "Weight": 1}, "Missing field 'SetIdentifier'"),
            (
                {**WEB, "SetIdentifier": "a"},
                "Expected exactly one of [Weight, Region, Failover, GeoLocation, or "
                "MultiValueAnswer], but found none",
            ),
            (
                {**WEB, "SetIdentifier": "a", "Weight": 1, "Region": "eu-west-1"},
                "Expected exactly one of [Weight, Region, Failover, GeoLocation, or "
                "MultiValueAnswer], but found more than one",
            ),
        ],
    )
    def test_elements_that_do_not_go_together(
        self, route53: StrictRoute53, zone: str, given: dict[str, Any], said: str
    ) -> None:
        given = {key: value for key, value in given.items() if value is not None}
        identifier = given.get("SetIdentifier", "null")
        message = refusal(route53, zone, ("CREATE", given), code="InvalidInput")
        assert message == (
            f"Invalid request: {said} in Change with [Action=CREATE, Name=web.ecs.internal, "
            f"Type=A, SetIdentifier={identifier}]"
        )

    @pytest.mark.parametrize(
        "given",
        [
            {**ALIAS, "SetIdentifier": "a", "MultiValueAnswer": True},
            {**CNAME, "SetIdentifier": "a", "MultiValueAnswer": True},
            simple("ecs.internal", "NS", "ns.", SetIdentifier="a", Weight=1),
        ],
    )
    def test_policies_that_a_type_can_not_have(
        self, route53: StrictRoute53, zone: str, given: dict[str, Any]
    ) -> None:
        """API: ResourceRecordSet, Type and MultiValueAnswer; the words are not published."""
        assert "not permitted" in refusal(route53, zone, ("CREATE", given), code="InvalidInput")

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({**WEB, "TTL": 2147483648}, "for type 'TTL'"),
            ({**WEB, "SetIdentifier": "a", "Weight": 256}, "for type 'ResourceRecordSetWeight'"),
            ({**WEB, "SetIdentifier": "a" * 129, "Weight": 1}, "'ResourceRecordSetIdentifier'"),
            ({**WEB, "Type": "WKS"}, "for type 'RRType'"),
            ({**WEB, "Name": "a" * 1025}, "for type 'DNSName'"),
            (alias("web.ecs.internal", "A", LB, zone_id="Z" * 33), "for type 'ResourceId'"),
        ],
    )
    def test_values_out_of_their_range(
        self, route53: StrictRoute53, zone: str, given: dict[str, Any], said: str
    ) -> None:
        """The API's own model: TTL, ResourceRecordSetWeight, RRType, DNSName, ResourceId, …"""
        assert said in refusal(route53, zone, ("CREATE", given), code="InvalidInput")

    def test_an_unknown_action(self, route53: StrictRoute53, zone: str) -> None:
        """API: Change, Action: CREATE, DELETE or UPSERT."""
        assert "REPLACE" in refusal(route53, zone, ("REPLACE", WEB), code="InvalidInput")

    def test_elements_that_nothing_here_would_look_at(
        self, route53: StrictRoute53, zone: str
    ) -> None:
        elsewhere = {**WEB, "SetIdentifier": "a", "TrafficPolicyInstanceId": "8a6d"}
        with pytest.raises(UnsupportedByStandIn, match="TrafficPolicyInstanceId"):
            send(route53.client(), zone, ("CREATE", elsewhere))

    def test_a_comment_too_long(self, route53: StrictRoute53, zone: str) -> None:
        """API: ChangeBatch, Comment: at most 256 characters."""
        with pytest.raises(ClientError, match="'ResourceDescription'"):
            route53.client().change_resource_record_sets(
                HostedZoneId=zone, ChangeBatch=change_batch(("CREATE", WEB), comment="x" * 257)
            )
