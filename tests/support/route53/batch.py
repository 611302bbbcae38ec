"""A change batch: limits, then change by change in order, all or nothing.

Route 53 API Reference: ChangeResourceRecordSets; Developer Guide: Quotas, "Quotas on
ChangeResourceRecordSets requests".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from tests.support.route53.errors import Refused, invalid_change_batch
from tests.support.route53.record_sets import Key, RecordSet, check_form, checked
from tests.support.route53.zones import (
    HostedZone,
    Records,
    refusals_of_alias,
    refusals_of_state,
    refusals_to_place,
    shown,
    with_ttl_of,
)

MAX_RESOURCE_RECORDS = 1000
MAX_VALUE_CHARACTERS = 32000
_SEQUENCES = (["CREATE"], ["DELETE"], ["UPSERT"], ["DELETE", "CREATE"])


class Change(NamedTuple):
    """One change of a batch: CREATE, DELETE or UPSERT, and the record set as it was sent."""

    action: str
    record_set: RecordSet


class TargetZones(NamedTuple):
    """What is known of alias targets outside the zone."""

    find_zone: Callable[[str], str | None]
    is_gone: Callable[[str], bool]
    is_own_zone: Callable[[str], bool]


def apply(zone: HostedZone, changes: Sequence[Change], targets: TargetZones) -> Records:
    """The zone's records after the batch; the zone itself stays as it is.

    Raises Route53Error: InvalidInput for a change that can't be understood, else
    InvalidChangeBatch with the refusals of all the changes. A refused change counts as not
    made for the changes after it.
    """
    for change in changes:
        check_form(*change)
    refusals = _over_limits(changes)
    working = dict(zone.records)
    made: list[RecordSet] = []
    sequences: dict[Key, list[str]] = {}
    for change in changes:
        try:
            wanted = checked(change.record_set)
        except Refused as refused:
            refusals += refused.refusals
            continue
        sequences.setdefault(wanted.key, []).append(change.action)
        found = _refusals(zone, working, change.action, wanted)
        refusals += found
        if found:
            continue
        if change.action == "DELETE":
            del working[wanted.key]
        else:
            working[wanted.key] = wanted
            working |= with_ttl_of(wanted, working)
            made.append(wanted)
    refusals += [
        "The request contains an invalid set of changes for a resource record set "
        f"'{key.type} {key.name}'"
        for key, actions in sequences.items()
        if actions not in _SEQUENCES
    ]
    refusals += refusals_of_state(zone.name, working)
    for alias in made:
        refusals += refusals_of_alias(zone, working, alias, *targets)
    if refusals:
        raise invalid_change_batch(refusals)
    return working


def _refusals(zone: HostedZone, records: Records, action: str, wanted: RecordSet) -> list[str]:
    existing = records.get(wanted.key)
    if action == "DELETE":
        if existing is None:
            return [f"Tried to delete resource record set {shown(wanted.key)} but it was not found"]
        if not existing.says_the_same(wanted):
            return [
                f"Tried to delete resource record set {shown(wanted.key)} but the values provided "
                "do not match the current values"
            ]
        return []
    if action == "CREATE" and existing is not None:
        return [f"Tried to create resource record set {shown(wanted.key)} but it already exists"]
    return refusals_to_place(zone.name, records, wanted)


def _over_limits(changes: Sequence[Change]) -> list[str]:
    records = characters = 0
    for action, record_set in changes:
        times = 2 if action == "UPSERT" else 1  # it may take a removal and a creation
        records += times * len(record_set.values)
        characters += times * sum(len(value) for value in record_set.values)
    found = []
    if records > MAX_RESOURCE_RECORDS:
        found.append(f"Number of records limit of {MAX_RESOURCE_RECORDS} exceeded.")
    if characters > MAX_VALUE_CHARACTERS:
        found.append(f"Number of characters limit of {MAX_VALUE_CHARACTERS} exceeded.")
    return found
