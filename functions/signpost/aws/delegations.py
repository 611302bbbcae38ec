"""What a public zone delegates to other name servers, remembered by the warm function for a while.

A resolver that meets an NS record set below a zone's apex asks the servers that it names, for that
name and all below it (RFC 1034, 4.3.2): other records there are never answered by the zone. A new
delegation is noticed after a quarter of an hour at the latest, or at once by who asks `fresh`.

Listing tells all of them, and costs a call for each 300 record sets. Of a zone with more than
`PAGES` such pages only the places above the names concerned are asked for, a call each.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

from signpost.aws import route53
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost.names.hostnames import is_in

SECONDS = 900  # that an answer is good for
PAGES = 4  # of a listing: 1,200 record sets

Cuts = dict[str, RecordSet]  # the NS record sets below the apex, by name

_listed: dict[str, tuple[float, Cuts | None]] = {}  # by zone id; None: too large to be listed
_asked: dict[tuple[str, str], tuple[float, RecordSet | None]] = {}  # by zone id and place


def cuts_of(client: Any, zone: Zone, *, fresh: bool = False) -> Cuts | None:
    """All delegations of a zone; none of a private zone, None of one that is too large.

    The resolvers of a VPC follow NS records of a private zone only where a delegation rule of Route
    53 Resolver says so. Raises ZoneNotFound, Throttled, AwsUnavailable or AccessDenied.
    """
    if zone.private:
        return {}
    until, cuts = _listed.get(zone.id, (0.0, None))
    if fresh or until <= time.monotonic():
        cuts = _list(client, zone)
        _listed[zone.id] = (time.monotonic() + SECONDS, cuts)
    return cuts


def cuts_above(client: Any, zone: Zone, names: Iterable[str], *, fresh: bool = False) -> Cuts:
    """The delegations that hide names: at them or above. Raises what `cuts_of` raises."""
    cuts = cuts_of(client, zone, fresh=fresh)
    if cuts is not None:
        return {cut: ns for cut, ns in cuts.items() if any(is_in(name, cut) for name in names)}
    places = dict.fromkeys(place for name in names for place in _places(name, zone))
    found = {place: _ask(client, zone, place, fresh=fresh) for place in places}
    return {place: ns for place, ns in found.items() if ns}


def forget_delegations() -> None:
    """Ask again next time."""
    _listed.clear()
    _asked.clear()


def among(record_sets: Iterable[RecordSet], zone: Zone) -> Cuts:
    """The delegations among record sets of a zone."""
    return {one.name: one for one in record_sets if one.type == "NS" and one.name != zone.name}


def _list(client: Any, zone: Zone) -> Cuts | None:
    found: Cuts = {}
    pages = route53.pages_from(client, zone.id, zone.name)
    for _, (sets, following) in zip(range(PAGES), pages, strict=False):
        found |= among(sets, zone)
        if following is None:
            return found
    return None


def _places(name: str, zone: Zone) -> Iterator[str]:
    """Where a delegation of a name can stand; an asterisk can have none (Route 53 Developer Guide,
    "Supported DNS record types", NS).
    """
    while name != zone.name:
        if not name.startswith("*."):
            yield name
        name = name.partition(".")[2]


def _ask(client: Any, zone: Zone, place: str, *, fresh: bool) -> RecordSet | None:
    until, ns = _asked.get((zone.id, place), (0.0, None))
    if fresh or until <= time.monotonic():
        ns = route53.find(client, zone.id, place, "NS")
        _asked[(zone.id, place)] = (time.monotonic() + SECONDS, ns)
    return ns
