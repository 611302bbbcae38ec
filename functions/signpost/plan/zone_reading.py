"""What Route 53 has for a service in one zone, read with as few calls as will do.

A CreateService event expects no ledger in the zones that get names; any other event reads it (one
call). At each name that is new to the service the records are read (one call), since Route 53 lets
records of other types, and other answers, stand beside ours. A second round and a run by hand read
those at all names concerned, so they see what was edited behind our back, and a second round reads
the claims of these names. Where records are found that are not as the ledger says, all ledgers of
the zone are read too, to see whether another service owns them. A dry run reads too, so that it
does not promise what Route 53 would refuse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from signpost.aws import route53
from signpost.errors import AccessDenied, PermanentError, ZoneNotFound
from signpost.ledger import claims, ownership
from signpost.ledger import ledger as ledgers
from signpost.ledger.ledger import Ledger
from signpost.ledger.listing import ledgers_in
from signpost.ledger.seal import Seal
from signpost.model.record_set import RecordSet
from signpost.model.refused import Refused
from signpost.model.zone import Zone
from signpost.names.permitted import forbidden
from signpost.names.placement import Desired
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


@dataclass(frozen=True)
class Reading:
    """What was found of the zones; of those that can't be read what that means for the plan."""

    found: list[Found]
    refused: list[Refused]
    warnings: list[str]


ATTEMPTS = 3  # in which a role that was changed may not have spread yet


def read_zones(
    client: Any,
    zones: Sequence[Zone],
    desired: Desired,
    situation: Situation,
    settings: Settings,
) -> Reading:
    """Read all zones. One that can't be read concerns only what the service wants there.

    A name that may not be taken may be one that the service has already. Raises Throttled or
    AwsUnavailable, and AccessDenied while waiting may mend it.
    """
    wanted = {place.zone.id: place.record_sets for place in desired.placements}
    doubtful_zones = {
        place.zone.id
        for place in desired.placements
        if forbidden(place, situation.service, situation.hostnames)
    }
    first_of_new = situation.trigger.creates and situation.earlier.action is None
    left_out = [f"Zone {one} was left out: {why}" for one, why in situation.unknown.items()]
    reading = Reading([], [], left_out)
    for zone in zones:
        may_own = not first_of_new or zone.id in doubtful_zones or situation.is_dry(settings)
        records = wanted.get(zone.id, ())
        try:
            found = read_zone(client, zone, records, situation, settings, may_own=may_own)
        except (PermanentError, AccessDenied) as error:
            denied = isinstance(error, AccessDenied)
            if denied and records and situation.attempt < ATTEMPTS:
                raise
            if records or not (denied or isinstance(error, ZoneNotFound)):
                reading.refused.append(Refused.of(error, zone=zone.id))
            else:
                reading.warnings.append(f"Zone {zone} was left out, as it can't be read: {error}")
        else:
            reading.found.append(found)
    return reading


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
    owned = ledger.record_sets if ledger else ()
    names = dict.fromkeys(one.name for one in (*owned, *wanted))
    reads_all = situation.round > 1 or situation.trigger.reads_records
    if reads_all or settings.policy == "dry-run":
        trusted: list[RecordSet] = []
    else:
        trusted = [*owned]
    new = names.keys() - {one.name for one in trusted}
    if new or not trusted:
        observed = {one.key: one for one in trusted}
        for hostname in (one for one in names if one in new):
            there = route53.at_name(client, zone.id, hostname)
            if there and expects_nothing:
                return read_zone(client, zone, wanted, situation, settings, may_own=True)
            observed |= {one.key: one for one in there}
        state = replace(state, observed=observed)
    if situation.round > 1:
        state = replace(state, claimed=_claimed(client, zone, names, name, situation.seal))
    if doubtful(state, wanted):
        listed = ledgers_in(client, zone, situation.seal)
        ours = {one.key for one in ledger.record_sets} if ledger else set()
        found = ownership.claims(listed, name, ours, (state.observed or {}).keys(), settings)
        state = replace(state, claims=found)
    return Found(state, tuple(wanted), name, record)


def _claimed(
    client: Any, zone: Zone, names: Iterable[str], ledger_name: str, seal: Seal
) -> dict[str, str]:
    """Whose names are by their claims, one call each; of this service's own it is empty."""
    found: dict[str, str] = {}
    for name in names:
        own = claims.claim(name, zone, ledger_name, seal)
        there = route53.find(client, zone.id, own.name, "TXT")
        if there:
            is_own = there.values == own.values
            found[name] = "" if is_own else claims.owner(there, zone) or f"whoever made {own.name}"
    return found


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
