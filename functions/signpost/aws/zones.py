"""The hosted zones that may be written, remembered by the warm function for a while."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from signpost.aws import route53
from signpost.aws.delegations import forget_delegations
from signpost.errors import AccessDenied, ZoneNotFound
from signpost.model.zone import Zone

SECONDS = 900  # that an answer is good for
# What IAM is told spreads within so many seconds: a refusal that lasts longer stays one.
SPREADING = 45


@dataclass(frozen=True)
class _Read:
    """What is known of a zone: until when, and of when (seconds since 1970)."""

    until: float
    at: float
    zone: Zone


_known: dict[str, _Read] = {}  # by zone id
_denied: dict[str, float] = {}  # by zone id, since when


@dataclass(frozen=True)
class Zones:
    """The zones that can be used, and why others of the list can't. Of these, a refusal that is
    `new` may be over soon.
    """

    known: list[Zone]
    unknown: dict[str, ZoneNotFound | AccessDenied]  # by zone id
    new: AccessDenied | None = None


def known_zones(
    client: Any, zone_ids: Sequence[str], now: float, *, since: float | None = None
) -> Zones:
    """The zones of the given ids, in their order; one GetHostedZone each a quarter of an hour, or
    where what is known is older than `since`: of which VPCs a zone is, and what else it does, may
    change at any time. Both are seconds since 1970.

    One that can't be read holds back no other; where none can, the first error is raised. Raises
    Throttled or AwsUnavailable.
    """
    clock = time.monotonic()
    unknown: dict[str, ZoneNotFound | AccessDenied] = {}
    for zone_id in zone_ids:
        read = _known.get(zone_id)
        if read and read.until > clock and (since is None or read.at > since):
            continue
        try:
            zone = route53.get_zone(client, zone_id)
        except (ZoneNotFound, AccessDenied) as error:
            _known.pop(zone_id, None)
            unknown[zone_id] = error
        else:
            _known[zone_id] = _Read(clock + SECONDS, now, zone)
    if zone_ids and len(unknown) == len(zone_ids):
        raise unknown[zone_ids[0]]
    denied = {one: why for one, why in unknown.items() if isinstance(why, AccessDenied)}
    for zone_id in zone_ids:
        if zone_id in denied:
            _denied.setdefault(zone_id, clock)
        else:
            _denied.pop(zone_id, None)
    new = [why for one, why in denied.items() if clock - _denied[one] < SPREADING]
    return Zones([_known[one].zone for one in zone_ids if one not in unknown], unknown, *new[:1])


def forget_zones() -> None:
    """Ask again next time: a zone may have been associated with another VPC, or delegate more."""
    _known.clear()
    _denied.clear()
    forget_delegations()
