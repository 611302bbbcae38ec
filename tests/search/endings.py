"""What must hold at the end of a history, when faults are over and targets are healthy.

One more run by hand has been made for each service: its names are what ECS says, and its ledgers
list just these. A service that lost a name to another one gets a second run, as the first may have
come before the other let go. What is refused, or in a zone that is in trouble, holds back nothing
else; only what it would replace stays. Another run writes nothing, and a sweep finds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.search import receipts, sentences, zone_changes
from tests.search.estates import SERVICES, draws
from tests.search.histories import World
from tests.search.promises import ADDRESSES, keys_of, ledgers_in, owned_in, targets
from tests.search.receipts import WRITE
from tests.search.sweeps import sweep
from tests.search.wishes import Name, Service, Targets, Wishes, is_in
from tests.support.asl import Walk

CACHES_SECONDS = 1000  # that anything is remembered for, and more


def settle(world: World) -> None:
    """Everything comes to rest, one more run for each service, and all is right."""
    world.route53.faults.clear()
    zone_changes.refuse_denied(world)
    world.estate.fault = lambda _: None
    world.estate.unhealthy.clear()
    for walk in list(world.walks):
        world.finish(walk)
    if draws("dry-run"):
        world.set("POLICY", "sync")
    if draws("sweeps"):
        _check_repaired(world)  # while functions remember
    world.clock.advance(CACHES_SECONDS)
    runs = {service: by_hand(world, service) for service in SERVICES}
    for service in SERVICES:
        if runs[service].status != "SUCCEEDED" or runs[service].outcome == "PartlyChanged":
            runs[service] = by_hand(world, service)
    for service, run in runs.items():
        judge(world, service, run)
    if draws("written once"):
        _check_written_once(world)
    if draws("at rest"):
        found = sweep(world)
        assert not found.writes, f"a sweep at the end wrote: {[run.event for run in found.runs]}"
        _check_idle(found.idle())
    _check_receipts(world)
    if draws("true sentences"):
        untrue = sentences.untrue(world)
        assert untrue == [], untrue
    if draws("announced"):
        wrong = sentences.announced_wrongly(world)
        assert wrong == [], wrong


def by_hand(world: World, service: Service) -> Walk:
    """A run by hand, to its end."""
    run = world.finish(world.start(service, "manual"))
    assert run.outcome != "ServiceKeepsChanging", run.cause
    return run


def judge(world: World, service: Service, run: Walk) -> None:
    """Whether a service has what it should have, after its last run."""
    wishes = world.wishes(service)
    blocked = {
        name: why
        for name, types in wishes.names.items()
        for why in [blocks(world, service, name, types)]
        if why
    }
    excused = bool(blocked or wishes.open or wishes.homeless)
    excused |= not wishes.names and bool(world.denied)  # names of it may be there
    if run.status != "SUCCEEDED":
        assert excused, f"{service} wants {wishes.names}; {run.outcome}: {run.cause}"
        if not draws("independent"):
            return
    if wishes.homeless:
        return
    has = owned_by(world, service)
    for name, types in wishes.names.items():
        if name not in blocked:
            assert has.get(name) == types, (
                f"{service} should have {types} at {name} and has {has.get(name)}; {run.outcome}: "
                f"{run.cause or run.output['reason']}; blocked: {blocked}"
            )
    kept = {zone for zone, _ in (*blocked, *wishes.open)}
    left = {zone for zone, _ in has} - {zone for zone, _ in wishes.names}
    for name in has.keys() - wishes.names.keys() - wishes.open:
        # A zone is not left before what is wanted elsewhere can be.
        stays = name[0] in kept or bool(blocked and name[0] in left)
        stays |= name[0] not in world.listed or bool(_trouble(world, name))
        assert stays, f"{service} should not have {name}: {run.outcome}: {run.output}"


def blocks(world: World, service: Service, name: Name, types: Targets) -> str:
    """Why a service can't have a name that it wants; empty where it can."""
    zone, fqdn = name
    if trouble := _trouble(world, name):
        return trouble
    zone_name, bare = world.zones[zone].name, fqdn.removesuffix(".")
    if bare == zone_name and "CNAME" in types:
        return "there is no CNAME at the apex"
    if not is_allowed(world, service, bare, zone_name):
        return "it is not allowed"
    for record in world.route53.records(zone):
        if (zone, record.key) in world.foreign:
            delegates = record.type == "NS" and not world.zones[zone].private
            if delegates and is_in(bare, record.name.removesuffix(".")):
                return f"{record.name} is delegated"
            if record.name == fqdn and (record.type in ADDRESSES or "CNAME" in types):
                return f"somebody else has {record}"
    for found in ledgers_in(world.route53.records(zone), zone_name):
        others = (found.cluster, found.service) != service
        if others and fqdn in {key.name for key in keys_of(found)}:
            return f"it is {found.service}'s of {found.cluster}"
    return ""


def _trouble(world: World, name: Name) -> str:
    """A name may have its home in a zone of which nothing can be learnt."""
    for zone in (*world.denied, *world.deleted):
        if zone in world.listed and is_in(name[1].removesuffix("."), world.zones[zone].name):
            return f"zone {world.zones[zone]} is in trouble"
    return ""


def is_allowed(world: World, service: Service, name: str, zone: str) -> bool:
    """Whether AllowedHostnames has a name, in the words that this search gives it."""
    for pattern in world.estate.bounds["AllowedHostnames"].split(","):
        below = name.removesuffix(f".{zone}") if name != zone else ""
        if pattern == "{zone}" and not below:
            return True
        if pattern == "_any.shop.{zone}" and below == "*.shop":
            return True
        if "*" in below or not below:
            continue
        if pattern == "**.{zone}":
            return True
        if pattern == "{service}*.{zone}" and "." not in below and below.startswith(service[1]):
            return True
    return False


def owned_by(world: World, service: Service) -> dict[Name, Targets]:
    """Name → type → target of all that the service's ledgers list, as it stands."""
    found: dict[Name, Targets] = {}
    for zone, zone_name in world.zone_names.items():
        if zone in world.deleted:
            continue
        records = world.route53.records(zone)
        listed = owned_in(records, zone_name, only=service)
        standing = {record.key: record for record in records}
        for key in listed:
            assert key in standing or (zone not in world.listed or zone in world.denied), (
                f"the ledger of {service} lists {key}, which is not there"
            )
        for name in {key.name for key in listed}:
            found[zone, name] = targets(
                standing[key] for key in listed if key.name == name and key in standing
            )
    return found


def _check_repaired(world: World) -> None:
    found = sweep(world)
    if draws("repaired"):
        _check_idle(found.idle())


def _check_idle(idle: list[str]) -> None:
    assert idle == [], f"a sweep repaired less than it says: {idle}"


def _check_written_once(world: World) -> None:
    for service in SERVICES:
        before = len(world.route53.calls)
        run = by_hand(world, service)
        wrote = [call for call in world.route53.calls.since(before) if call.operation == WRITE]
        accepted = [call.parameters["changes"] for call in wrote if call.accepted]
        assert not accepted, f"another run of {service} wrote: {run.outcome}: {accepted}"


def _check_receipts(world: World) -> None:
    """Each write is told by a receipt, and the ledgers lead to all of them."""
    written = receipts.writes(world.attempts, world.zone_names)
    untold = receipts.untold(world.ended, written)
    assert untold == [], untold
    ended: Mapping[str, Walk] = {walk.name: walk for walk in world.ended}
    within_reach = {*world.listed} - world.deleted - world.denied
    for service, newest in written.newest.items():
        if newest.keys() - within_reach:
            continue  # a ledger that nobody may write can't lead to what came after it
        starts = [told.execution for told in newest.values()]
        reached = receipts.chain(starts, ended, written)
        missed = [name for name in written.in_line(service, ended) if name not in reached]
        assert missed == [], f"the chain of {service} does not lead to {missed}"


__all__ = ["Wishes", "blocks", "by_hand", "judge", "owned_by", "settle"]
