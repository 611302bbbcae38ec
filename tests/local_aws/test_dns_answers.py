"""What the local DNS server answers, from given zone data."""

from __future__ import annotations

from dataclasses import replace

import pytest

from local_aws.dns_answers import (
    Code,
    RecordSet,
    View,
    World,
    Zone,
    addresses,
    choose_zone,
    resolve,
    txt_strings,
    views_of,
)
from tests.support.local_dns import (
    DEV,
    DUAL,
    INNER,
    LATER,
    LB,
    PROD,
    PUBLIC,
    RECORDS,
    SOA,
    VIEW,
    WORLD,
)


def ask(name: str, kind: str, view: View = VIEW) -> tuple[Code, list[tuple[str, str]]]:
    answer = resolve(WORLD, name, kind, view)
    return answer.code, [(record.type, record.data) for record in answer.records]


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("plain.ecs.internal", "A", [("A", "10.0.0.1"), ("A", "10.0.0.2")]),
        ("PLAIN.ecs.internal.", "A", [("A", "10.0.0.1"), ("A", "10.0.0.2")]),
        ("web.ecs.internal", "A", [("A", one) for one in addresses(LB, "A")]),
        ("www.ecs.internal", "A", [("A", one) for one in addresses(LB, "A")]),
        ("both.ecs.internal", "AAAA", [("AAAA", one) for one in addresses(DUAL, "AAAA")]),
        ("cname.ecs.internal", "CNAME", [("CNAME", LB)]),
        (
            "cname.ecs.internal",
            "A",
            [("CNAME", LB), *(("A", one) for one in addresses(LB, "A"))],
        ),
        (LB, "A", [("A", one) for one in addresses(LB, "A")]),
        ("x.wild.ecs.internal", "A", [("A", "10.0.0.9")]),
        ("example.com", "A", [("A", "203.0.113.1")]),
    ],
)
def test_what_exists_is_answered(name: str, kind: str, expected: list[tuple[str, str]]) -> None:
    assert ask(name, kind) == (Code.NOERROR, expected)


def test_of_many_multivalue_sets_eight_answer_other_ones_each_time() -> None:
    """Route 53 Developer Guide, multivalue answer routing: "up to eight healthy records selected at
    random"."""
    answers = [frozenset(ask("many.ecs.internal", "A")[1]) for _ in range(50)]

    assert {len(answer) for answer in answers} == {8}
    assert len(frozenset().union(*answers)) == 20  # each was there; a chance of 10**-10 it was not


def test_of_few_multivalue_sets_all_answer() -> None:
    assert sorted(ask("few.ecs.internal", "A")[1]) == [("A", "10.9.1.1"), ("A", "10.9.1.2")]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("web.ecs.internal", "AAAA"),  # an alias answers its own type only
        ("b.ecs.internal", "A"),  # nothing here, but something below
        ("gone.ecs.internal", "A"),  # an alias to a load balancer that was deleted
        (LB, "AAAA"),
    ],
)
def test_a_name_without_such_records_is_no_data(name: str, kind: str) -> None:
    assert ask(name, kind) == (Code.NOERROR, [])


@pytest.mark.parametrize(
    "name", ["none.ecs.internal", "x.web.ecs.internal", "dead-1.us-east-1.elb.amazonaws.com"]
)
def test_a_name_that_is_not_there_is_nxdomain(name: str) -> None:
    assert ask(name, "A") == (Code.NXDOMAIN, [])


def test_a_name_of_nobody_here_is_refused() -> None:
    assert ask("example.org", "A") == (Code.REFUSED, [])


def test_an_endless_chain_fails() -> None:
    assert ask("loop.ecs.internal", "A")[0] is Code.SERVFAIL


def test_a_negative_answer_carries_the_zones_soa() -> None:
    """RFC 2308: with the lesser of its TTL and its last field."""
    answer = resolve(WORLD, "none.ecs.internal", "A", VIEW)

    assert [(record.name, record.type, record.ttl) for record in answer.authority] == [
        ("ecs.internal", "SOA", 900)
    ]


def test_a_negative_answer_is_kept_no_longer_than_the_soas_last_field_says() -> None:
    soa = replace(SOA, ttl=86400, values=("ns. host. 1 7200 900 1209600 30",))
    answer = resolve(replace(WORLD, records=lambda _: [soa]), "none.ecs.internal", "A", VIEW)

    assert [record.ttl for record in answer.authority] == [30]


@pytest.mark.parametrize("name", ["team", "hidden.team", "none.team"])
def test_below_a_public_zones_delegation_nothing_is_answered_but_the_name_servers(
    name: str,
) -> None:
    answer = resolve(WORLD, f"{name}.example.com", "A", VIEW)

    assert (answer.code, answer.records, answer.is_referral) == (Code.NOERROR, [], True)
    assert [(one.name, one.data) for one in answer.authority] == [
        ("team.example.com", "ns-1.example."),
        ("team.example.com", "ns-2.example."),
    ]


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("hidden.team", "A", (Code.NOERROR, [("A", "10.0.0.3")])),
        ("team", "A", (Code.NOERROR, [])),
        ("team", "NS", (Code.NOERROR, [("NS", "ns-1.example."), ("NS", "ns-2.example.")])),
        ("none.team", "A", (Code.NXDOMAIN, [])),
    ],
)
def test_a_private_zone_delegates_nothing(
    name: str, kind: str, expected: tuple[Code, list[tuple[str, str]]]
) -> None:
    """Resolvers of a VPC follow its NS records where a delegation rule says so only."""
    assert ask(f"{name}.ecs.internal", kind) == expected
    assert not resolve(WORLD, f"{name}.ecs.internal", kind, VIEW).is_referral


def test_beside_a_delegation_and_at_the_apex_there_are_answers() -> None:
    assert ask("steam.example.com", "A") == (Code.NOERROR, [("A", "203.0.113.4")])
    assert ask("example.com", "NS") == (Code.NOERROR, [("NS", "ns.example.")])


def fallback(*zones: Zone) -> World:
    """DEV with public DNS fallback, beside others; OUTER has its names too."""
    records = {
        "ZDEV": [SOA, RecordSet("web.ecs.internal", "TXT", 60, ("x",))],
        "ZOUT": [
            RecordSet("web.ecs.internal", "A", 30, ("203.0.113.1",)),
            RecordSet("old.ecs.internal", "A", 30, ("203.0.113.2",)),
        ],
        "ZPROD": [RecordSet("old.ecs.internal", "A", 30, ("10.1.0.1",))],
    }
    dev = replace(DEV, public_fallback=True)
    return World([dev, *zones], lambda zone: records[zone.id], dict)


OUTER = Zone("ZOUT", "internal")


@pytest.mark.parametrize(
    ("zones", "name", "expected"),
    [
        ([OUTER], "old.ecs.internal", (Code.NOERROR, ["203.0.113.2"])),
        ([OUTER], "web.ecs.internal", (Code.NOERROR, [])),  # it is there, without such a record
        ([OUTER], "none.ecs.internal", (Code.NXDOMAIN, [])),
        ([], "old.ecs.internal", (Code.NXDOMAIN, [])),
        ([PROD], "old.ecs.internal", (Code.NXDOMAIN, [])),  # another VPC's
    ],
)
def test_what_a_private_zone_with_fallback_lacks_public_zones_answer(
    zones: list[Zone], name: str, expected: tuple[Code, list[str]]
) -> None:
    answer = resolve(fallback(*zones), name, "A", VIEW)

    assert (answer.code, [one.data for one in answer.records]) == expected


@pytest.mark.parametrize(
    ("name", "answered"),
    [
        ("plain.ecs.internal", [("plain.ecs.internal", "A")]),
        ("x.wild.ecs.internal", [("*.wild.ecs.internal", "A")]),
        ("cname.ecs.internal", [("cname.ecs.internal", "CNAME")]),
        ("ecs.internal", []),
        ("none.ecs.internal", []),
        ("example.com", []),
    ],
)
def test_what_answers_in_a_watched_zone_is_told(name: str, answered: list[tuple[str, str]]) -> None:
    told: list[tuple[str, str, str]] = []
    watched = replace(
        WORLD,
        zones=[replace(DEV, is_watched=True), PUBLIC],
        asked=lambda zone, name, kind: told.append((zone.id, name, kind)),
    )
    resolve(watched, name, "A", VIEW)

    assert told == [("ZDEV", *one) for one in answered]


def test_each_vpc_sees_its_own_zone_of_one_name() -> None:
    dev, prod = views_of(["vpc-dev", "vpc-prod", "vpc-dev"])

    assert choose_zone([DEV, PROD], "web.ecs.internal", dev) == DEV
    assert choose_zone([DEV, PROD], "web.ecs.internal", prod) == PROD


def test_the_longest_zone_answers() -> None:
    assert choose_zone([DEV, INNER, PUBLIC], "a.inner.ecs.internal", VIEW) == INNER


def test_a_private_zone_hides_a_public_one_of_its_name() -> None:
    public = Zone("ZP", "ecs.internal")

    assert choose_zone([public, DEV], "web.ecs.internal", VIEW) == DEV


def test_in_a_vpc_the_longest_private_zone_hides_every_public_one() -> None:
    """Route 53 Developer Guide, "Considerations when working with a private hosted zone"."""
    public = Zone("ZP", "team.inner.ecs.internal")

    assert choose_zone([public, DEV, INNER], "a.team.inner.ecs.internal", VIEW) == INNER
    assert choose_zone([public, DEV, INNER], "a.team.inner.ecs.internal", View()) == public


def test_a_name_that_a_private_zone_lacks_does_not_exist_in_its_vpc() -> None:
    longer = replace(PUBLIC, name="public.ecs.internal")
    records = {**RECORDS, "ZPUB": [RecordSet("a.public.ecs.internal", "A", 30, ("203.0.113.9",))]}
    world = replace(WORLD, zones=[DEV, longer], records=lambda zone: records[zone.id])

    assert resolve(world, "a.public.ecs.internal", "A", VIEW).code is Code.NXDOMAIN
    assert resolve(world, "a.public.ecs.internal", "A", View()).code is Code.NOERROR


def test_a_zone_of_another_vpc_hides_none_of_a_views_own() -> None:
    first, _ = views_of(["vpc-dev", "vpc-prod"])
    longer = replace(LATER, name="team.ecs.internal")

    assert choose_zone([longer, DEV], "a.team.ecs.internal", first) == DEV


@pytest.mark.parametrize(
    ("given", "views"),
    [
        (["vpc-dev", None, "vpc-prod", None], ["vpc-dev", "vpc-prod", None]),
        (["vpc-dev"], ["vpc-dev"]),
        ([None], [None]),
        ([], [None]),
    ],
)
def test_the_internet_has_a_view_where_a_zone_is_public(
    given: list[str | None], views: list[str | None]
) -> None:
    made = views_of(given)

    assert [view.vpc_id for view in made] == views
    assert [view.is_first for view in made] == [True, *[False] * (len(views) - 1)]


def test_the_internet_sees_no_zone_of_a_vpc_that_has_a_view() -> None:
    *_, internet = views_of(["vpc-dev", None])

    assert choose_zone([DEV, LATER], "web.ecs.internal", internet) is None
    assert choose_zone([LATER], "a.later.internal", internet) is None


def test_only_the_first_view_sees_a_zone_of_a_vpc_without_view() -> None:
    first, second = views_of(["vpc-dev", "vpc-prod"])

    assert choose_zone([LATER], "a.later.internal", first) == LATER
    assert choose_zone([LATER], "a.later.internal", second) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"a" "b c"', [b"a", b"b c"]),
        (r'"say \"x\" \\ \052"', [rb'say "x" \ *']),
        ('""', [b""]),
    ],
)
def test_txt_values_are_read_as_route_53_writes_them(value: str, expected: list[bytes]) -> None:
    assert txt_strings(value) == expected
