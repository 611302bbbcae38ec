"""The hosted zones that may be written, asked for once and remembered by the warm function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from signpost.aws import route53
from signpost.aws.delegations import forget_delegations
from signpost.model.zone import Zone

_known: dict[str, Zone] = {}


def known_zones(client: Any, zone_ids: Sequence[str]) -> list[Zone]:
    """The zones of the given ids, in their order; one GetHostedZone each per warm function.

    Raises ZoneNotFound, Throttled, AwsUnavailable or AccessDenied.
    """
    for zone_id in zone_ids:
        if zone_id not in _known:
            _known[zone_id] = route53.get_zone(client, zone_id)
    return [_known[zone_id] for zone_id in zone_ids]


def forget_zones() -> None:
    """Ask again next time: a zone may have been associated with another VPC, or delegate more."""
    _known.clear()
    forget_delegations()
