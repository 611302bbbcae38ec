"""Asking DNS servers, over the wire: a real server on the loopback address."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from signpost.errors import InvalidConfiguration, ResolverUnreachable
from signpost.ledger import ledger
from signpost.proof import lookup
from signpost.proof.lookup import Server
from tests.support.route53 import PATIENCE_SECONDS, DnsOverWire, StrictRoute53

LONG = "x" * 3000


@pytest.fixture(scope="module")
def dns() -> Iterator[DnsOverWire]:
    aws = StrictRoute53()
    zone = aws.create_zone("ecs.internal", vpcs=("vpc-1",))
    for name, type_, *values in (
        ("web", "A", "192.0.2.2", "192.0.2.1"),
        ("alias", "CNAME", "Web.ECS.internal"),
        ("note", "TXT", '"one " "two"'),
        ("long", "TXT", ledger.to_txt(LONG)),
    ):
        record = {
            "Name": f"{name}.ecs.internal",
            "Type": type_,
            "TTL": 60,
            "ResourceRecords": [{"Value": value} for value in values],
        }
        aws.edit(zone, ("CREATE", record))
    with DnsOverWire(aws.resolver(vpc="vpc-1")) as server:
        yield server


@pytest.fixture
def server(dns: DnsOverWire, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(lookup, "WAITS", (PATIENCE_SECONDS,))
    dns.failing, dns.silent = None, False
    yield Server(dns.address, "127.0.0.1", dns.port)
    dns.failing, dns.silent = None, False


@pytest.mark.parametrize(
    ("name", "type_", "values"),
    [
        ("web", "A", ("192.0.2.1", "192.0.2.2")),
        ("alias", "CNAME", ("web.ecs.internal",)),
        ("alias", "A", ("192.0.2.1", "192.0.2.2")),
        ("note", "TXT", ("one two",)),
        ("web", "AAAA", ()),
        ("nobody", "A", ()),
    ],
)
def test_values_come_sorted_joined_and_in_lower_case(
    server: Server, name: str, type_: str, values: tuple[str, ...]
) -> None:
    assert lookup.ask(server, f"{name}.ecs.internal", type_) == values


def test_an_answer_that_is_too_long_for_udp_is_fetched_by_tcp(server: Server) -> None:
    assert lookup.ask(server, "long.ecs.internal", "TXT") == (LONG,)


@pytest.mark.parametrize("rcode", ["REFUSED", "SERVFAIL"])
def test_a_server_that_will_not_answer_counts_as_unreachable(
    server: Server, dns: DnsOverWire, rcode: str
) -> None:
    dns.failing = rcode
    with pytest.raises(ResolverUnreachable, match=rcode):
        lookup.ask(server, "web.ecs.internal", "A")


def test_a_silent_server(server: Server, dns: DnsOverWire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "WAITS", (0.05, 0.05))
    dns.silent = True
    with pytest.raises(ResolverUnreachable, match="no answer"):
        lookup.ask(server, "web.ecs.internal", "A")


@pytest.mark.parametrize(
    ("text", "address", "port"),
    [
        ("192.0.2.53", "192.0.2.53", 53),
        ("192.0.2.53:5353", "192.0.2.53", 5353),
        ("2001:db8::53", "2001:db8::53", 53),
        ("[2001:db8::53]:5353", "2001:db8::53", 5353),
        ("[2001:db8::53]", "2001:db8::53", 53),
    ],
)
def test_configured_servers(text: str, address: str, port: int) -> None:
    (found,) = lookup.configured([text])
    assert (found.name, found.address, found.port, found.caching) == (text, address, port, True)


@pytest.mark.parametrize("text", ["resolver.example", "192.0.2.53:dns", "[::1", "1.2.3", ":53"])
def test_what_is_no_server_is_named(text: str) -> None:
    with pytest.raises(InvalidConfiguration, match="DnsServers"):
        lookup.configured([text])


def test_name_servers_are_asked_at_their_addresses_without_recursion() -> None:
    (found,) = lookup.authoritative(["localhost"], "example.com")
    assert (found.name, found.address, found.caching) == ("localhost", "127.0.0.1", False)


def test_a_name_server_without_address_is_unreachable() -> None:
    with pytest.raises(ResolverUnreachable, match=r"ns\.invalid"):
        lookup.authoritative(["ns.invalid"], "example.com")


def test_the_hosts_own_resolvers_are_asked_by_address() -> None:
    assert all(server.address and server.caching for server in lookup.of_the_system())
