"""DNS from the same zone data: what name servers and resolvers answer, once a change is INSYNC."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from tests.support.route53 import limits, names, values
from tests.support.route53.record_sets import RecordSet
from tests.support.route53.zones import HostedZone, Records

if TYPE_CHECKING:
    from tests.support.route53.clock import Clock
    from tests.support.route53.service import StrictRoute53

MAX_CNAMES = 10
MAX_MULTIVALUES = 8
ALIAS_TTL = 60  # of load balancers' addresses


@dataclass(frozen=True)
class DnsRecord:
    """One record of an answer; `value` as Route 53 writes values."""

    name: str
    type: str
    ttl: int
    value: str


@dataclass(frozen=True)
class DnsAnswer:
    """An answer: NOERROR, NXDOMAIN, REFUSED or SERVFAIL; `soa` in a negative one."""

    rcode: str
    records: tuple[DnsRecord, ...] = ()
    soa: DnsRecord | None = None


class NxDomain(Exception):
    """The name does not exist."""


class NoAnswer(Exception):
    """The server refused or failed; its rcode is the text."""


class Dns(Protocol):
    """Who answers DNS questions."""

    def resolve(self, name: str, type_: str) -> DnsAnswer:
        """The answer to one question."""


class _Queries(ABC):
    @abstractmethod
    def resolve(self, name: str, type_: str) -> DnsAnswer:
        """The answer to one question."""

    def query(self, name: str, type_: str) -> list[str]:
        """The values of a type at the end of the chain, [] for NODATA. Raises NxDomain, NoAnswer.

        Strings of a TXT record come joined, names without the final dot.
        """
        answer = self.resolve(name, type_)
        if answer.rcode == "NXDOMAIN":
            raise NxDomain(name)
        if answer.rcode != "NOERROR":
            raise NoAnswer(answer.rcode)
        return [_text(record) for record in answer.records if record.type == type_]


class Resolver(_Queries):
    """DNS as seen from a VPC, from the internet, or by one zone's own name servers.

    In a VPC the longest of its private zones that match a name answers, also that there is no such
    name, even if a public zone matches more of it; a public zone only where no private one matches
    (Developer Guide: Considerations when working with a private hosted zone). Where a private zone
    lacks the name and has public DNS fallback, public DNS is asked
    (Developer Guide: Public DNS fallback for private hosted zones). Name servers of a zone
    (`zone_id`) follow no CNAME out of it. Below a delegation of a public zone they only refer to
    others; nobody is at these here.
    """

    def __init__(
        self, service: StrictRoute53, *, vpc: str | None = None, zone_id: str | None = None
    ) -> None:
        self._service = service
        self._vpc = vpc
        self._zone_id = zone_id

    def resolve(self, name: str, type_: str) -> DnsAnswer:
        """The answer to one question."""
        wanted = names.canonical(name)
        found: list[DnsRecord] = []
        for _ in range(MAX_CNAMES):
            zone = self._zone_of(wanted)
            if zone is None:
                return self._outside(wanted, type_, found)
            records = self._service.served(zone)
            if not zone.is_private and limits.delegation(records, zone.name, wanted):
                refers = self._zone_id is not None
                return DnsAnswer("NOERROR" if refers else "SERVFAIL", tuple(found))
            sets = sets_at(records, zone.name, wanted)
            if sets is None and zone.public_fallback:
                public = Resolver(self._service).resolve(wanted, type_)
                return replace(public, records=(*found, *public.records))
            if sets is None:
                return DnsAnswer("NXDOMAIN", tuple(found), _soa(zone, records))
            cname = _chosen(one for one in sets if one.type == "CNAME")
            if cname and cname[0].alias is None and type_ != "CNAME":
                self._service.note_answer(zone, cname)
                found += [replace(one, name=wanted) for one in _plain(cname)]
                wanted = names.canonical(found[-1].value)
                continue
            chosen = _chosen(one for one in sets if one.type == type_)
            self._service.note_answer(zone, chosen)
            found += [replace(one, name=wanted) for one in self._records(zone, records, chosen)]
            is_empty = not any(one.type == type_ for one in found)
            return DnsAnswer("NOERROR", tuple(found), _soa(zone, records) if is_empty else None)
        return DnsAnswer("SERVFAIL", tuple(found))

    def _zone_of(self, name: str) -> HostedZone | None:
        candidates = [
            zone
            for zone in self._service.zones
            if names.is_within(name, zone.name) and self._sees(zone)
        ]
        return max(candidates, key=lambda zone: (zone.is_private, len(zone.name)), default=None)

    def _sees(self, zone: HostedZone) -> bool:
        if self._zone_id is not None:
            return zone.id == self._zone_id
        return not zone.is_private or self._vpc in {vpc for _, vpc in zone.vpcs}

    def _outside(self, name: str, type_: str, found: list[DnsRecord]) -> DnsAnswer:
        if self._zone_id is not None:
            return DnsAnswer("NOERROR" if found else "REFUSED", tuple(found))
        load_balancers = self._service.load_balancers
        if not load_balancers.is_one(name):
            return DnsAnswer("NXDOMAIN", tuple(found))
        addresses = load_balancers.addresses(name, type_)
        found += [DnsRecord(name, type_, ALIAS_TTL, address) for address in addresses]
        return DnsAnswer("NOERROR", tuple(found))

    def _records(
        self, zone: HostedZone, records: Records, chosen: list[RecordSet], depth: int = 0
    ) -> list[DnsRecord]:
        found = _plain(one for one in chosen if one.alias is None)
        for one in chosen:
            if one.alias is None or depth >= MAX_CNAMES:
                continue
            target = one.alias.dns_name
            if one.alias.hosted_zone_id == zone.id:
                sets = sets_at(records, zone.name, target) or []
                inner = _chosen(other for other in sets if other.type == one.type)
                found += self._records(zone, records, inner, depth + 1)
            else:
                addresses = self._service.load_balancers.addresses(target, one.type)
                found += [DnsRecord(target, one.type, ALIAS_TTL, value) for value in addresses]
        return found


class CachingResolver(_Queries):
    """A resolver that repeats an answer for its TTL, and a negative one for the SOA's.

    A negative answer is kept for min(SOA TTL, SOA minimum), 900 s by default (RFC 2308; Developer
    Guide: The start of authority (SOA) record).
    """

    def __init__(self, behind: Dns, clock: Clock) -> None:
        self._behind = behind
        self._clock = clock
        self._kept: dict[tuple[str, str], tuple[float, DnsAnswer]] = {}

    def resolve(self, name: str, type_: str) -> DnsAnswer:
        """The answer to one question, from the cache while it is good."""
        question = (names.canonical(name), type_)
        until, answer = self._kept.get(question, (float("-inf"), DnsAnswer("SERVFAIL")))
        if self._clock.now() < until:
            return answer
        answer = self._behind.resolve(name, type_)
        times = [record.ttl for record in (*answer.records, answer.soa) if record is not None]
        if times:
            self._kept[question] = (self._clock.now() + min(times), answer)
        return answer


def sets_at(records: Records, zone: str, name: str) -> list[RecordSet] | None:
    """The record sets that answer for a name, by wildcard if need be; None if it does not exist.

    A name above an existing one exists, without records; a wildcard stands in only for names
    whose closest existing ancestor is the wildcard's parent (RFC 4592).
    """
    nodes = {zone}
    for key in records:
        node = key.name
        while node not in nodes:
            nodes.add(node)
            node = names.parent(node)
    if name not in nodes:
        encloser = names.parent(name)
        while encloser not in nodes:
            encloser = names.parent(encloser)
        name = f"{names.WILDCARD}.{encloser}"
        if name not in nodes:
            return None
    return [one for one in records.values() if one.name == name]


def _chosen(sets: Iterable[RecordSet]) -> list[RecordSet]:
    """Which record sets answer: of a routing policy the first one that may, for stable tests."""
    ordered = sorted(sets, key=lambda one: one.set_identifier or "")
    if not ordered or ordered[0].policy is None:
        return ordered
    if ordered[0].policy == "MultiValueAnswer":
        return ordered[:MAX_MULTIVALUES]
    weighted = [one for one in ordered if one.routing_value("Weight") != "0"]
    return (weighted or ordered)[:1]


def _plain(sets: Iterable[RecordSet]) -> list[DnsRecord]:
    return [
        DnsRecord(one.name, one.type, one.ttl or 0, value) for one in sets for value in one.values
    ]


def _soa(zone: HostedZone, records: Records) -> DnsRecord:
    soa = next(one for one in records.values() if (one.name, one.type) == (zone.name, "SOA"))
    minimum = int(soa.values[0].split()[-1])
    return DnsRecord(zone.name, "SOA", min(soa.ttl or 0, minimum), soa.values[0])


def _text(record: DnsRecord) -> str:
    if record.type in ("TXT", "SPF"):
        return b"".join(values.txt_strings(record.value)).decode("utf-8", "replace")
    return record.value.removesuffix(".") if record.type in values.NAME_TYPES else record.value
