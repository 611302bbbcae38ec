"""Which record sets can stand where, each refusal with where the rule is written.

API = Route 53 API Reference, GUIDE = Route 53 Developer Guide. The words of refusals are those
that users of Route 53 have published in error reports; where none were found it says so.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.route53 import (
    StrictRoute53,
    alias,
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
        send(route53.client(), zone, ("CREATE", alias("ecs.internal", "A", LB)))
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
        send(route53.client(), zone, ("CREATE", WEB), ("CREATE", to_web))
        assert len(route53.records(zone)) == 2

    def test_the_target_lies_in_the_zone_it_is_said_to(
        self, route53: StrictRoute53, zone: str
    ) -> None:
        route53.load_balancers.zones["Z35SXDOTRQ7X7K"] = "us-east-1.elb.amazonaws.com"
        send(route53.client(), zone, ("CREATE", ALIAS))
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


def multivalue(address: str, ttl: int = 60) -> dict[str, Any]:
    return simple(
        "web.ecs.internal", "A", address, ttl=ttl, SetIdentifier=address, MultiValueAnswer=True
    )


class TestRoutingPolicies:
    """API: ResourceRecordSet (SetIdentifier, Weight, Region, MultiValueAnswer)."""

    def weighted(self, identifier: str, weight: int = 1, ttl: int = 60) -> dict[str, Any]:
        return simple(
            "web.ecs.internal", "A", "10.0.0.1", ttl=ttl, SetIdentifier=identifier, Weight=weight
        )

    def test_sets_of_one_policy_stand_side_by_side(self, route53: StrictRoute53, zone: str) -> None:
        send(route53.client(), zone, ("CREATE", self.weighted("a")), ("CREATE", self.weighted("b")))
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

    def test_100_sets_of_one_name_and_type_at_most(self, route53: StrictRoute53, zone: str) -> None:
        """GUIDE: Quotas, "multivalue answer [...] records: 100 records that have the same name and
        type"; the words are not published."""
        sets = [multivalue(f"10.0.0.{number}") for number in range(101)]
        route53.edit(zone, *[("CREATE", one) for one in sets[:100]])
        message = refusal(route53, zone, ("CREATE", sets[100]))
        assert message.endswith(
            "10.0.0.100 cannot be created as there are 100 RRSets with the same name and type.]"
        )

    def test_the_last_ttl_is_that_of_all_multivalue_sets(
        self, route53: StrictRoute53, zone: str
    ) -> None:
        """GUIDE: Values specific for multivalue answer records, TTL: "Route 53 changes the value of
        TTL for all of the records to the last value that you specified"."""
        route53.edit(zone, ("CREATE", multivalue("10.0.0.1", ttl=60)))
        route53.edit(zone, ("CREATE", multivalue("10.0.0.2", ttl=30)))
        assert [one.ttl for one in route53.records(zone)] == [30, 30]
        message = refusal(route53, zone, ("DELETE", multivalue("10.0.0.1", ttl=60)))
        assert "do not match the current values" in message

    def test_a_multivalue_set_beside_a_weighted_one(
        self, route53: StrictRoute53, zone: str
    ) -> None:
        route53.edit(zone, ("CREATE", self.weighted("a")))
        message = refusal(route53, zone, ("CREATE", multivalue("10.0.0.1")))
        assert "because a non multivalue answer rrset exists" in message

    def test_a_batch_turns_multivalue_sets_into_a_simple_one(
        self, route53: StrictRoute53, zone: str
    ) -> None:
        old = [multivalue("10.0.0.1"), multivalue("10.0.0.2")]
        route53.edit(zone, *[("CREATE", one) for one in old])
        send(route53.client(), zone, *[("DELETE", one) for one in old], ("CREATE", WEB))
        assert [one.policy for one in route53.records(zone)] == [None]

    def test_several_cnames_of_one_policy(self, route53: StrictRoute53, zone: str) -> None:
        for identifier in ("a", "b"):
            weighted = simple("web.ecs.internal", "CNAME", LB, SetIdentifier=identifier, Weight=1)
            send(route53.client(), zone, ("CREATE", weighted))
        assert len(route53.records(zone)) == 2
