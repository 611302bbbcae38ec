"""Signing anew what a ledger lists that this installation can't trust, for `signpost resign`.

The key was lost, or the stack was made anew: nobody can tell then whether a ledger is genuine. A
name is signed where DNS and ECS bear it out, or where a person has named it. No answer changes;
what an execution would do about the names, the next one does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from signpost.aws import route53
from signpost.errors import LedgerCorrupt
from signpost.ledger import ledger as ledgers
from signpost.ledger.ledger import Ledger
from signpost.ledger.words import order
from signpost.model.record_set import RecordSet
from signpost.model.trigger import Resign
from signpost.model.zone import Zone
from signpost.names.hostnames import is_in
from signpost.plan.situation import Situation
from signpost.plan.zone_changes import Key, RecordChanges, ZoneState
from signpost.plan.zone_reading import Found
from signpost.settings import Settings

_EXECUTION = re.compile(r"[A-Za-z0-9_.-]{1,80}")


@dataclass(frozen=True)
class Resigned:
    """One zone: what is signed, and a sentence for each name that is not."""

    found: Found
    changes: RecordChanges
    signed: tuple[str, ...]
    left: tuple[str, ...]


def look(
    client: Any, zone: Zone, wanted: Sequence[RecordSet], situation: Situation, settings: Settings
) -> Resigned:
    """What of the ledgers that `trigger.resign` names can be signed in a zone.

    `client` is a boto3 `route53` client; `wanted` is what the service would get today. Raises
    LedgerCorrupt, HostnameInvalid, ZoneNotFound, Throttled, AwsUnavailable or
    AccessDenied.
    """
    service, resign = situation.service, situation.trigger.resign or Resign()
    name = ledgers.ledger_name(
        service=service.name, cluster=service.cluster, label=settings.label, zone_name=zone.name
    )
    record = route53.find(client, zone.id, name, "TXT")
    is_ours = record is not None and ledgers.is_signed(record, zone, situation.seal)
    if record and not is_ours and name not in resign.ledgers:
        raise LedgerCorrupt(
            f"The ledger {name} can't be trusted: {ledgers.UNSIGNED}. Nothing was changed."
        )
    own = ledgers.read_any(record, zone) if record and is_ours else None
    named = {
        one: there
        for one in resign.ledgers
        if is_in(one, f"{ledgers.SUBTREE}.{zone.name}") and not (one == name and is_ours)
        if (there := route53.find(client, zone.id, one, "TXT"))
    }
    untrusted = {one: _about(there, zone, situation) for one, there in named.items()}
    mine = own.record_sets if own else ()
    listed = _new(untrusted.values(), mine)
    observed: dict[Key, RecordSet] = {
        one.key: one
        for hostname in dict.fromkeys(one.name for one in listed)
        for one in route53.at_name(client, zone.id, hostname)
    }
    judged = dict(_judge(listed, observed, wanted, resign, situation, zone))
    signed = [one for one in listed if not judged[one.name]]
    whole = not any(judged.values())
    gone = [there for one, there in named.items() if one != name and whole]
    after = tuple(sorted((*mine, *signed), key=order)) if signed else mine
    latest = max(untrusted.values(), key=lambda one: one.at, default=None)
    base = own or (latest and _nothing_of(latest))
    return Resigned(
        Found(ZoneState(zone, base, observed), (), name, record, tuple(gone if signed else ())),
        RecordChanges((), (), before=after, after=after),
        tuple(dict.fromkeys(one.name for one in signed)),
        tuple(f"{hostname}: {why}" for hostname, why in judged.items() if why),
    )


def _about(found: RecordSet, zone: Zone, situation: Situation) -> Ledger:
    ledger, service = ledgers.read_any(found, zone), situation.service
    if (ledger.cluster, ledger.service) != (service.cluster, service.name):
        raise LedgerCorrupt(
            f"The ledger {found.name} is about service {ledger.service} of cluster "
            f"{ledger.cluster}, not {service.name} of {service.cluster}. Nothing was changed."
        )
    return ledger


def _new(untrusted: Iterable[Ledger], mine: Sequence[RecordSet]) -> list[RecordSet]:
    ours = {one.key for one in mine}
    found = {one.key: one for ledger in untrusted for one in ledger.record_sets}
    return [one for key, one in found.items() if key not in ours]


def _judge(
    listed: Sequence[RecordSet],
    observed: Mapping[Key, RecordSet],
    wanted: Sequence[RecordSet],
    resign: Resign,
    situation: Situation,
    zone: Zone,
) -> Iterator[tuple[str, str]]:
    """Each name with the reason why it is not signed; empty where it is."""
    for name in dict.fromkeys(one.name for one in listed):
        at_name = [one for one in listed if one.name == name]
        forbidden = situation.hostnames.forbids(name, zone, situation.service)
        if name in resign.names:
            yield name, ""
        elif forbidden:
            yield name, forbidden
        elif any(observed.get(one.key) != one for one in at_name):
            yield name, "its records are not as the ledger says."
        elif not any(one in wanted for one in at_name):
            yield name, "none of its records is what the service would get today."
        else:
            yield name, ""


def _nothing_of(untrusted: Ledger) -> Ledger:
    """Only what leads to the execution before."""
    known = _EXECUTION.fullmatch(untrusted.execution)
    execution = untrusted.execution if known else "unknown"
    return replace(untrusted, record_sets=(), notes=(), execution=execution, previous=None)
