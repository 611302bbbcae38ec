"""What becomes of zones in a history: other VPCs, refusals, and their end."""

from __future__ import annotations

from collections.abc import Sequence

from tests.search.estates import DrawnZone
from tests.search.histories import World


def associate(world: World, zone: str, vpcs: Sequence[str]) -> None:
    """A private zone is now of these VPCs."""
    world.route53.associate(zone, *vpcs)
    world.zones[zone] = DrawnZone(world.zones[zone].name, tuple(vpcs), private=True)
    world.release()


def delete(world: World, zone: str) -> None:
    """Somebody deletes a zone, and all that is in it."""
    world.route53.delete_zone(zone)
    world.deleted.add(zone)
    for place in [place for place in world.foreign if place[0] == zone]:
        del world.foreign[place]
    for name in [name for name in world.promised if name[0] == zone]:
        del world.promised[name]


def deny(world: World, zone: str) -> None:
    """From now on calls about the zone are refused, or (again) allowed."""
    world.denied ^= {zone}
    refuse_denied(world)


def refuse_denied(world: World) -> None:
    """One fault for as long as the history goes on."""
    world.route53.faults.refuse(
        "*",
        "AccessDenied",
        "User is not authorized to perform this",
        403,
        times=10**9,
        where=lambda call: call.zone_id in world.denied,
    )
