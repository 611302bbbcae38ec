"""What the local DNS server sends over the wire."""

from __future__ import annotations

import pytest
from dnslib import EDNS0, DNSRecord

from local_aws.dns_answers import Code
from local_aws.dns_server import respond
from tests.support.local_dns import VIEW, WORLD


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


def test_a_referral_is_no_word_of_authority() -> None:
    response = wire("hidden.team.example.com", "A")

    assert (response.header.aa, response.header.rcode, response.rr) == (0, 0, [])
    assert [str(one.rdata) for one in response.auth] == ["ns-1.example.", "ns-2.example."]
    assert wire("plain.ecs.internal", "A").header.aa == 1


@pytest.mark.parametrize("query", [b"", b"\x00" * 5, b"\xff" * 40])
def test_noise_gets_no_response(query: bytes) -> None:
    assert respond(query, VIEW, lambda: WORLD, True) is None
