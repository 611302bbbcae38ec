"""How a change batch is carried out, and its limits, each with where the rule is written.

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
        send(route53.client(), zone, ("DELETE", given))
        assert route53.records(zone) == ()

    def test_upsert_creates_and_replaces(self, route53: StrictRoute53, zone: str) -> None:
        send(route53.client(), zone, ("UPSERT", WEB))
        send(route53.client(), zone, ("UPSERT", simple("web.ecs.internal", "A", "10.9.9.9")))
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
        send(route53.client(), zone, ("DELETE", CNAME), ("CREATE", ALIAS))
        assert [one.type for one in route53.records(zone)] == ["A"]

    def test_changes_are_made_in_order(self, route53: StrictRoute53, zone: str) -> None:
        route53.edit(zone, ("CREATE", CNAME))
        assert "conflicting RRSet" in refusal(route53, zone, ("CREATE", ALIAS), ("DELETE", CNAME))


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
        send(route53.client(), zone, *[("CREATE", one) for one in self.many(10, 100)])
        assert len(route53.records(zone)) == 10

    def test_one_more(self, route53: StrictRoute53, zone: str) -> None:
        more = simple("more.ecs.internal", "A", "10.0.0.1")
        changes = [("CREATE", one) for one in [*self.many(10, 100), more]]
        assert refusal(route53, zone, *changes) == "[Number of records limit of 1000 exceeded.]"

    def test_upsert_counts_twice(self, route53: StrictRoute53, zone: str) -> None:
        more = simple("more.ecs.internal", "A", "10.0.0.1")
        send(route53.client(), zone, *[("UPSERT", one) for one in self.many(5, 100)])
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
        send(route53.client(), zone, *full)

    def test_400_records_in_a_set(self, route53: StrictRoute53, zone: str) -> None:
        """GUIDE: Quotas, "Records in a record set"; words from before, when it was 100."""
        send(route53.client(), zone, ("CREATE", self.many(1, 400)[0]))
        message = refusal(route53, zone, ("UPSERT", self.many(1, 401)[0]))
        assert message == "[Cannot have more than 400 records in a RRSet.]"

    def test_a_multivalue_set_has_one_record(self, route53: StrictRoute53, zone: str) -> None:
        """AWS Knowledge Center, "What's the difference between a multivalue answer routing policy
        and a simple routing policy?", quotes the refusal."""
        two = {**WEB, "SetIdentifier": "a", "MultiValueAnswer": True}
        assert refusal(route53, zone, ("CREATE", two)) == (
            "[Each Multivalue answer record can have only one value.]"
        )
