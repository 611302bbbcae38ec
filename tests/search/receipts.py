"""What the receipts of a history have to tell: each write, and all of them as one chain.

What Route 53 accepted is taken from its own log of calls, which carry the execution's name. The
chain is a line, so of executions that worked at the same time, each on a zone of its own, it need
lead to one only: none of them could know of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from signpost.ledger import ledger
from signpost.ledger.ledger import Ledger
from tests.support.asl import Walk
from tests.support.route53 import Call, StrictRoute53

Service = tuple[str, str]
CHANGED = ("RecordChanged", "RecordRemoved")
WRITE, READ = "ChangeResourceRecordSets", "ListResourceRecordSets"


@dataclass
class Written:
    """What one execution has written: zones by id, and whose ledgers it replaced."""

    zones: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)  # zones: see `_is_hidden`
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
        zone = str(call.zone_id)
        if not _wrote(call, zone):
            continue
        by = found.by.setdefault(call.tag, Written(first=first[call.tag]))
        by.last = call.number
        by.zones.add(zone)
        of: set[Service] = set()
        for action, told in _ledgers(call, zone_names):
            service = _service(told)
            of.add(service)
            newest = found.newest.setdefault(service, {})
            if action == "DELETE":
                newest.pop(zone)
                by.replaced.add(told.execution)
            else:
                newest[zone] = call.tag
        if _is_hidden(call, route53.calls, zone_names):
            by.hidden.add(zone)
        for service in of:
            there = found.newest[service]
            found.since[service] = [*found.since.get(service, ()), call.tag] if there else []
    return found


def _ledgers(write: Call, zone_names: Mapping[str, str]) -> Iterator[tuple[str, Ledger]]:
    """(action, ledger) of a batch."""
    for action, record in write.parameters["changes"]:
        if "._signpost." in record.name:
            text = ledger.from_txt(record.values[0])
            yield action, ledger.parse(text, zone_names[str(write.zone_id)])


def _service(told: Ledger) -> Service:
    return told.cluster, told.service


def _is_hidden(write: Call, calls: Iterable[Call], zone_names: Mapping[str, str]) -> bool:
    """Whether its execution could not know that a write was accepted: the answer was lost, its
    retry was refused, and when it looked then, others had replaced its ledger by one that does not
    name it, or by none. The receipts of those others name it.
    """
    after = [call for call in calls if call.number > write.number]
    mine = [call for call in after if call.tag == write.tag]
    refused = [call for call in mine if call.operation == WRITE and not call.accepted]
    looks = [
        call.number
        for call in mine
        if (call.operation, call.zone_id, call.lost) == (READ, write.zone_id, False)
    ]
    if not refused or not looks or looks[0] < refused[0].number:
        return False
    (service,) = {_service(told) for _, told in _ledgers(write, zone_names)}
    named = {write.tag}
    for call in after:
        if call.number > looks[0] or not _wrote(call, write.zone_id):
            continue
        batch = [one for one in _ledgers(call, zone_names) if _service(one[1]) == service]
        if batch:
            created = [told for action, told in batch if action == "CREATE"]
            named = {name for told in created for name in (told.execution, told.previous) if name}
    return write.tag not in named


def _wrote(call: Call, zone: str | None) -> bool:
    return call.operation == WRITE and call.zone_id == zone and call.accepted


def untold(ended: Iterable[Walk], found: Writes) -> list[str]:
    """What a finished execution has written and its receipt does not tell."""
    return [
        f"{walk.name} wrote in {found.by[walk.name].zones}; its receipt: {walk.outcome} in {told}"
        for walk in ended
        if walk.status == "SUCCEEDED" and walk.name in found.by
        for told in [{zone["id"] for zone in walk.output["zones"]}]
        for known in [found.by[walk.name].zones - found.by[walk.name].hidden]
        if known and (walk.outcome not in CHANGED or not known <= told)
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
    if name in found.by and found.by[name].hidden:
        # `signpost history` reads the batches too.
        links = set() if receipt["outcome"] == "Unchanged" else links
        links |= found.by[name].replaced - {name}
    return links - {None}
