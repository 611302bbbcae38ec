"""What the local DNS server answers, from given zone data."""

from __future__ import annotations

import pytest
from dnslib import EDNS0, DNSRecord

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
from local_aws.dns_server import respond
from local_aws.dns_world import record_set

LB = "web-1.us-east-1.elb.amazonaws.com"
DUAL = "dual-1.us-east-1.elb.amazonaws.com"
DEV = Zone("ZDEV", "ecs.internal", frozenset({"vpc-dev"}))
PROD = Zone("ZPROD", "ecs.internal", frozenset({"vpc-prod"}))
LATER = Zone("ZLATER", "later.internal", frozenset({"vpc-later"}))
INNER = Zone("ZINNER", "inner.ecs.internal", frozenset({"vpc-dev"}))
PUBLIC = Zone("ZPUB", "example.com")
SOA = RecordSet("ecs.internal", "SOA", 900, ("ns. host. 1 7200 900 1209600 86400",))
LONG = " ".join(f'"{"x" * 250}"' for _ in range(4))

RECORDS = {
    "ZDEV": [
        SOA,
        RecordSet("web.ecs.internal", "A", alias=LB),
        RecordSet("both.ecs.internal", "A", alias=f"dualstack.{DUAL}"),
        RecordSet("both.ecs.internal", "AAAA", alias=f"dualstack.{DUAL}"),
        RecordSet("www.ecs.internal", "A", alias="web.ecs.internal"),
        RecordSet("gone.ecs.internal", "A", alias="gone-1.us-east-1.elb.amazonaws.com"),
        RecordSet("cname.ecs.internal", "CNAME", 60, (LB,)),
        RecordSet("loop.ecs.internal", "CNAME", 60, ("loop.ecs.internal",)),
        RecordSet("plain.ecs.internal", "A", 30, ("10.0.0.1", "10.0.0.2")),
        RecordSet("a.b.ecs.internal", "TXT", 60, ('"one \\"1\\"" "two\\052"',)),
        RecordSet("long.ecs.internal", "TXT", 60, (LONG,)),
        *(
            RecordSet("many.ecs.internal", "A", 30, (f"10.9.0.{number}",), is_multivalue=True)
            for number in range(20)
        ),
        RecordSet("few.ecs.internal", "A", 30, ("10.9.1.1",), is_multivalue=True),
        RecordSet("few.ecs.internal", "A", 30, ("10.9.1.2",), is_multivalue=True),
        RecordSet(
            "all.ecs.internal",
            "A",
            30,
            tuple(f"10.8.1.{n}" for n in range(200)) + tuple(f"10.8.2.{n}" for n in range(200)),
        ),
        RecordSet("*.wild.ecs.internal", "A", 30, ("10.0.0.9",)),
    ],
    "ZPROD": [SOA, RecordSet("web.ecs.internal", "A", 30, ("10.1.0.1",))],
    "ZPUB": [RecordSet("example.com", "A", 30, ("203.0.113.1",))],
}
WORLD = World(
    zones=[DEV, PROD, PUBLIC],
    records=lambda zone: RECORDS[zone.id],
    load_balancers=lambda: {LB: False, DUAL: True},
)
VIEW = View("vpc-dev")


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
    answer = resolve(WORLD, "none.ecs.internal", "A", VIEW)

    assert [(record.name, record.type, record.ttl) for record in answer.authority] == [
        ("ecs.internal", "SOA", 60)
    ]


def test_each_vpc_sees_its_own_zone_of_one_name() -> None:
    dev, prod = views_of(["vpc-dev", "vpc-prod", "vpc-dev"])

    assert choose_zone([DEV, PROD], "web.ecs.internal", dev) == DEV
    assert choose_zone([DEV, PROD], "web.ecs.internal", prod) == PROD


def test_the_longest_zone_answers() -> None:
    assert choose_zone([DEV, INNER, PUBLIC], "a.inner.ecs.internal", VIEW) == INNER


def test_a_private_zone_hides_a_public_one_of_its_name() -> None:
    public = Zone("ZP", "ecs.internal")

    assert choose_zone([public, DEV], "web.ecs.internal", VIEW) == DEV


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


def test_route_53s_own_form_of_a_record_set() -> None:
    one = {
        "Name": "\\052.Web.ecs.internal.",
        "Type": "A",
        "AliasTarget": {"HostedZoneId": "Z", "DNSName": f"{LB.upper()}."},
    }

    assert record_set(one) == RecordSet("*.web.ecs.internal", "A", alias=LB)


def test_a_multivalue_set_is_known_as_one() -> None:
    one = {
        "Name": "web.ecs.internal.",
        "Type": "A",
        "SetIdentifier": "task",
        "MultiValueAnswer": True,
        "TTL": 30,
        "ResourceRecords": [{"Value": "10.0.0.1"}],
    }

    assert record_set(one) == RecordSet(
        "web.ecs.internal", "A", 30, ("10.0.0.1",), is_multivalue=True
    )


def wire(name: str, kind: str, is_udp: bool = True, size: int = 0) -> DNSRecord:
    question = DNSRecord.question(name, kind)
    if size:
        question.add_ar(EDNS0(udp_len=size))
    response = respond(question.pack(), VIEW, lambda: WORLD, is_udp)
    assert response is not None
    return DNSRecord.parse(response)


def test_the_response_repeats_txt_strings() -> None:
    assert wire("a.b.ecs.internal", "TXT").rr[0].rdata.data == [b'one "1"', b"two*"]


def test_an_answer_too_long_for_udp_asks_for_tcp() -> None:
    short = wire("long.ecs.internal", "TXT")

    assert (short.header.tc, short.rr) == (1, [])
    assert len(wire("long.ecs.internal", "TXT", size=4096).rr) == 1
    assert len(wire("long.ecs.internal", "TXT", is_udp=False).rr) == 1


def test_400_addresses_come_over_tcp() -> None:
    """Route 53 Developer Guide, quotas: 400 records in a record set."""
    assert (wire("all.ecs.internal", "A").header.tc, wire("all.ecs.internal", "A").rr) == (1, [])
    assert len({str(one.rdata) for one in wire("all.ecs.internal", "A", is_udp=False).rr}) == 400


def test_a_negative_response_has_its_code_and_soa() -> None:
    response = wire("none.ecs.internal", "A")

    assert response.header.rcode == Code.NXDOMAIN.value
    assert [str(one.rname) for one in response.auth] == ["ecs.internal."]


@pytest.mark.parametrize("query", [b"", b"\x00" * 5, b"\xff" * 40])
def test_noise_gets_no_response(query: bytes) -> None:
    assert respond(query, VIEW, lambda: WORLD, True) is None
