"""What the receipts of a history have to tell: each write, and all of them as one chain.

What Route 53 accepted is taken from its own log of calls, which carry the execution's name. The
chain is a line, so of executions that worked at the same time, each on a zone of its own, it need
lead to one only: none of them could know of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from signpost import ledger
from tests.support.asl import Walk
from tests.support.route53 import StrictRoute53

Service = tuple[str, str]
CHANGED = ("RecordChanged", "RecordRemoved")


@dataclass
class Written:
    """What one execution has written: zones by id, and whose ledgers it replaced."""

    zones: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    first: int = 0  # Route 53 call, by number
    last: int = 0  # accepted write

    def overlaps(self, other: Written) -> bool:
        """Whether both were at work at one time."""
        return self.first <= other.last and other.first <= self.last


@dataclass
class Writes:
    """All accepted writes of a history."""

    by: dict[str, Written] = field(default_factory=dict)
    since: dict[Service, list[str]] = field(default_factory=dict)  # there was no ledger of it
    newest: dict[Service, dict[str, str]] = field(default_factory=dict)  # zone → its writer

    def in_line(self, service: Service) -> list[str]:
        """The executions since there was no ledger, without those that overlap."""
        names = dict.fromkeys(self.since[service])
        return [
            name
            for name in names
            if not any(self.by[name].overlaps(self.by[other]) for other in names if other != name)
        ]


def writes(route53: StrictRoute53, zone_names: Mapping[str, str]) -> Writes:
    """Read Route 53's log."""
    found = Writes()
    first: dict[str, int] = {}
    for call in route53.calls:
        first.setdefault(call.tag, call.number)
        if call.operation != "ChangeResourceRecordSets" or not call.accepted:
            continue
        zone = str(call.zone_id)
        by = found.by.setdefault(call.tag, Written(first=first[call.tag]))
        by.last = call.number
        by.zones.add(zone)
        of: set[Service] = set()
        for action, record in call.parameters["changes"]:
            if "._signpost." not in record.name:
                continue
            told = ledger.parse(ledger.from_txt(record.values[0]), zone_names[zone])
            service = (told.cluster, told.service)
            of.add(service)
            newest = found.newest.setdefault(service, {})
            if action == "DELETE":
                newest.pop(zone)
                by.replaced.add(told.execution)
            else:
                newest[zone] = call.tag
        for service in of:
            there = found.newest[service]
            found.since[service] = [*found.since.get(service, ()), call.tag] if there else []
    return found


def untold(ended: Iterable[Walk], found: Writes) -> list[str]:
    """What a finished execution has written and its receipt does not tell."""
    return [
        f"{walk.name} wrote in {found.by[walk.name].zones}; its receipt: {walk.outcome} in {told}"
        for walk in ended
        if walk.status == "SUCCEEDED" and walk.name in found.by
        for told in [{zone["id"] for zone in walk.output["zones"]}]
        if walk.outcome not in CHANGED or not found.by[walk.name].zones <= told
    ]


def chain(starts: Iterable[str], ended: Mapping[str, Walk], found: Writes) -> set[str]:
    """All executions that are reached from `starts`: by receipts, and where there is none, by the
    ledgers that the execution replaced. No execution may come before itself.
    """
    seen: set[str] = set()

    def follow(name: str, after: tuple[str, ...]) -> None:
        assert name not in after, f"the chain goes in a circle: {(*after, name)}"
        if name in seen:
            return
        seen.add(name)
        for before in _before(name, ended, found):
            follow(before, (*after, name))

    for name in starts:
        follow(name, ())
    return seen


def _before(name: str, ended: Mapping[str, Walk], found: Writes) -> set[str]:
    walk = ended.get(name)
    if walk is None or walk.status != "SUCCEEDED":
        return found.by[name].replaced - {name}
    receipt = walk.output
    links = {receipt["previous_execution"], *(z["previous_execution"] for z in receipt["zones"])}
    return links - {None}
