"""What Route 53 has for a service in one zone, read with as few calls as will do.

A CreateService event expects nothing to be there and reads nothing in the zones that get names; any
other event reads the ledger (one call); a second round and a run by hand also read the records at
the names concerned, so they see what was edited behind our back; where records are found that are
not as the ledger says, all ledgers of the zone are read too, to see whether another service owns
them. A dry run reads too, so that it does not promise what Route 53 would refuse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from signpost.aws import route53
from signpost.ledger import ledger as ledgers
from signpost.ledger import ownership
from signpost.ledger.ledger import Ledger
from signpost.ledger.listing import ledgers_in
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost.plan.situation import Situation
from signpost.plan.zone_changes import ZoneState, doubtful
from signpost.settings import Settings


@dataclass(frozen=True)
class Found:
    """What Route 53 has of one zone, and what there should be."""

    state: ZoneState
    wanted: tuple[RecordSet, ...]
    ledger_name: str
    ledger_record: RecordSet | None
    replaced: tuple[RecordSet, ...] = ()  # other ledgers that its batch takes away
    aside: RecordSet | None = None  # an unsigned ledger that its batch keeps in another place


def read_zone(
    client: Any,
    zone: Zone,
    wanted: Sequence[RecordSet],
    situation: Situation,
    settings: Settings,
    *,
    may_own: bool,
) -> Found:
    """`client` is a boto3 `route53` client; `may_own` is False where a CreateService event lets
    nothing be expected. Raises LedgerCorrupt, HostnameInvalid, ZoneNotFound,
    Throttled, AwsUnavailable or AccessDenied.
    """
    name = own_name(zone, situation, settings)
    expects_nothing = not may_own and bool(wanted)
    record = None if expects_nothing else in_place(client, zone, name)
    ledger = record and read_own(record, zone, situation, settings)
    state = ZoneState(zone, ledger or None, None)
    if situation.round > 1 or situation.trigger.reads_records or settings.policy == "dry-run":
        owned = ledger.record_sets if ledger else ()
        names = dict.fromkeys(one.name for one in (*owned, *wanted))
        observed = {
            one.key: one for hostname in names for one in route53.at_name(client, zone.id, hostname)
        }
        state = replace(state, observed=observed)
    if doubtful(state, wanted):
        listed = ledgers_in(client, zone, situation.seal)
        ours = {one.key for one in ledger.record_sets} if ledger else set()
        found = ownership.claims(listed, name, ours, (state.observed or {}).keys(), settings)
        state = replace(state, claims=found)
    return Found(state, tuple(wanted), name, record)


def own_name(zone: Zone, situation: Situation, settings: Settings, suffix: str = "") -> str:
    """Where the service's ledger stands in a zone, or what is put aside. Raises HostnameInvalid."""
    service, label = situation.service, settings.label + suffix
    return ledgers.ledger_name(
        service=service.name, cluster=service.cluster, label=label, zone_name=zone.name
    )


def in_place(client: Any, zone: Zone, name: str) -> RecordSet | None:
    """The ledger of that name, or what leaves no place for one. One call. Raises ZoneNotFound,
    Throttled, AwsUnavailable or AccessDenied.
    """
    there = route53.at_name(client, zone.id, name)
    return next((one for one in there if one.type in ledgers.HINDERING), None)


def read_own(record: RecordSet, zone: Zone, situation: Situation, settings: Settings) -> Ledger:
    """The service's ledger, from the record set that holds it. Raises LedgerCorrupt."""
    return ledgers.read(
        record,
        installation=settings.installation,
        cluster=situation.service.cluster,
        service=situation.service.name,
        zone=zone,
        seal=situation.seal,
    )
