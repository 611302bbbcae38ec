"""What a zone can't do for a service, told by name before anything is written. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from signpost.errors import NameDelegated, ZoneManagedByCloudMap
from signpost.ledger.ledger import Ledger
from signpost.model.record_set import RecordSet
from signpost.model.refused import Refused
from signpost.model.zone import Zone
from signpost.names.hostnames import is_in
from signpost.plan.zone_changes import RecordChanges

_SERVERS = 2  # of a delegation, that a message names


def new_names(changes: RecordChanges, ledger: Ledger | None, ledger_name: str) -> list[str]:
    """The names that a change brings to a service in a zone, and that of its first ledger.

    What it has already stays as it is: a limit refuses the new only.
    """
    held = {record.name for record in ledger.record_sets} if ledger else set()
    names = dict.fromkeys(record.name for record in changes.creates if record.name not in held)
    return [*names, ledger_name] if names and ledger is None else list(names)


def hindrances(
    zone: Zone, names: Sequence[str], ledger_name: str, cuts: Mapping[str, RecordSet]
) -> list[Refused]:
    """What a zone that has to change can't do: single names, or anything at all. `names` are those
    of `new_names`, `cuts` what the zone delegates.
    """
    if zone.linked_service:
        return [Refused.of(ZoneManagedByCloudMap.of(zone, zone.linked_service), zone=zone.id)]
    hidden = {
        name: _delegated(zone, name, ns)
        for name in names
        for cut, ns in cuts.items()
        if is_in(name, cut)
    }
    if ledger_name in hidden:
        return [Refused.of(hidden[ledger_name], zone=zone.id)]
    return [Refused.of(error, zone=zone.id, name=name) for name, error in hidden.items()]


def _delegated(zone: Zone, name: str, ns: RecordSet) -> NameDelegated:
    servers = ", ".join(ns.values[:_SERVERS])
    more = ", …" if len(ns.values) > _SERVERS else ""
    return NameDelegated(
        f"{name} would never be answered by zone {zone}: its NS record set {ns.name} delegates the "
        f"name to {servers}{more}. "
        "List the delegated zone in HostedZoneIds if it is yours, give the service another name "
        "with the tag signpost:hostname, or remove the NS record set."
    )
