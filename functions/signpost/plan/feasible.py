"""What of a plan can be: what is refused is left out, and what is independent of it goes on. Pure.

Zones are independent of each other, and names within a zone. A removal is not independent of the
creation that replaces it: a zone in which a new name is refused keeps the names that would go, and
so does a zone that the service leaves while it is refused elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace

from signpost.errors import HostnameTaken, NameDelegated, ZoneManagedByCloudMap
from signpost.ledger.ledger import Ledger
from signpost.model.record_set import RecordSet
from signpost.model.refused import Refused
from signpost.plan.zone_changes import RecordChanges, keep

# What a zone can't do concerns nobody as long as what a person asks for is served elsewhere.
_LIMITS = (NameDelegated.__name__, ZoneManagedByCloudMap.__name__)

Wanted = Mapping[str, Sequence[RecordSet]]  # by zone id
Ledgers = Mapping[str, Ledger | None]  # of all zones that were read, by id
# Zone id, what there should be, and the names that are left alone → what changes.
PlanZone = Callable[[str, tuple[RecordSet, ...], Set[str]], RecordChanges]


def settle(
    wanted: Wanted, refused: Sequence[Refused], ledgers: Ledgers, plan: PlanZone
) -> tuple[dict[str, RecordChanges], list[Refused]]:
    """The changes by zone id, and all that is refused: names that turn out to be taken too.

    `plan` makes the changes of one zone, and raises HostnameTaken for one record set at a time.
    """
    found = list(refused)
    while True:
        left = leave_out(wanted, found, ledgers)
        changes: dict[str, RecordChanges] = {}
        for zone_id, ledger in ledgers.items():
            try:
                changes[zone_id] = (
                    keep(ledger)
                    if is_closed(zone_id, found)
                    else plan(zone_id, left[zone_id], names_of(ledger) & _names(found, zone_id))
                )
            except HostnameTaken as taken:
                one = _refused(taken, zone_id, wanted, ledger)
                if one in found:
                    raise  # left out, and taken all the same: never round and round
                found.append(one)
                break
        else:
            return changes, found


def _refused(taken: HostnameTaken, zone_id: str, wanted: Wanted, ledger: Ledger | None) -> Refused:
    """One type alone is refused only where the service has none of it at the name, and its others
    go on: what it has is never taken away for what it can't get.
    """
    has = {one.type for one in ledger.record_sets if one.name == taken.name} if ledger else set()
    others = {one.type for one in wanted.get(zone_id, ()) if one.name == taken.name} - {taken.type}
    is_more = bool(taken.type) and taken.type not in has and bool(others & has)
    record = taken.type if is_more else None
    return Refused.of(taken, zone=zone_id, name=taken.name, record=record)


def leave_out(
    wanted: Wanted, refused: Sequence[Refused], ledgers: Ledgers
) -> dict[str, tuple[RecordSet, ...]]:
    """What there should be in each zone, of what is `wanted` and of what stays for what is refused:
    that leads where the first refused name would have led. A name that the service has already,
    and whose new form is refused, is left alone.
    """
    is_blocked = any(
        records and (is_closed(zone_id, refused) or _names(refused, zone_id))
        for zone_id, records in wanted.items()
    )
    left: dict[str, tuple[RecordSet, ...]] = {}
    for zone_id, ledger in ledgers.items():
        records, out = wanted.get(zone_id, ()), _names(refused, zone_id)
        kept = [record for record in records if record.name not in out]
        if out or (is_blocked and not kept):
            kept += _staying(ledger, records, out, {record.name for record in kept})
        types = {(one.name, one.record) for one in refused if one.concerns(zone_id)}
        left[zone_id] = tuple(one for one in kept if (one.name, one.type) not in types)
    return left


def is_closed(zone_id: str, refused: Sequence[Refused]) -> bool:
    """Whether all of a zone is refused."""
    return any(one.name is None and one.concerns(zone_id) for one in refused)


def judge(
    refused: Sequence[Refused], wanted: Wanted, asked: Mapping[str, str], *, goes_on: bool
) -> tuple[list[Refused], list[str]]:
    """What of it somebody has to be told as an error, and warnings of all else.

    `asked` are the names that the tag signpost:hostname gives, each with its word there; `goes_on`
    tells whether anything changes all the same.
    """
    left = {
        record.name
        for zone_id, records in wanted.items()
        if not is_closed(zone_id, refused)
        for record in records
        if record.name not in _names(refused, zone_id)
    }
    served = {asked.get(name) for name in left}
    lost = {record.name for records in wanted.values() for record in records} - left
    nothing = not left and (lost or not goes_on)
    told: list[Refused] = []
    warnings: list[str] = []
    for one in refused:
        names = [one.name] if one.name else [r.name for r in wanted.get(one.zone or "", ())]
        unserved = any(name in asked and asked[name] not in served for name in names)
        if one.error not in _LIMITS or unserved or nothing:
            told.append(one)
        else:
            warnings.append(f"{one.reason} It is left out there.")
    return told, list(dict.fromkeys(warnings))


def names_of(ledger: Ledger | None) -> set[str]:
    """The names that a ledger lists."""
    return {record.name for record in ledger.record_sets} if ledger else set()


def _names(refused: Sequence[Refused], zone_id: str) -> set[str]:
    """The names that a zone is not to get, of those that it might."""
    return {one.name for one in refused if one.name and not one.record and one.concerns(zone_id)}


def _staying(
    ledger: Ledger | None, wanted: Sequence[RecordSet], out: Set[str], kept: Set[str]
) -> list[RecordSet]:
    """The record sets of the names that would go, or as they are where it is not known where to."""
    listed = ledger.record_sets if ledger else ()
    pattern = next((record.name for record in wanted if record.name in out), None)
    found: list[RecordSet] = []
    for name in sorted(names_of(ledger) - kept - out):
        as_it_is = [record for record in listed if record.name == name]
        instead = [replace(record, name=name) for record in wanted if record.name == pattern]
        becomes_cname = _is_cname(instead) and not _is_cname(as_it_is)  # at an apex none can stand
        found += as_it_is if becomes_cname or not instead else instead
    return found


def _is_cname(records: Sequence[RecordSet]) -> bool:
    return any(record.type == "CNAME" for record in records)
