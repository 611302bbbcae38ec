"""Which record sets should stand in which zones for a service whose names lead to its tasks. Pure.

A private zone takes the tasks of the VPCs that it is associated with, a public one those with
public addresses (the target `tasks-public`): private addresses have no business there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from signpost.errors import HostnameInvalid, ZoneNotFound
from signpost.model.record_set import RecordSet
from signpost.model.refused import Refused
from signpost.model.service import Service
from signpost.model.zone import PUBLIC, Zone
from signpost.names.naming import Names, allowed_zones
from signpost.names.placement import Desired, Placement
from signpost.names.running_tasks import RunningTasks, Task
from signpost.names.task_choice import choose_again, of_family
from signpost.settings import Settings


def place_tasks(
    service: Service,
    running: RunningTasks,
    zones: Sequence[Zone],
    settings: Settings,
    held: Iterable[RecordSet] = (),
) -> Desired:
    """The desired record sets, zone by zone. `held` is what the service's ledgers list.

    Raises HostnameInvalid or ZoneNotFound.
    """
    allowed = allowed_zones(service.configuration, zones)
    running = choose_again(service, running, {value for one in held for value in one.values})
    tasks = running.published
    if not tasks:
        return Desired((), (), _nobody(service, running))
    taken = {zone.id: _fitting(service, tasks, zone) for zone in allowed}
    taking = [zone for zone in allowed if taken[zone.id]]
    if not taking:
        raise _no_zone("a name", tasks, allowed)
    views = {zone.id: _views(taken[zone.id], zone) for zone in taking}
    every = dict.fromkeys(
        view for zone in zones for view in _views(_fitting(service, tasks, zone), zone)
    )
    finder = Names(service, settings, tuple(zones), views, every)
    names: dict[str, list[str]] = {}
    refused = finder.refused()
    for zone in taking:
        try:
            names[zone.id] = finder.of(zone)
        except HostnameInvalid as error:
            refused.append(Refused.of(error, zone=zone.id))
            names[zone.id] = []
    refused += [
        Refused.of(_no_zone(f"the name {name}", tasks, allowed), name=name)
        for name in finder.homeless(names)
    ]
    if not any(names.values()):
        raise refused[0].raised() if refused else _no_zone("a name", tasks, allowed)
    ttl = service.configuration.ttl or settings.record_ttl
    placements = tuple(
        Placement(
            zone,
            None,
            _record_sets(names[zone.id], taken[zone.id], service.configuration.target, ttl),
            f"{len(taken[zone.id])} of its {running.running} running tasks are published",
        )
        for zone in taking
        if names[zone.id]
    )
    warnings = (*finder.unpublished(names), *_left_out(service, running))
    return Desired(placements, warnings, asked=finder.asked(), refused=tuple(refused))


def _fitting(service: Service, tasks: Sequence[Task], zone: Zone) -> list[Task]:
    if zone.private:
        return [task for task in tasks if task.vpc_id in zone.vpcs]
    return list(tasks) if service.configuration.target == "tasks-public" else []


def _views(tasks: Sequence[Task], zone: Zone) -> list[str]:
    """In which views a zone answers with tasks."""
    return list(dict.fromkeys(task.vpc_id if zone.private else PUBLIC for task in tasks))


def _record_sets(
    names: Sequence[str], tasks: Sequence[Task], target: str, ttl: int
) -> tuple[RecordSet, ...]:
    # Several tasks of one address would be one answer.
    addresses = sorted({address for task in tasks for address in task.addresses})
    found: list[RecordSet] = []
    for type_, values in (("A", of_family(addresses, 4)), ("AAAA", of_family(addresses, 6))):
        if not values:
            continue
        for name in names:
            if target == "tasks-all":
                found.append(RecordSet(name, type_, ttl, tuple(values)))
            else:
                found += [answer(name, type_, ttl, value) for value in values]
    return tuple(found)


def answer(name: str, type_: str, ttl: int, address: str) -> RecordSet:
    """One of several answers to a name: the address is also what tells it from the others."""
    return RecordSet(name, type_, ttl, (address,), set_identifier=address, multivalue=True)


def _nobody(service: Service, running: RunningTasks) -> str:
    if not running.running:
        return "It has no running task."
    kind = "public address" if service.configuration.target == "tasks-public" else "address"
    return f"None of its {running.running} running tasks has a {kind}."


def _left_out(service: Service, running: RunningTasks) -> tuple[str, ...]:
    said = []
    if running.without_address:
        said.append(
            f"{running.without_address} of {running.running} running tasks have no address to "
            "publish: for tasks-public, run them in public subnets with assignPublicIp."
        )
    addressed = running.running - running.without_address
    if len(running.published) < addressed:
        more = " signpost:target=tasks-all takes more."
        hint = "" if service.configuration.target == "tasks-all" else more
        said.append(
            f"Only {len(running.published)} of {addressed} running tasks are published: Route 53 "
            f"takes no more of one name, type and batch.{hint}"
        )
    return tuple(said)


def _no_zone(what: str, tasks: Sequence[Task], allowed: Sequence[Zone]) -> ZoneNotFound:
    vpcs = ", ".join(sorted({task.vpc_id for task in tasks}))
    return ZoneNotFound(
        f"No hosted zone can take {what} for the service's tasks in VPC {vpcs}. "
        f"Tried: {', '.join(map(str, allowed))}. A private zone must be associated with the tasks' "
        "VPC; a public one takes only public addresses (signpost:target=tasks-public); list the "
        "zone in HostedZoneIds."
    )
