"""Signing anew what a ledger lists that this installation can't trust, for `signpost resign`.

The key was lost, or the stack was made anew: nobody can tell then whether a ledger is genuine. A
name is signed where DNS and ECS bear it out, or where a person has named it. No answer changes;
what an execution would do about the names, the next one does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from signpost.aws import route53
from signpost.errors import LedgerCorrupt
from signpost.ledger import claims
from signpost.ledger import ledger as ledgers
from signpost.ledger.ledger import Ledger
from signpost.ledger.listing import ledgers_in
from signpost.ledger.seal import Seal
from signpost.ledger.words import order
from signpost.model.record_set import RecordSet
from signpost.model.trigger import Resign
from signpost.model.zone import Zone
from signpost.names.hostnames import is_in
from signpost.plan.situation import Situation
from signpost.plan.zone_changes import Key, RecordChanges, ZoneState
from signpost.plan.zone_reading import Found, in_place, own_name, read_own
from signpost.settings import Settings

_PART = "it is one answer with what stays unsigned."
_EXECUTION = re.compile(r"[A-Za-z0-9_.-]{1,80}")


@dataclass(frozen=True)
class Resigned:
    """One zone: the names of what is signed, and a sentence for each record set that is not."""

    found: Found
    changes: RecordChanges
    signed: tuple[str, ...]
    left: tuple[str, ...]


def look(
    client: Any, zone: Zone, wanted: Sequence[RecordSet], situation: Situation, settings: Settings
) -> Resigned:
    """What of the ledgers that `trigger.resign` names can be signed in a zone.

    Where a part of the service's own is, all of it is kept aside, unsigned: what it lists beside is
    nobody else's until a person has said whose it is.

    `client` is a boto3 `route53` client; `wanted` is what the service would get today. Raises
    LedgerCorrupt, HostnameInvalid, ZoneNotFound, Throttled, AwsUnavailable or
    AccessDenied.
    """
    resign = situation.trigger.resign or Resign()
    name = own_name(zone, situation, settings)
    record = in_place(client, zone, name)
    own = None
    if record and (name not in resign.ledgers or ledgers.is_signed(record, zone, situation.seal)):
        own = read_own(record, zone, situation, settings)
    named = {
        one: there
        for one in resign.ledgers
        if is_in(one, f"{ledgers.SUBTREE}.{zone.name}") and not (one == name and own)
        if (there := in_place(client, zone, one))
    }
    untrusted = [_about(there, zone, situation) for there in named.values()]
    mine = own.record_sets if own else ()
    ours = {one.key for one in mine}
    listed = dict.fromkeys(
        one for ledger in untrusted for one in ledger.record_sets if one.key not in ours
    )
    observed: dict[Key, RecordSet] = {
        one.key: one
        for hostname in dict.fromkeys(one.name for one in listed)
        for one in route53.at_name(client, zone.id, hostname)
    }
    others = _others(client, zone, {name, *named}, situation.seal) if listed else {}
    judge = _Judge(zone, situation, observed, set(wanted), resign, others)
    left = {one: why for one in listed if (why := judge.refuses(one))}
    kept = _kept(named.get(name), zone, left, judge)
    partial = {(one.name, one.type) for one in kept}
    left |= {one: _PART for one in listed if one not in left and (one.name, one.type) in partial}
    claimed, stale = _claims(client, zone, name, {name, *named}, mine, listed, situation.seal)
    left |= {
        one: f"its claim says that it is of {claimed[one.name]}."
        for one in listed
        if one not in left and claimed.get(one.name)
    }
    signed = [one for one in listed if one not in left]
    aside = None
    if signed and kept:
        place = own_name(zone, situation, settings, ledgers.ASIDE)
        if in_place(client, zone, place):
            left |= dict.fromkeys(signed, f"{place} was left before: sign or delete that first.")
            signed = []
        else:
            aside = replace(named[name], name=place)
    after = tuple(sorted((*mine, *signed), key=order)) if signed else mine
    latest = max(untrusted, key=lambda one: one.at, default=None)
    base = own or (latest and _nothing_of(latest))
    gone = [there for one, there in named.items() if one != name and after and not left]
    gone += [stale[one] for one in dict.fromkeys(one.name for one in signed) if one in stale]
    state = ZoneState(zone, base, observed, claimed=claimed)
    return Resigned(
        Found(state, (), name, record, tuple(gone), aside),
        RecordChanges((), (), before=after, after=after),
        tuple(dict.fromkeys(one.name for one in signed)),
        tuple(f"{one.name} {one.type}: {why}" for one, why in left.items()),
    )


def _claims(
    client: Any,
    zone: Zone,
    name: str,
    by: Set[str],
    mine: Sequence[RecordSet],
    listed: Iterable[RecordSet],
    seal: Seal,
) -> tuple[dict[str, str], dict[str, RecordSet]]:
    """Whose names are by their claims, and the claims that a batch has to replace: those of ledgers
    that are signed anew.
    """
    claimed = dict.fromkeys((one.name for one in mine), "")
    stale: dict[str, RecordSet] = {}
    for hostname in dict.fromkeys(one.name for one in listed):
        own = claims.claim(hostname, zone, name, seal)
        there = route53.find(client, zone.id, own.name, "TXT")
        if there is None or hostname in claimed:
            continue
        whose = claims.owner(there, zone)
        if there.values == own.values:
            claimed[hostname] = ""
        elif whose in by:
            stale[hostname] = there
        else:
            claimed[hostname] = whose or f"whoever made {own.name}"
    return claimed, stale


def _kept(
    own: RecordSet | None, zone: Zone, left: Mapping[RecordSet, str], judge: _Judge
) -> list[RecordSet]:
    """What the service's own ledger lists that stays unsigned, stands in the zone in some form, and
    is in no ledger that is signed or will be.
    """
    listed = ledgers.read_any(own, zone).record_sets if own else ()
    keys = {one.key for one in listed if one in left} - {
        one.key for one in listed if one not in left
    }
    return [
        one
        for one in listed
        if one.key in keys & judge.observed.keys() and not judge.owner_of(one)[1]
    ]


def concerned(zones: Sequence[Zone], situation: Situation) -> list[Zone]:
    """The zones in which the ledgers stand that `trigger.resign` names; all, where it names none
    of these.
    """
    given = (situation.trigger.resign or Resign()).ledgers
    there = [z for z in zones if any(is_in(one, f"{ledgers.SUBTREE}.{z.name}") for one in given)]
    return there or list(zones)


def _about(found: RecordSet, zone: Zone, situation: Situation) -> Ledger:
    ledger, service = ledgers.read_any(found, zone), situation.service
    if (ledger.cluster, ledger.service) != (service.cluster, service.name):
        raise LedgerCorrupt(
            f"The ledger {found.name} is about service {ledger.service} of cluster "
            f"{ledger.cluster}, not {service.name} of {service.cluster}. Nothing was changed."
        )
    return ledger


def _others(client: Any, zone: Zone, but: set[str], seal: Seal) -> dict[Key, tuple[str, bool]]:
    """Who else lists which record set of a zone, and whether this installation has signed that."""
    found: dict[Key, tuple[str, bool]] = {}
    for listed in ledgers_in(client, zone, seal):
        if listed.record_set.name in but or listed.ledger is None:
            continue
        is_ours = listed.label == seal.label and not listed.problem
        owner = f"service {listed.ledger.service} of cluster {listed.ledger.cluster}"
        for one in listed.ledger.record_sets:
            if is_ours or one.key not in found:
                found[one.key] = (owner, is_ours)
    return found


@dataclass(frozen=True)
class _Judge:
    """Says why a record set that an untrusted ledger lists can't be signed."""

    zone: Zone
    situation: Situation
    observed: Mapping[Key, RecordSet]
    wanted: Set[RecordSet]
    resign: Resign
    others: Mapping[Key, tuple[str, bool]]

    def owner_of(self, one: RecordSet) -> tuple[str, bool]:
        """Who else lists it, if anybody, and whether this installation has signed that."""
        return self.others.get(one.key, ("", False))

    def refuses(self, one: RecordSet) -> str:
        """A sentence; empty where it can be signed. What a person has named needs to stand as it is
        listed, and to be in no ledger that is signed.
        """
        owner, is_signed = self.owner_of(one)
        if is_signed:
            return f"it belongs to {owner}."
        if self.observed.get(one.key) != one:
            return "it does not stand in Route 53 as the ledger says."
        if one.name in self.resign.names:
            return ""
        if owner:
            return f"the ledger of {owner} lists it too."
        forbidden = self.situation.hostnames.forbids(one.name, self.zone, self.situation.service)
        if forbidden or one in self.wanted:
            return forbidden or ""
        return "it is not what the service would get today."


def _nothing_of(untrusted: Ledger) -> Ledger:
    """Only what leads to the execution before."""
    known = _EXECUTION.fullmatch(untrusted.execution)
    execution = untrusted.execution if known else "unknown"
    return replace(untrusted, record_sets=(), notes=(), execution=execution, previous=None)
