"""Questions to DNS servers on a bad day: over the wire, to a server that behaves as told."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import replace

import dns.flags
import dns.message
import pytest

from signpost.errors import ResolverUnreachable
from signpost.proof import lookup
from signpost.proof.lookup import Server
from tests.support.odd_dns import HOST, OddServer, reply
from tests.support.route53 import PATIENCE_SECONDS

NAME, RIGHT = "web.example.com", ("192.0.2.1",)
SOON = 0.05  # is waited for what does not come
Waits = Callable[..., None]


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    return lambda *seconds: monkeypatch.setattr(lookup, "WAITS", seconds)


def asked(odd: OddServer, **more: object) -> tuple[str, ...]:
    server = replace(Server("ns1.test", HOST, odd.port), **more)  # type: ignore[arg-type]
    return lookup.ask(server, NAME, "A")


def right(query: dns.message.Message) -> bytes:
    return reply(query, *RIGHT).to_wire()


def test_a_question_whose_answer_was_lost_is_asked_again(waits: Waits) -> None:
    waits(SOON, SOON, PATIENCE_SECONDS)
    with OddServer(lambda query, number, _: [right(query)] if number == 2 else []) as odd:
        assert asked(odd) == RIGHT
        assert len(odd.asked) == 3


def test_who_never_answers_is_named_with_how_often_it_was_asked(waits: Waits) -> None:
    waits(SOON, SOON, SOON)
    with (
        OddServer(lambda *_: []) as odd,
        pytest.raises(ResolverUnreachable, match=r"ns1\.test gave no answer .* in 3 tries") as told,
    ):
        asked(odd)

    assert "timed out" in str(told.value)
    assert told.value.how == "silent"


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED"])
def test_a_failure_that_passes_is_no_answer(waits: Waits, rcode: str) -> None:
    waits(PATIENCE_SECONDS, PATIENCE_SECONDS)

    def behave(query: dns.message.Message, number: int, _: bool) -> list[bytes]:
        return [right(query) if number else reply(query, rcode=rcode).to_wire()]

    with OddServer(behave) as odd:
        assert asked(odd) == RIGHT


def test_who_answers_but_fails_is_not_silent(waits: Waits) -> None:
    waits(PATIENCE_SECONDS, SOON)

    def behave(query: dns.message.Message, number: int, _: bool) -> list[bytes]:
        return [] if number else [reply(query, rcode="SERVFAIL").to_wire()]

    with (
        OddServer(behave) as odd,
        pytest.raises(ResolverUnreachable, match="SERVFAIL, timed out") as told,
    ):
        asked(odd)

    assert told.value.how == ""


def test_who_refuses_is_told_from_who_fails(waits: Waits) -> None:
    waits(PATIENCE_SECONDS, PATIENCE_SECONDS)
    with (
        OddServer(lambda query, *_: [reply(query, rcode="REFUSED").to_wire()]) as odd,
        pytest.raises(ResolverUnreachable, match="in 2 tries: REFUSED") as told,
    ):
        asked(odd)

    assert told.value.how == "refused"


@pytest.mark.parametrize("rcode", ["FORMERR", "NOTIMP", "BADVERS"])
def test_a_server_that_does_not_know_edns_is_asked_without(waits: Waits, rcode: str) -> None:
    waits(PATIENCE_SECONDS, PATIENCE_SECONDS)

    def behave(query: dns.message.Message, *_: object) -> list[bytes]:
        return [right(query) if query.edns < 0 else reply(query, rcode=rcode).to_wire()]

    with OddServer(behave) as odd:
        assert asked(odd) == RIGHT
        assert odd.asked == [("udp", True), ("udp", False)]


def test_the_last_try_does_without_edns_where_that_is_dropped(waits: Waits) -> None:
    waits(SOON, SOON, PATIENCE_SECONDS)
    with OddServer(lambda query, *_: [right(query)] if query.edns < 0 else []) as odd:
        assert asked(odd) == RIGHT
        assert [edns for _, edns in odd.asked] == [True, True, False]


def wrong_id(query: dns.message.Message) -> bytes:
    made = reply(query, "198.51.100.1")
    made.id = (query.id + 1) % 65536
    return made.to_wire()


def other_question(query: dns.message.Message) -> bytes:
    made = reply(dns.message.make_query("mail.example.com", "A"), "198.51.100.1")
    made.id = query.id
    return made.to_wire()


@pytest.mark.parametrize(
    "odd_one",
    [
        wrong_id,
        other_question,
        lambda query: query.to_wire(),  # an echo
        lambda _: b"",
        lambda _: b"garbage" * 50,
        lambda query: right(query)[:-2],
        lambda query: b"\0\0" + truncated_one(query)[2:],
    ],
    ids=["id", "question", "echo", "empty", "garbage", "cut", "truncated"],
)
def test_what_is_no_answer_to_the_question_is_passed_over(
    waits: Waits, odd_one: Callable[[dns.message.Message], bytes]
) -> None:
    waits(PATIENCE_SECONDS)
    with OddServer(lambda query, *_: [odd_one(query), right(query)]) as odd:
        assert asked(odd) == RIGHT
        assert len(odd.asked) == 1


def truncated_one(query: dns.message.Message) -> bytes:
    return reply(query, flags=dns.flags.TC).to_wire()


def without_question(query: dns.message.Message) -> bytes:
    made = reply(query, flags=dns.flags.TC)
    made.question = []
    return made.to_wire()


@pytest.mark.parametrize("truncated", [truncated_one, without_question])
def test_what_has_no_room_in_a_datagram_is_asked_by_tcp(
    waits: Waits, truncated: Callable[[dns.message.Message], bytes]
) -> None:
    waits(PATIENCE_SECONDS)
    with OddServer(lambda query, _, by_tcp: [(right if by_tcp else truncated)(query)]) as odd:
        assert asked(odd) == RIGHT
        assert [way for way, _ in odd.asked] == ["udp", "tcp"]


def test_a_tcp_connection_that_is_closed_is_a_failed_try(waits: Waits) -> None:
    waits(PATIENCE_SECONDS, PATIENCE_SECONDS)

    def behave(query: dns.message.Message, number: int, by_tcp: bool) -> list[bytes]:
        if not by_tcp:
            return [truncated_one(query)]
        return [right(query)] if number > 1 else []

    with OddServer(behave) as odd:
        assert asked(odd) == RIGHT


def test_tcp_that_answers_something_else_is_a_failed_try(waits: Waits) -> None:
    waits(PATIENCE_SECONDS)

    def behave(query: dns.message.Message, _: int, by_tcp: bool) -> list[bytes]:
        return [wrong_id(query) if by_tcp else truncated_one(query)]

    with OddServer(behave) as odd, pytest.raises(ResolverUnreachable, match="no answer"):
        asked(odd)


def test_an_address_that_nobody_is_at_does_not_matter_where_there_is_another(
    waits: Waits,
) -> None:
    """Such as IPv6 where the network has none, or IPv4 where there is nothing else."""
    waits(SOON, PATIENCE_SECONDS)
    with OddServer(lambda query, *_: [right(query)]) as odd:
        server = Server("ns1.test", "255.255.255.255", odd.port, others=(HOST,))
        assert lookup.ask(server, NAME, "A") == RIGHT


def test_an_address_without_a_route_is_told(waits: Waits) -> None:
    waits(SOON)
    with pytest.raises(ResolverUnreachable, match=r"ns1\.test .* in 1 tries: [A-Z]"):
        lookup.ask(Server("ns1.test", "255.255.255.255"), NAME, "A")


@pytest.mark.parametrize("delegated", ["", ".", "com.", "example.com."])
def test_a_name_server_that_does_not_serve_the_zone_is_lame(waits: Waits, delegated: str) -> None:
    waits(PATIENCE_SECONDS)
    with (
        OddServer(lambda query, *_: [reply(query, flags=0, delegated=delegated).to_wire()]) as odd,
        pytest.raises(ResolverUnreachable, match=r"not authoritative for example\.com"),
    ):
        asked(odd, caching=False, zone="example.com")


def test_what_the_zone_delegates_is_not_there(waits: Waits) -> None:
    waits(PATIENCE_SECONDS)
    referral = "team.example.com."
    with OddServer(lambda query, *_: [reply(query, flags=0, delegated=referral).to_wire()]) as odd:
        assert asked(odd, caching=False, zone="example.com") == ()


def test_of_a_resolver_no_authority_is_wanted(waits: Waits) -> None:
    waits(PATIENCE_SECONDS)
    with OddServer(lambda query, *_: [reply(query, *RIGHT, flags=0).to_wire()]) as odd:
        assert asked(odd) == RIGHT


# --- a zone's own name servers -----------------------------------------------------------------


def found(monkeypatch: pytest.MonkeyPatch, **addresses: list[str]) -> None:
    def getaddrinfo(name: str, *_: object, **__: object) -> list[object]:
        if name not in addresses:
            raise OSError("no such name")
        return [(10 if ":" in one else 2, 2, 17, "", (one, 53, 0, 0)) for one in addresses[name]]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_all_addresses_of_a_name_server_count_and_one_without_is_named_when_it_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found(monkeypatch, ns1=["2001:db8::1", "192.0.2.1"], ns2=["2001:db8::2"])

    both, only6, none = lookup.authoritative(["ns1", "ns2", "ns3"], "example.com")

    assert (both.address, both.others) == ("192.0.2.1", ("2001:db8::1",))
    assert (only6.address, only6.others) == ("2001:db8::2", ())
    with pytest.raises(ResolverUnreachable, match="ns3 can't be found"):
        lookup.ask(none, NAME, "A")


def test_finding_name_servers_takes_no_longer_than_it_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    never = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: never.wait() and [])

    with pytest.raises(ResolverUnreachable, match="ns1, ns2"):
        lookup.authoritative(["ns1", "ns2"], "example.com", SOON)
    never.set()
