"""What Route 53 would answer for given zones. Pure: no sockets, no AWS calls.

A private zone is seen from its VPCs only, and hides public ones there. That is why there is one
view, with a port of its own, for each VPC that was given a zone when the local AWS started, and one
for the internet, if there is a public zone; `choose_zone` is the one place that knows which zones a
view sees.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

LOAD_BALANCER_TTL = 60
# Of multivalue answer record sets, in one response (Route 53 Developer Guide: Multivalue answer
# routing).
MAX_MULTIVALUES = 8
_MAX_CHAIN = 8


class Code(Enum):
    """DNS response codes that the server uses."""

    NOERROR = 0
    SERVFAIL = 2
    NXDOMAIN = 3
    REFUSED = 5


@dataclass(frozen=True)
class RecordSet:
    """A record set of a zone; names are lower-case without trailing dot."""

    name: str
    type: str
    ttl: int = 0
    values: tuple[str, ...] = ()
    alias: str | None = None  # the name that an alias points to
    is_multivalue: bool = False  # one of several sets of a name and type, chosen from at random


@dataclass(frozen=True)
class Zone:
    """A hosted zone with what is in it; no VPCs means public."""

    id: str
    name: str
    vpc_ids: frozenset[str] = frozenset()
    public_fallback: bool = False  # a private one's: what it lacks is asked for in public zones
    is_watched: bool = False  # whether anybody wants to know what is asked for


@dataclass(frozen=True)
class View:
    """Whom a server answers: one VPC, or with None the public internet.

    The first view also sees the private zones of VPCs that have no view (`elsewhere` names the
    VPCs that have one), so that zones made later are not invisible everywhere.
    """

    vpc_id: str | None = None
    elsewhere: frozenset[str] = frozenset()
    is_first: bool = True


@dataclass(frozen=True)
class World:
    """What there is to answer from; records are read per zone and only when needed."""

    zones: Sequence[Zone]
    records: Callable[[Zone], Sequence[RecordSet]]
    load_balancers: Callable[[], Mapping[str, bool]]  # DNS name: whether it is dual-stack
    asked: Callable[[Zone, str, str], None] = lambda *_: None  # told who answers in watched zones


@dataclass(frozen=True)
class Record:
    """One resource record of an answer; `data` in presentation format."""

    name: str
    type: str
    ttl: int
    data: str


@dataclass
class Answer:
    """A response code, the answers, and the zone's SOA where there are none; of a referral, the
    delegation's NS records instead.
    """

    code: Code
    records: list[Record] = field(default_factory=list)
    authority: list[Record] = field(default_factory=list)
    is_referral: bool = False


def views_of(vpc_ids: Sequence[str | None]) -> list[View]:
    """The views for the VPCs that were given zones, in that order, and at last the internet's,
    where a public zone (None) was given, or nothing at all.
    """
    distinct = frozenset(vpc_id for vpc_id in vpc_ids if vpc_id)
    ordered: list[str | None] = [vpc_id for vpc_id in dict.fromkeys(vpc_ids) if vpc_id]
    if None in vpc_ids or not ordered:
        ordered.append(None)
    return [View(vpc_id, distinct, vpc_id == ordered[0]) for vpc_id in ordered]


def choose_zone(zones: Sequence[Zone], name: str, view: View) -> Zone | None:
    """The zone that answers for a name: the longest private one of the view's VPC, even if a public
    one matches more of it (Route 53 Developer Guide: Considerations when working with a private
    hosted zone). Else the longest of all, a private one before a public one of its name.
    """
    candidates = [
        zone
        for zone in zones
        if (name == zone.name or name.endswith(f".{zone.name}")) and _sees(view, zone)
    ]
    return max(
        candidates,
        key=lambda z: (view.vpc_id in z.vpc_ids, len(z.name), bool(z.vpc_ids)),
        default=None,
    )


def _sees(view: View, zone: Zone) -> bool:
    if not zone.vpc_ids or view.vpc_id in zone.vpc_ids:
        return True
    return view.is_first and not zone.vpc_ids & view.elsewhere


def resolve(world: World, name: str, kind: str, view: View) -> Answer:
    """Answer one question as a resolver in the view would: CNAMEs and aliases are followed."""
    answer = Answer(Code.NOERROR)
    name = name.lower().rstrip(".")
    for _ in range(_MAX_CHAIN):
        zone = choose_zone(world.zones, name, view)
        if zone is None:
            return _outside(world, name, kind, answer)
        sets = world.records(zone)
        found = _at(sets, name, zone.name)
        if found is None and (public := _stands_in(world.zones, zone, name, view)):
            zone, sets = public, world.records(public)
            found = _at(sets, name, zone.name)
        if cut := _delegation(sets, name, zone):
            return _referral(answer, cut)
        if found is None:
            return _negative(answer, sets, zone, Code.NXDOMAIN)
        cname = next((one for one in found if one.type == "CNAME"), None)
        answering = [cname] if cname else [one for one in found if one.type == kind]
        if zone.is_watched and answering:
            world.asked(zone, answering[0].name, answering[0].type)
        if cname is not None and kind != "CNAME":
            answer.records.append(Record(name, "CNAME", cname.ttl, cname.values[0]))
            name = cname.values[0].lower().rstrip(".")
            continue
        for one in _chosen(answering):
            answer.records += _values(world, one, name, view)
        if not answer.records or answer.records[-1].type == "CNAME" != kind:
            return _negative(answer, sets, zone, Code.NOERROR)
        return answer
    return Answer(Code.SERVFAIL, answer.records)


def addresses(name: str, kind: str) -> list[str]:
    """Made-up addresses of a load balancer, the same every time, from ranges for documentation."""
    digest = hashlib.sha256(name.encode()).digest()
    if kind == "A":
        return [f"192.0.2.{digest[0] % 254 + 1}", f"198.51.100.{digest[1] % 254 + 1}"]
    return [f"2001:db8::{digest[2]:x}{digest[3]:02x}:{host}" for host in (1, 2)]


def txt_strings(value: str) -> list[bytes]:
    """The strings of a TXT value as Route 53 writes it: quoted, with escapes."""
    return [
        _unescaped(quoted if quoted else bare)
        for quoted, bare in re.findall(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)', value)
    ] or [b""]


def _unescaped(text: str) -> bytes:
    def character(match: re.Match[str]) -> str:
        code = match[1]
        return chr(int(code, 8)) if len(code) == 3 else code

    return re.sub(r"\\([0-7]{3}|.)", character, text).encode("latin-1", "replace")


def _stands_in(zones: Sequence[Zone], zone: Zone, name: str, view: View) -> Zone | None:
    """The public zone that is asked for a name that a private one lacks (Route 53 API Reference,
    UpdateHostedZoneFeatures: EnablePublicDNSFallback).
    """
    if not zone.public_fallback:
        return None
    return choose_zone([one for one in zones if not one.vpc_ids], name, view)


def _delegation(sets: Sequence[RecordSet], name: str, zone: Zone) -> RecordSet | None:
    """The NS records at or above a name by which its zone hands it on, but for the zone's own.

    None of a private zone's: the resolvers of a VPC follow them only where a delegation rule of
    Route 53 Resolver says so, and there are no such rules here.
    """
    if zone.vpc_ids:
        return None
    cuts = [one for one in sets if one.type == "NS" and one.name != zone.name]
    return next((one for one in cuts if name == one.name or name.endswith(f".{one.name}")), None)


def _referral(answer: Answer, cut: RecordSet) -> Answer:
    """RFC 1034, section 4.3.2. This server leaves the machine for nobody, so that is all."""
    answer.is_referral = True
    answer.authority += [Record(cut.name, "NS", cut.ttl, value) for value in cut.values]
    return answer


def _at(sets: Sequence[RecordSet], name: str, zone: str) -> list[RecordSet] | None:
    """The record sets at a name, wildcards included; None when the name does not exist."""
    exact = [one for one in sets if one.name == name]
    if exact or any(one.name.endswith(f".{name}") for one in sets):
        return exact
    parent = name
    while parent != zone:
        parent = parent.partition(".")[2]
        wild = [one for one in sets if one.name == f"*.{parent}"]
        if wild:
            return wild
        if any(one.name == parent or one.name.endswith(f".{parent}") for one in sets):
            return None
    return None


def _chosen(sets: list[RecordSet]) -> list[RecordSet]:
    """All sets of a name and type, in random order and eight at most where they are multivalue."""
    if not any(one.is_multivalue for one in sets):
        return sets
    # Which ones is no secret.
    return random.sample(sets, min(len(sets), MAX_MULTIVALUES))  # nosec B311


def _values(world: World, one: RecordSet, name: str, view: View) -> list[Record]:
    if one.alias is None:
        return [Record(name, one.type, one.ttl, value) for value in one.values]
    target = one.alias.lower().rstrip(".")
    if _load_balancer(world, target) is not None:
        return _load_balancer_records(world, target, one.type, name)
    if choose_zone(world.zones, target, view) is None:
        return []
    inner = resolve(world, target, one.type, view)
    return [Record(name, one.type, r.ttl, r.data) for r in inner.records if r.type == one.type]


def _outside(world: World, name: str, kind: str, answer: Answer) -> Answer:
    """A name in none of the zones: a load balancer's own, or nobody's we know."""
    if _load_balancer(world, name) is not None:
        answer.records += _load_balancer_records(world, name, kind, name)
    elif not answer.records:
        # A real VPC resolver would ask the internet; this one must not leave the machine.
        answer.code = Code.NXDOMAIN if name.endswith(".amazonaws.com") else Code.REFUSED
    return answer


def _load_balancer(world: World, name: str) -> str | None:
    bare = name.removeprefix("dualstack.")
    return bare if bare in world.load_balancers() else None


def _load_balancer_records(world: World, name: str, kind: str, owner: str) -> list[Record]:
    bare = name.removeprefix("dualstack.")
    if kind not in ("A", "AAAA") or (kind == "AAAA" and not world.load_balancers()[bare]):
        return []
    return [Record(owner, kind, LOAD_BALANCER_TTL, one) for one in addresses(bare, kind)]


def _negative(answer: Answer, sets: Sequence[RecordSet], zone: Zone, code: Code) -> Answer:
    answer.code = code
    for one in sets:
        if one.type == "SOA" and one.name == zone.name and one.values:
            # RFC 2308, section 3: for how long this answer may be kept.
            ttl = min(one.ttl, int(one.values[0].split()[-1]))
            answer.authority.append(Record(zone.name, "SOA", ttl, one.values[0]))
    return answer
