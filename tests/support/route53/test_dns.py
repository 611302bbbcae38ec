"""What DNS answers from the strict Route 53's zones.

GUIDE = Route 53 Developer Guide.
"""

from __future__ import annotations

import dns.message
import dns.query
import pytest
from dnslib import DNSRecord

from tests.support.route53 import (
    PATIENCE_SECONDS,
    CachingResolver,
    DnsOverWire,
    NoAnswer,
    NxDomain,
    Resolver,
    StrictRoute53,
    alias,
    change_batch,
    simple,
)

LB = "web-1.us-east-1.elb.amazonaws.com"
LONG = " ".join(f'"{"x" * 250}"' for _ in range(4))


@pytest.fixture
def route53() -> StrictRoute53:
    made = StrictRoute53()
    zone = made.create_zone("ecs.internal", vpcs=("vpc-1",), id="ZDEV")
    records = [
        simple("web.ecs.internal", "A", "10.0.0.1", "10.0.0.2"),
        simple("a.b.ecs.internal", "TXT", r'"one \"1\" " "tw\157"'),
        simple("*.wild.ecs.internal", "A", "10.0.0.9"),
        simple("x.wild.ecs.internal", "TXT", '"x"'),
        simple("to-web.ecs.internal", "CNAME", "web.ecs.internal"),
        simple("to-lb.ecs.internal", "CNAME", LB),
        simple("to-nobody.ecs.internal", "CNAME", "nobody.example.org"),
        simple("loop.ecs.internal", "CNAME", "loop.ecs.internal"),
        simple("mail.ecs.internal", "MX", "10 mx.example.com."),
        simple("long.ecs.internal", "TXT", LONG),
        alias("lb.ecs.internal", "A", f"dualstack.{LB}"),
        alias("lb.ecs.internal", "AAAA", f"dualstack.{LB}"),
        alias("inner.ecs.internal", "A", "web.ecs.internal", zone_id="ZDEV"),
    ]
    made.edit(zone, *[("CREATE", one) for one in records])
    return made


@pytest.fixture
def dns_(route53: StrictRoute53) -> Resolver:
    return route53.resolver(vpc="vpc-1")


@pytest.mark.parametrize(
    ("name", "type_", "expected"),
    [
        ("web.ecs.internal", "A", ["10.0.0.1", "10.0.0.2"]),
        ("WEB.ecs.internal.", "A", ["10.0.0.1", "10.0.0.2"]),
        ("web.ecs.internal", "AAAA", []),
        ("b.ecs.internal", "A", []),
        ("a.b.ecs.internal", "TXT", ['one "1" two']),
        ("any.wild.ecs.internal", "A", ["10.0.0.9"]),
        ("any.thing.wild.ecs.internal", "A", ["10.0.0.9"]),
        ("any.wild.ecs.internal", "TXT", []),
        ("x.wild.ecs.internal", "A", []),
        ("to-web.ecs.internal", "A", ["10.0.0.1", "10.0.0.2"]),
        ("to-web.ecs.internal", "CNAME", ["web.ecs.internal"]),
        ("inner.ecs.internal", "A", ["10.0.0.1", "10.0.0.2"]),
        ("mail.ecs.internal", "MX", ["10 mx.example.com."]),
    ],
)
def test_answers(dns_: Resolver, name: str, type_: str, expected: list[str]) -> None:
    """RFC 1034 and 4592; GUIDE: Choosing between alias and non-alias records."""
    assert dns_.query(name, type_) == expected


@pytest.mark.parametrize(
    "name", ["no.ecs.internal", "y.x.wild.ecs.internal", "to-nobody.ecs.internal", "example.net"]
)
def test_names_that_do_not_exist(dns_: Resolver, name: str) -> None:
    """RFC 4592: a wildcard does not reach below a name that exists."""
    with pytest.raises(NxDomain):
        dns_.query(name, "A")


def test_a_loop_fails(dns_: Resolver) -> None:
    with pytest.raises(NoAnswer, match="SERVFAIL"):
        dns_.query("loop.ecs.internal", "A")


def test_a_negative_answer_has_the_soa(dns_: Resolver) -> None:
    """GUIDE: The start of authority (SOA) record: 900 s."""
    for name in ("no.ecs.internal", "b.ecs.internal"):
        soa = dns_.resolve(name, "A").soa
        assert soa
        assert (soa.type, soa.ttl) == ("SOA", 900)


class TestPropagation:
    """GUIDE: How Amazon Route 53 propagates; API Reference: GetChange."""

    def test_new_records_are_served_when_in_sync(
        self, route53: StrictRoute53, dns_: Resolver
    ) -> None:
        new = simple("new.ecs.internal", "A", "10.0.0.7")
        route53.client().change_resource_record_sets(
            HostedZoneId="ZDEV", ChangeBatch=change_batch(("CREATE", new))
        )
        with pytest.raises(NxDomain):
            dns_.query("new.ecs.internal", "A")
        route53.clock.advance(60)
        assert dns_.query("new.ecs.internal", "A") == ["10.0.0.7"]

    def test_old_records_are_served_until_then(
        self, route53: StrictRoute53, dns_: Resolver
    ) -> None:
        old = simple("web.ecs.internal", "A", "10.0.0.1", "10.0.0.2")
        new = simple("web.ecs.internal", "A", "10.0.0.3")
        route53.client().change_resource_record_sets(
            HostedZoneId="ZDEV", ChangeBatch=change_batch(("DELETE", old), ("CREATE", new))
        )
        assert dns_.query("web.ecs.internal", "A") == ["10.0.0.1", "10.0.0.2"]
        route53.clock.advance(60)
        assert dns_.query("web.ecs.internal", "A") == ["10.0.0.3"]

    def test_who_asks_too_early_hears_no_for_long(
        self, route53: StrictRoute53, dns_: Resolver
    ) -> None:
        """RFC 2308: negative answers are kept for min(SOA TTL, SOA minimum)."""
        caching = CachingResolver(dns_, route53.clock)
        new = simple("new.ecs.internal", "A", "10.0.0.7")
        with pytest.raises(NxDomain):
            caching.query("new.ecs.internal", "A")
        route53.edit("ZDEV", ("CREATE", new))
        route53.clock.advance(899)
        with pytest.raises(NxDomain):
            caching.query("new.ecs.internal", "A")
        route53.clock.advance(1)
        assert caching.query("new.ecs.internal", "A") == ["10.0.0.7"]
        route53.edit("ZDEV", ("DELETE", new))
        route53.clock.advance(59)
        assert caching.query("new.ecs.internal", "A") == ["10.0.0.7"]


class TestLoadBalancers:
    def test_made_up_addresses_are_stable(self, dns_: Resolver) -> None:
        found = dns_.query("lb.ecs.internal", "A")
        assert len(found) == 2
        assert found == dns_.query("to-lb.ecs.internal", "A") == dns_.query(LB, "A")
        assert len(dns_.query("lb.ecs.internal", "AAAA")) == 1

    def test_given_addresses(self, route53: StrictRoute53, dns_: Resolver) -> None:
        route53.load_balancers.set_addresses(LB, "10.1.0.1", "fd00::1")
        assert dns_.query("lb.ecs.internal", "A") == ["10.1.0.1"]
        assert dns_.query("lb.ecs.internal", "AAAA") == ["fd00::1"]

    def test_one_that_is_gone_answers_nothing(self, route53: StrictRoute53, dns_: Resolver) -> None:
        route53.load_balancers.gone.add(LB)
        assert dns_.query("lb.ecs.internal", "A") == []
        with pytest.raises(NxDomain):
            dns_.query("to-lb.ecs.internal", "A")


class TestViews:
    """GUIDE: Considerations when working with a private hosted zone."""

    @pytest.fixture
    def views(self, route53: StrictRoute53) -> StrictRoute53:
        prod = route53.create_zone("ecs.internal", vpcs=("vpc-2",))
        route53.edit(prod, ("CREATE", simple("web.ecs.internal", "A", "10.2.0.1")))
        inner = route53.create_zone("inner.ecs.internal", vpcs=("vpc-2",))
        route53.edit(inner, ("CREATE", simple("x.inner.ecs.internal", "A", "10.2.0.2")))
        public = route53.create_zone("ecs.internal", id="ZPUBLIC")
        route53.edit(
            public,
            ("CREATE", simple("web.ecs.internal", "A", "203.0.113.1")),
            ("CREATE", simple("out.ecs.internal", "CNAME", LB)),
        )
        return route53

    def test_a_vpc_sees_its_own_zone(self, views: StrictRoute53) -> None:
        assert views.resolver(vpc="vpc-2").query("web.ecs.internal", "A") == ["10.2.0.1"]

    def test_the_longest_name_answers(self, views: StrictRoute53) -> None:
        assert views.resolver(vpc="vpc-2").query("x.inner.ecs.internal", "A") == ["10.2.0.2"]

    @pytest.mark.parametrize("vpc", [None, "vpc-3"])
    def test_others_see_the_public_zone(self, views: StrictRoute53, vpc: str | None) -> None:
        assert views.resolver(vpc=vpc).query("web.ecs.internal", "A") == ["203.0.113.1"]

    def test_in_a_vpc_a_private_zone_hides_a_longer_public_one(self, views: StrictRoute53) -> None:
        """Unless it has public DNS fallback, also where it lacks the name."""
        longer = views.create_zone("dev.ecs.internal")
        views.edit(longer, ("CREATE", simple("web.dev.ecs.internal", "A", "203.0.113.2")))
        for vpc in ("vpc-1", "vpc-2"):
            with pytest.raises(NxDomain):
                views.resolver(vpc=vpc).query("web.dev.ecs.internal", "A")
        assert views.resolver().query("web.dev.ecs.internal", "A") == ["203.0.113.2"]

    def test_a_zones_name_servers_do_not_leave_it(self, views: StrictRoute53) -> None:
        servers = views.resolver(zone_id="ZPUBLIC")
        assert servers.query("web.ecs.internal", "A") == ["203.0.113.1"]
        assert servers.query("out.ecs.internal", "A") == []
        assert servers.query("out.ecs.internal", "CNAME") == [LB]
        with pytest.raises(NoAnswer, match="REFUSED"):
            servers.query("example.net", "A")


class TestRoutingPolicies:
    """GUIDE: Choosing a routing policy. Which set answers is chosen once and for all here."""

    def test_weight_zero_never_answers(self, route53: StrictRoute53, dns_: Resolver) -> None:
        for identifier, value, weight in (("a", "10.3.0.1", 0), ("b", "10.3.0.2", 9)):
            one = simple("w.ecs.internal", "A", value, SetIdentifier=identifier, Weight=weight)
            route53.edit("ZDEV", ("CREATE", one))
        assert dns_.query("w.ecs.internal", "A") == ["10.3.0.2"]

    def test_multivalue_answers_with_eight(self, route53: StrictRoute53, dns_: Resolver) -> None:
        for number in range(9):
            one = simple(
                *("m.ecs.internal", "A", f"10.4.0.{number}"),
                SetIdentifier=str(number),
                MultiValueAnswer=True,
            )
            route53.edit("ZDEV", ("CREATE", one))
        assert len(dns_.query("m.ecs.internal", "A")) == 8


class TestOverTheWire:
    def ask(self, server: DnsOverWire, name: str, type_: str) -> dns.message.Message:
        query = dns.message.make_query(name, type_)
        answer, _ = dns.query.udp_with_fallback(query, "127.0.0.1", PATIENCE_SECONDS, server.port)
        return answer

    @pytest.mark.parametrize(
        ("name", "type_", "expected"),
        [
            ("web.ecs.internal", "A", {"10.0.0.1", "10.0.0.2"}),
            ("a.b.ecs.internal", "TXT", {r'"one \"1\" " "two"'}),
            ("to-web.ecs.internal", "CNAME", {"web.ecs.internal."}),
            ("mail.ecs.internal", "MX", {"10 mx.example.com."}),
        ],
    )
    def test_udp(self, dns_: Resolver, name: str, type_: str, expected: set[str]) -> None:
        with DnsOverWire(dns_) as server:
            answer = self.ask(server, name, type_)
        assert {str(item) for rrset in answer.answer for item in rrset} == expected
        assert server.asked == [(f"{name}.", type_)]

    def test_a_long_answer_comes_over_tcp(self, dns_: Resolver) -> None:
        with DnsOverWire(dns_) as server:
            answer = self.ask(server, "long.ecs.internal", "TXT")
        assert [len(item.strings) for item in answer.answer[0]] == [4]
        assert len(server.asked) == 2

    def test_edns_makes_room(self, dns_: Resolver) -> None:
        query = dns.message.make_query("long.ecs.internal", "TXT", use_edns=True, payload=4096)
        with DnsOverWire(dns_) as server:
            answer = dns.query.udp(query, "127.0.0.1", PATIENCE_SECONDS, server.port)
        assert len(answer.answer) == 1

    def test_no_such_name(self, dns_: Resolver) -> None:
        with DnsOverWire(dns_) as server:
            answer = self.ask(server, "no.ecs.internal", "A")
        assert answer.rcode() == dns.rcode.NXDOMAIN
        assert answer.authority[0].ttl == 900

    def test_escaped_names(self, dns_: Resolver) -> None:
        with DnsOverWire(dns_) as server:
            answer = self.ask(server, "*.wild.ecs.internal", "A")
        assert str(answer.answer[0].name) == "*.wild.ecs.internal."

    def test_the_root_is_none_of_ours(self, dns_: Resolver) -> None:
        with DnsOverWire(dns_) as server:
            answer = self.ask(server, ".", "NS")
        assert answer.rcode() == dns.rcode.REFUSED

    def test_a_failing_server(self, dns_: Resolver) -> None:
        with DnsOverWire(dns_) as server:
            server.failing = "SERVFAIL"
            answer = self.ask(server, "web.ecs.internal", "A")
        assert answer.rcode() == dns.rcode.SERVFAIL

    def test_a_silent_server(self, dns_: Resolver) -> None:
        query = dns.message.make_query("web.ecs.internal", "A")
        with DnsOverWire(dns_) as server:
            server.silent = True
            with pytest.raises(dns.exception.Timeout):
                dns.query.udp(query, "127.0.0.1", 0.2, server.port)
        assert DNSRecord.parse(query.to_wire()).q.qname == "web.ecs.internal."
