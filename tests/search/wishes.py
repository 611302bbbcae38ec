"""What a service should have, in the tests' own words: by docs/names.md, not by the code.

A name lives in the longest listed zone that has it, in each view of DNS for itself: in public DNS,
where an internet-facing load balancer is needed, and in each VPC where the service has a load
balancer or tasks. A relative name and the template's are made from the names of a view's zones. The
tag signpost:zone leaves zones out after that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.search.estates import VPC, DrawnZone
from tests.support.fast_estate import FastEstate, FastService

Service = tuple[str, str]
Name = tuple[str, str]  # zone id, name with its final dot
Targets = dict[str, str]  # type → where it leads to


@dataclass(frozen=True)
class Parameters:
    """Those of the stack that say what names there should be."""

    template: str
    record_kind: str
    listed: tuple[str, ...]  # zone ids


@dataclass(frozen=True)
class Wishes:
    """The names that a service should have. Of those that are `open` nothing is said: several load
    balancers fit, or it has no home at all; where `homeless`, a name of its tag is in no zone.
    """

    names: Mapping[Name, Targets] = field(default_factory=dict)
    open: frozenset[Name] = frozenset()
    homeless: bool = False


def is_in(name: str, zone: str) -> bool:
    """Whether a name is a zone's, as far as names go."""
    return name == zone or name.endswith(f".{zone}")


def wishes(
    service: Service, estate: FastEstate, zones: Mapping[str, DrawnZone], stack: Parameters
) -> Wishes:
    """What ECS and the parameters say now."""
    found = estate.services.get(service)
    if found is None or found.status != "ACTIVE" or found.tags.get("signpost:enabled") == "false":
        return Wishes()
    listed = {id_: zones[id_] for id_ in stack.listed if id_ in zones}
    to_tasks = found.tags.get("signpost:target", "").startswith("tasks")
    if to_tasks and not _addresses(found):
        return Wishes()
    if not to_tasks and not found.balancers:
        return Wishes()
    only = found.tags.get("signpost:zone")
    homes, homeless = _homes(
        service, found, estate, listed, stack.template, only, to_tasks=to_tasks
    )
    kind = found.tags.get("signpost:record", stack.record_kind).upper()
    names: dict[Name, Targets] = {}
    several: set[Name] = set()
    for (zone, name), balancers in homes.items():
        if to_tasks:
            names[zone, f"{name}."] = {"A": " ".join(_addresses(found))}
            continue
        fitting = [one for one in balancers if estate.balancers[one].scheme == "internal"]
        fitting = (fitting if zones[zone].private else []) or sorted(balancers)
        if len(fitting) > 1:
            several.add((zone, f"{name}."))
            continue
        facts = estate.balancers[fitting[0]]
        types = ["CNAME"] if kind == "CNAME" else ["A"] + ["AAAA"] * facts.dual_stack
        names[zone, f"{name}."] = dict.fromkeys(types, facts.dns_name)
    return Wishes(names, frozenset(several), homeless)


def _addresses(service: FastService) -> list[str]:
    return sorted(task.address for task in service.tasks if task.desired == "RUNNING")


def _homes(
    service: Service,
    found: FastService,
    estate: FastEstate,
    listed: Mapping[str, DrawnZone],
    template: str,
    only: str | None,
    *,
    to_tasks: bool,
) -> tuple[dict[tuple[str, str], set[str]], bool]:
    """(zone id, name) → the load balancers that it may lead to, and whether a name has no home."""
    homes: dict[tuple[str, str], set[str]] = defaultdict(set)
    words = found.tags.get("signpost:hostname", "").replace("_any", "*").split()
    housed: set[str] = set()
    for view, balancers in _views(found, estate, listed, to_tasks=to_tasks):
        inside = {id_: zone.name for id_, zone in listed.items() if _is_seen(zone, view)}
        for word in words or [template]:
            for name in _written_out(word, service, inside.values(), listed):
                home = max(
                    (one for one in inside.values() if is_in(name, one)), key=len, default=""
                )
                for id_, zone in inside.items():
                    if zone == home and only in (None, id_, zone):
                        homes[id_, name] |= balancers
                        housed.add(word)
    return homes, not housed >= set(words or [template])


def _views(
    found: FastService, estate: FastEstate, listed: Mapping[str, DrawnZone], *, to_tasks: bool
) -> Iterable[tuple[str, set[str]]]:
    """Each view in which something of the service can be seen: a VPC's, or public DNS ("")."""
    if to_tasks:
        return [(VPC, set())]
    balancers = [estate.balancers[name] for name in found.balancers]
    views = {vpc: {one.name for one in balancers if one.vpc == vpc} for vpc in map(_vpc, balancers)}
    public = {one.name for one in balancers if one.scheme == "internet-facing"}
    return [*views.items(), *([("", public)] if public else [])]


def _vpc(balancer: object) -> str:
    return str(getattr(balancer, "vpc", ""))


def _is_seen(zone: DrawnZone, view: str) -> bool:
    return view in zone.vpcs if view else not zone.private


def _written_out(
    word: str, service: Service, zones: Iterable[str], listed: Mapping[str, DrawnZone]
) -> set[str]:
    """The names that a word of the tag, or the template, means in a view."""
    if "{" in word:
        cluster, name = service
        return {word.format(service=name, cluster=cluster, zone=zone) for zone in zones}
    if "." in word.removeprefix("*."):
        return {word} if any(is_in(word, one.name) for one in listed.values()) else set()
    return {f"{word}.{zone}" for zone in zones}
