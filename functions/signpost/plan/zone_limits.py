"""What a zone can't do for a service, told by name before anything is written. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from signpost.errors import NameDelegated, ZoneManagedByCloudMap
from signpost.ledger.ledger import SUBTREE, Ledger
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost.names.hostnames import is_in
from signpost.plan.zone_changes import RecordChanges

_SERVERS = 2  # of a delegation, that a message names


def require_changeable(zone: Zone) -> None:
    """Raise ZoneManagedByCloudMap where Route 53 lets only another service change the zone."""
    if zone.linked_service:
        raise ZoneManagedByCloudMap.of(zone, zone.linked_service)


def new_names(changes: RecordChanges, ledger: Ledger | None, zone: Zone) -> list[str]:
    """The names that a change brings to a service in a zone, and the place of its first ledger.

    What it has already stays as it is: a limit refuses the new only.
    """
    held = {record.name for record in ledger.record_sets} if ledger else set()
    names = dict.fromkeys(record.name for record in changes.creates if record.name not in held)
    if names and ledger is None:
        return [*names, f"{SUBTREE}.{zone.name}"]
    return list(names)


def require_answered(zone: Zone, names: Iterable[str], cuts: Mapping[str, RecordSet]) -> None:
    """Raise NameDelegated where a name is at one of the zone's delegations or below it."""
    for name in names:
        for cut, ns in cuts.items():
            if is_in(name, cut):
                servers = ", ".join(ns.values[:_SERVERS])
                more = ", …" if len(ns.values) > _SERVERS else ""
                raise NameDelegated(
                    f"{name} would never be answered by zone {zone}: its NS record set {cut} "
                    f"delegates the name to {servers}{more}. Nothing was changed. List the "
                    "delegated zone in HostedZoneIds if it is yours, give the service another name "
                    "with the tag signpost:hostname, or remove the NS record set."
                )
