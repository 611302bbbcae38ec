"""The hosted zones that may be written, remembered by the warm function for a while."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from signpost.aws import route53
from signpost.aws.delegations import forget_delegations
from signpost.model.zone import Zone

SECONDS = 900  # that an answer is good for

_known: dict[str, tuple[float, Zone]] = {}  # by zone id; until when


def known_zones(client: Any, zone_ids: Sequence[str], *, fresh: bool = False) -> list[Zone]:
    """The zones of the given ids, in their order; one GetHostedZone each a quarter of an hour, and
    at once with `fresh`: of which VPCs they are and what else they do may change at any time.

    Raises ZoneNotFound, Throttled, AwsUnavailable or AccessDenied.
    """
    now = time.monotonic()
    for zone_id in zone_ids:
        until, _ = _known.get(zone_id, (0.0, None))
        if fresh or until <= now:
            _known[zone_id] = (now + SECONDS, route53.get_zone(client, zone_id))
    return [_known[zone_id][1] for zone_id in zone_ids]


def forget_zones() -> None:
    """Ask again next time: a zone may have been associated with another VPC, or delegate more."""
    _known.clear()
    forget_delegations()
