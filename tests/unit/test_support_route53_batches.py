"""What a change batch is refused for, each with where the rule is written.

API = Route 53 API Reference, GUIDE = Route 53 Developer Guide. The words of refusals are those
that users of Route 53 have published in error reports; where none were found it says so.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.route53 import StrictRoute53, UnsupportedByStandIn, alias, change_batch, simple

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


def refusal(
    route53: StrictRoute53,
    zone: str,
    *changes: tuple[str, dict[str, Any]],
    code: str = "InvalidChangeBatch",
) -> str:
    """The message a batch is refused with; the zone must be as it was."""
    before = route53.records(zone, apex=True)
    with pytest.raises(ClientError) as caught:
        route53.client().change_resource_record_sets(
            HostedZoneId=zone, ChangeBatch=change_batch(*changes)
        )
    assert route53.records(zone, apex=True) == before
    error = caught.value.response["Error"]
    assert error["Code"] == code
    return error["Message"]


def change(route53: StrictRoute53, zone: str, *changes: tuple[str, dict[str, Any]]) -> None:
    route53.client().change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch=change_batch(*changes)
    )


class TestCreateAndDelete:
    """API: ChangeResourceRecordSets, "Create, Delete, and Upsert"."""

    def test_create_of_an_existing_set(self, route53: StrictRoute53, zone: str) -> None:
        route53.edit(zone, ("CREATE", WEB))
        assert refusal(route53, zone, ("CREATE", WEB)) == (
            "[Tried to create resource record set [name='web.ecs.internal.', type='A'] "
            "but it already exists]"
        )

    def test_delete_of_what_is_not_there(self, route53: StrictRoute53, zone: str) -> None:
        assert refusal(route53, zone, ("DELETE", WEB)) == (
            "[Tried to delete resource record set [name='web.ecs.internal.', type='A'] "
            "but it was not found]"
        )

    @pytest.mark.parametrize(
        ("existing", "given"),
        [
            (WEB, simple("web.ecs.internal", "A", "10.0.0.1", "10.0.0.2", ttl=61)),
            (WEB, simple("web.ecs.internal", "A", "10.0.0.1")),
            (WEB, simple("web.ecs.internal", "A", "10.0.0.1", "10.0.0.2", "10.0.0.3")),
            (WEB, simple("web.ecs.internal", "A", "10.0.0.1", "10.0.0.3")),
            (WEB, ALIAS),
            (ALIAS, WEB),
            (ALIAS, alias("web.ecs.internal", "A", f"dualstack.{LB}")),
            (ALIAS, alias("web.ecs.internal", "A", LB, zone_id="Z26RNL4JYFTOTI")),
            (ALIAS, alias("web.ecs.internal", "A", LB, evaluate=True)),
        ],
    )
    def test_delete_with_other_values(
        self,
        route53: StrictRoute53,
        zone: str,
        existing: dict[str, Any],
        given: dict[str, Any],
    ) -> None:
        """API: ChangeResourceRecordSets, "you must specify all the same values"."""
        route53.edit(zone, ("CREATE", existing))
        assert refusal(route53, zone, ("DELETE", given)) == (
            "[Tried to delete resource record set [name='web.ecs.internal.', type='A'] "
            "but the values provided do not match the current values]"
        )

    @pytest.mark.parametrize(
        ("existing", "given"),
        [
            (WEB, simple("WEB.ecs.internal.", "A", "10.0.0.2", "10.0.0.1")),
            (ALIAS, alias("web.ecs.internal", "A", f"{LB.upper()}.")),
            (CNAME, simple("web.ecs.internal", "CNAME", f"{LB}.")),
        ],
    )
    def test_delete_in_any_order_and_spelling_of_names(
        self,
        route53: StrictRoute53,
        zone: str,
        existing: dict[str, Any],
        given: dict[str, Any],
    ) -> None:
        """GUIDE: DNS domain name format, trailing dot and upper case."""
        route53.edit(zone, ("CREATE", existing))
        change(route53, zone, ("DELETE", given))
        assert route53.records(zone) == ()

    def test_upsert_creates_and_replaces(self, route53: StrictRoute53, zone: str) -> None:
        change(route53, zone, ("UPSERT", WEB))
        change(route53, zone, ("UPSERT", simple("web.ecs.internal", "A", "10.9.9.9")))
        assert [one.values for one in route53.records(zone)] == [("10.9.9.9",)]

    def test_the_same_set_twice(self, route53: StrictRoute53, zone: str) -> None:
        """API: ChangeResourceRecordSets, "delete the same resource record set more than once"."""
        route53.edit(zone, ("CREATE", WEB))
        assert "invalid set of changes for a resource record set 'A web.ecs.internal.'" in refusal(
            route53, zone, ("DELETE", WEB), ("DELETE", WEB)
        )


class TestAtomicity:
    """API: ChangeResourceRecordSets, "Change Batches and Transactional Changes"."""

    def test_all_refusals_are_listed_and_nothing_is_done(
        self, route53: StrictRoute53, zone: str
    ) -> None:
        route53.edit(zone, ("CREATE", WEB))
        message = refusal(
            route53,
            zone,
            ("CREATE", simple("new.ecs.internal", "A", "10.0.0.9")),
            ("CREATE", WEB),
            ("DELETE", simple("gone.ecs.internal", "A", "10.0.0.1")),
        )
        assert message == (
            "[Tried to create resource record set [name='web.ecs.internal.', type='A'] "
            "but it already exists, Tried to delete resource record set "
            "[name='gone.ecs.internal.', type='A'] but it was not found]"
        )

    def test_a_refused_delete_leaves_the_set_in_the_way(
        self, route53: StrictRoute53, zone: str
    ) -> None:
        route53.edit(zone, ("CREATE", WEB))
        other = simple("web.ecs.internal", "A", "10.0.0.7")
        message = refusal(route53, zone, ("DELETE", other), ("CREATE", other))
        assert "do not match the current values, Tried to create" in message

    def test_replacement_in_one_batch(self, route53: StrictRoute53, zone: str) -> None:
        route53.edit(zone, ("CREATE", CNAME))
        change(route53, zone, ("DELETE", CNAME), ("CREATE", ALIAS))
        assert [one.type for one in route53.records(zone)] == ["A"]

    def test_changes_are_made_in_order(self, route53: StrictRoute53, zone: str) -> None:
        route53.edit(zone, ("CREATE", CNAME))
        assert "conflicting RRSet" in refusal(route53, zone, ("CREATE", ALIAS), ("DELETE", CNAME))


class TestPlaceInTheZone:
    """GUIDE: Supported DNS record types, "CNAME record type"; API: ChangeResourceRecordSets."""

    def test_cname_beside_others(self, route53: StrictRoute53, zone: str) -> None:
        route53.edit(zone, ("CREATE", WEB))
        assert refusal(route53, zone, ("CREATE", CNAME)) == (
            "[RRSet of type CNAME with DNS name web.ecs.internal. is not permitted as it conflicts "
            "with other records with the same DNS name in zone ecs.internal.]"
        )

    def test_others_beside_a_cname(self, route53: StrictRoute53, zone: str) -> None:
        route53.edit(zone, ("CREATE", CNAME))
        assert refusal(route53, zone, ("CREATE", WEB)) == (
            "[RRSet of type A with DNS name web.ecs.internal. is not permitted because a "
            "conflicting RRSet of type  CNAME with the same DNS name already exists in zone "
            "ecs.internal.]"
        )

    def test_upsert_does_not_change_the_type(self, route53: StrictRoute53, zone: str) -> None:
        route53.edit(zone, ("CREATE", WEB))
        assert "conflicts with other records" in refusal(route53, zone, ("UPSERT", CNAME))

    def test_cname_at_the_apex(self, route53: StrictRoute53, zone: str) -> None:
        assert refusal(route53, zone, ("CREATE", simple("ecs.internal", "CNAME", LB))) == (
            "[RRSet of type CNAME with DNS name ecs.internal. is not permitted at apex in zone "
            "ecs.internal.]"
        )

    def test_alias_at_the_apex_is_fine(self, route53: StrictRoute53, zone: str) -> None:
        """GUIDE: Choosing between alias and non-alias records."""
        change(route53, zone, ("CREATE", alias("ecs.internal", "A", LB)))
        assert [one.name for one in route53.records(zone)] == ["ecs.internal."]

    @pytest.mark.parametrize("name", ["web.example.com", "internal", "webecs.internal"])
    def test_names_outside_the_zone(self, route53: StrictRoute53, zone: str, name: str) -> None:
        assert refusal(route53, zone, ("CREATE", simple(name, "A", "10.0.0.1"))) == (
            f"[RRSet with DNS name {name}. is not permitted in zone ecs.internal.]"
        )

    def test_the_zones_own_ns_and_soa_stay(self, route53: StrictRoute53, zone: str) -> None:
        """GUIDE: NS and SOA records that Amazon Route 53 creates for a public hosted zone."""
        own = [one.as_boto() for one in route53.records(zone, apex=True)]
        message = refusal(route53, zone, *[("DELETE", one) for one in own])
        assert message == (
            "[A HostedZone must contain exactly one SOA record., A HostedZone must contain at "
            "least one NS record for the zone itself.]"
        )

    def test_a_second_soa(self, route53: StrictRoute53, zone: str) -> None:
        soa = simple("sub.ecs.internal", "SOA", "ns. host. 1 7200 900 1209600 86400")
        assert refusal(route53, zone, ("CREATE", soa)) == (
            "[A HostedZone must contain exactly one SOA record.]"
        )


class TestAliasTargets:
    """API: AliasTarget."""

    def test_in_the_zone_the_target_must_exist_with_the_type(
        self, route53: StrictRoute53, zone: str
    ) -> None:
        to_web = alias("www.ecs.internal", "A", "web.ecs.internal", zone_id=zone)
        assert refusal(route53, zone, ("CREATE", to_web)) == (
            f"[Tried to create an alias that targets web.ecs.internal., type A in zone {zone}, "
            "but that target was not found]"
        )
        change(route53, zone, ("CREATE", WEB), ("CREATE", to_web))
        assert len(route53.records(zone)) == 2

    def test_the_target_lies_in_the_zone_it_is_said_to(
        self, route53: StrictRoute53, zone: str
    ) -> None:
        route53.load_balancers.zones["Z35SXDOTRQ7X7K"] = "us-east-1.elb.amazonaws.com"
        change(route53, zone, ("CREATE", ALIAS))
        wrong = alias("b.ecs.internal", "A", "b-1.eu-west-1.elb.amazonaws.com")
        assert refusal(route53, zone, ("CREATE", wrong)) == (
            "[Tried to create an alias that targets b-1.eu-west-1.elb.amazonaws.com., type A in "
            "zone Z35SXDOTRQ7X7K, but the alias target name does not lie within the target zone, "
            "Tried to create an alias that targets b-1.eu-west-1.elb.amazonaws.com., type A in "
            "zone Z35SXDOTRQ7X7K, but that target was not found]"
        )

    def test_another_hosted_zone_of_the_account(self, route53: StrictRoute53, zone: str) -> None:
        other = route53.create_zone("other.internal", vpcs=("vpc-1",))
        route53.edit(other, ("CREATE", simple("x.other.internal", "A", "10.0.0.1")))
        across = alias("x.ecs.internal", "A", "x.other.internal", zone_id=other)
        assert "that target was not found" in refusal(route53, zone, ("CREATE", across))

    def test_a_load_balancer_that_is_gone(self, route53: StrictRoute53, zone: str) -> None:
        route53.load_balancers.gone.add(LB)
        assert "that target was not found" in refusal(route53, zone, ("CREATE", ALIAS))


class TestRoutingPolicies:
    """API: ResourceRecordSet (SetIdentifier, Weight, Region, MultiValueAnswer)."""

    def weighted(self, identifier: str, weight: int = 1, ttl: int = 60) -> dict[str, Any]:
        return simple(
            "web.ecs.internal", "A", "10.0.0.1", ttl=ttl, SetIdentifier=identifier, Weight=weight
        )

    def test_sets_of_one_policy_stand_side_by_side(self, route53: StrictRoute53, zone: str) -> None:
        change(route53, zone, ("CREATE", self.weighted("a")), ("CREATE", self.weighted("b")))
        assert [one.set_identifier for one in route53.records(zone)] == ["a", "b"]

    def test_create_of_an_existing_identifier(self, route53: StrictRoute53, zone: str) -> None:
        route53.edit(zone, ("CREATE", self.weighted("a")))
        assert refusal(route53, zone, ("CREATE", self.weighted("a"))) == (
            "[Tried to create resource record set [name='web.ecs.internal.', type='A', "
            "set-identifier='a'] but it already exists]"
        )

    @pytest.mark.parametrize(
        ("existing", "new", "said"),
        [
            (
                simple("web.ecs.internal", "A", "10.0.0.1", SetIdentifier="a", Weight=1),
                WEB,
                "type A cannot be created as other RRSets exist with the same name and type.",
            ),
            (
                WEB,
                simple("web.ecs.internal", "A", "10.0.0.1", SetIdentifier="a", Weight=1),
                "type A, SetIdentifier a cannot be created as a non-weighted set exists with the "
                "same name and type.",
            ),
            (
                WEB,
                simple(
                    "web.ecs.internal", "A", "10.0.0.1", SetIdentifier="a", MultiValueAnswer=True
                ),
                "type A, SetIdentifier a cannot be created because a non multivalue answer rrset "
                "exists with the same name and type.",
            ),
            (
                simple("web.ecs.internal", "A", "10.0.0.1", SetIdentifier="a", Weight=1),
                simple("web.ecs.internal", "A", "10.0.0.1", SetIdentifier="b", Weight=1, ttl=30),
                "type A, SetIdentifier b cannot be created as weighted sets must contain the same "
                "TTL.",
            ),
            (
                simple("web.ecs.internal", "A", "10.0.0.1", SetIdentifier="a", Region="eu-west-1"),
                simple("web.ecs.internal", "A", "10.0.0.1", SetIdentifier="b", Region="eu-west-1"),
                "type A, SetIdentifier b cannot be created because a latency RRSet with the same "
                "name, type and region already exists.",
            ),
        ],
    )
    def test_what_can_not_stand_side_by_side(
        self,
        route53: StrictRoute53,
        zone: str,
        existing: dict[str, Any],
        new: dict[str, Any],
        said: str,
    ) -> None:
        route53.edit(zone, ("CREATE", existing))
        message = refusal(route53, zone, ("CREATE", new))
        assert message == f"[RRSet with DNS name web.ecs.internal., {said}]"

    @pytest.mark.parametrize(
        "given",
        [
            simple("web.ecs.internal", "A", "10.0.0.1"),
            simple("web.ecs.internal", "A", "10.0.0.1", SetIdentifier="b", Weight=1),
        ],
    )
    def test_delete_needs_the_identifier(
        self, route53: StrictRoute53, zone: str, given: dict[str, Any]
    ) -> None:
        route53.edit(zone, ("CREATE", self.weighted("a")))
        assert "but it was not found" in refusal(route53, zone, ("DELETE", given))

    def test_delete_needs_the_weight(self, route53: StrictRoute53, zone: str) -> None:
        route53.edit(zone, ("CREATE", self.weighted("a", weight=1)))
        message = refusal(route53, zone, ("DELETE", self.weighted("a", weight=2)))
        assert "do not match the current values" in message

    def test_several_cnames_of_one_policy(self, route53: StrictRoute53, zone: str) -> None:
        for identifier in ("a", "b"):
            weighted = simple("web.ecs.internal", "CNAME", LB, SetIdentifier=identifier, Weight=1)
            change(route53, zone, ("CREATE", weighted))
        assert len(route53.records(zone)) == 2


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
        elsewhere = {**WEB, "SetIdentifier": "a", "GeoLocation": {"CountryCode": "DE"}}
        with pytest.raises(UnsupportedByStandIn, match="GeoLocation"):
            change(route53, zone, ("CREATE", elsewhere))

    def test_a_comment_too_long(self, route53: StrictRoute53, zone: str) -> None:
        """API: ChangeBatch, Comment: at most 256 characters."""
        with pytest.raises(ClientError, match="'ResourceDescription'"):
            route53.client().change_resource_record_sets(
                HostedZoneId=zone, ChangeBatch=change_batch(("CREATE", WEB), comment="x" * 257)
            )


class TestLimits:
    """GUIDE: Quotas, "Quotas on ChangeResourceRecordSets requests"."""

    def many(self, sets: int, each: int) -> list[dict[str, Any]]:
        return [
            simple(
                f"n{one}.ecs.internal", "A", *[f"10.{one}.{i >> 8}.{i & 255}" for i in range(each)]
            )
            for one in range(sets)
        ]

    def test_a_thousand_records(self, route53: StrictRoute53, zone: str) -> None:
        change(route53, zone, *[("CREATE", one) for one in self.many(10, 100)])
        assert len(route53.records(zone)) == 10

    def test_one_more(self, route53: StrictRoute53, zone: str) -> None:
        more = simple("more.ecs.internal", "A", "10.0.0.1")
        changes = [("CREATE", one) for one in [*self.many(10, 100), more]]
        assert refusal(route53, zone, *changes) == "[Number of records limit of 1000 exceeded.]"

    def test_upsert_counts_twice(self, route53: StrictRoute53, zone: str) -> None:
        more = simple("more.ecs.internal", "A", "10.0.0.1")
        change(route53, zone, *[("UPSERT", one) for one in self.many(5, 100)])
        changes = [("UPSERT", one) for one in [*self.many(5, 100), more]]
        assert refusal(route53, zone, *changes) == "[Number of records limit of 1000 exceeded.]"

    @pytest.mark.parametrize(("action", "sets"), [("CREATE", 16), ("UPSERT", 8)])
    def test_32000_characters(
        self, route53: StrictRoute53, zone: str, action: str, sets: int
    ) -> None:
        text = " ".join(f'"{"x" * 247}"' for _ in range(8)) + " "  # 2,000 characters
        full = [(action, simple(f"t{one}.ecs.internal", "TXT", text)) for one in range(sets)]
        more = ("CREATE", simple("more.ecs.internal", "TXT", '"x"'))
        message = refusal(route53, zone, *full, more)
        assert message == "[Number of characters limit of 32000 exceeded.]"
        change(route53, zone, *full)

    def test_400_records_in_a_set(self, route53: StrictRoute53, zone: str) -> None:
        """GUIDE: Quotas, "Records in a record set"; words from before, when it was 100."""
        change(route53, zone, ("CREATE", self.many(1, 400)[0]))
        message = refusal(route53, zone, ("UPSERT", self.many(1, 401)[0]))
        assert message == "[Cannot have more than 400 records in a RRSet.]"
