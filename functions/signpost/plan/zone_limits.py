"""What a zone can't do for a service, told by name before anything is written. Pure.

A zone that can't be served never holds back another: what it can't do is left out with a warning,
as long as what a person asks for is served elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from signpost.errors import NameDelegated, PermanentError, ZoneManagedByCloudMap
from signpost.ledger.ledger import Ledger
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost.names.hostnames import is_in
from signpost.plan.zone_changes import RecordChanges

_SERVERS = 2  # of a delegation, that a message names

Wanted = Mapping[str, Sequence[RecordSet]]  # by zone id


class Refusal(NamedTuple):
    """Why something can't be: as an error, and as the warning where it is left out."""

    error: PermanentError
    warning: str


@dataclass(frozen=True)
class Hindrance:
    """What one zone can't do of its part of a plan: single names, or anything at all (`every`)."""

    zone: Zone
    every: Refusal | None = None
    names: Mapping[str, Refusal] = field(default_factory=dict)

    @property
    def refusals(self) -> list[Refusal]:
        """All of them."""
        return [self.every] if self.every else list(self.names.values())


def new_names(changes: RecordChanges, ledger: Ledger | None, ledger_name: str) -> list[str]:
    """The names that a change brings to a service in a zone, and that of its first ledger.

    What it has already stays as it is: a limit refuses the new only.
    """
    held = {record.name for record in ledger.record_sets} if ledger else set()
    names = dict.fromkeys(record.name for record in changes.creates if record.name not in held)
    return [*names, ledger_name] if names and ledger is None else list(names)


def hindrance(
    zone: Zone, names: Sequence[str], ledger_name: str, cuts: Mapping[str, RecordSet]
) -> Hindrance | None:
    """What a zone that has to change can't do; `names` are those of `new_names`, `cuts` what the
    zone delegates.
    """
    if zone.linked_service:
        managed = ZoneManagedByCloudMap.of(zone, zone.linked_service)
        return Hindrance(zone, Refusal(managed, str(managed)))
    hidden = {
        name: _delegated(zone, name, ns)
        for name in names
        for cut, ns in cuts.items()
        if is_in(name, cut)
    }
    if ledger_name in hidden:
        return Hindrance(zone, hidden[ledger_name])
    return Hindrance(zone, names=hidden) if hidden else None


def leave_out(
    wanted: Wanted,
    hindrances: Sequence[Hindrance],
    asked: Mapping[str, str],
    held: Mapping[str, Set[str]],
    *,
    goes_on: bool,
) -> tuple[dict[str, tuple[RecordSet, ...]], tuple[str, ...]]:
    """What is `wanted` without what zones can't do, and the warnings.

    `asked` are the names that the tag signpost:hostname gives, each with its word there; `held` are
    those of the service's ledgers, by zone id: where a new name can't be, they stay, and lead where
    it would have led. `goes_on` tells whether another zone has something to change. Raises
    NameDelegated or ZoneManagedByCloudMap where a name that is asked for would be served nowhere,
    or nothing would be left to serve or to change.
    """
    by_zone = {one.zone.id: one for one in hindrances}
    left: dict[str, tuple[RecordSet, ...]] = {}
    lost: dict[str, Refusal] = {}
    for zone_id, records in wanted.items():
        one = by_zone.get(zone_id)
        here = {
            record.name: refusal
            for record in records
            if one and (refusal := one.every or one.names.get(record.name))
        }
        kept = tuple(record for record in records if record.name not in here)
        left |= {zone_id: kept} if kept else {}
        lost |= here
    served = {asked.get(record.name) for records in left.values() for record in records}
    refusals = [refusal for one in hindrances for refusal in one.refusals]
    unserved = [
        refusal for name, refusal in lost.items() if name in asked and asked[name] not in served
    ]
    if not left and (lost or not goes_on):
        unserved = unserved or refusals
    if unserved:
        raise unserved[0].error
    warnings = [refusal.warning for refusal in refusals]
    for one in hindrances:
        records = wanted.get(one.zone.id, ())
        stay = sorted(held.get(one.zone.id, set()) - {record.name for record in records})
        if stay and one.names:
            warnings.append(f"In zone {one.zone} the service keeps {', '.join(stay)} for that.")
            instead = [record for record in records if record.name == next(iter(one.names))]
            olds = (replace(record, name=name) for name in stay for record in instead)
            left[one.zone.id] = (*left.get(one.zone.id, ()), *olds)
    return left, tuple(dict.fromkeys(warnings))


def _delegated(zone: Zone, name: str, ns: RecordSet) -> Refusal:
    servers = ", ".join(ns.values[:_SERVERS])
    more = ", …" if len(ns.values) > _SERVERS else ""
    why = (
        f"{name} would never be answered by zone {zone}: its NS record set {ns.name} delegates the "
        f"name to {servers}{more}."
    )
    mend = (
        "List the delegated zone in HostedZoneIds if it is yours, give the service another name "
        "with the tag signpost:hostname, or remove the NS record set."
    )
    return Refusal(
        NameDelegated(f"{why} Nothing was changed. {mend}"), f"{why} It is left out there. {mend}"
    )
