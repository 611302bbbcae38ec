"""What the receipts of a history have to tell: each write, and all of them as one chain.

What Route 53 accepted is taken from its own log of calls. The chain is a line, so of executions
that worked at the same time, each on a zone of its own, it need lead to one only: none of them
could know of the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from signpost.ledger import ledger
from signpost.ledger.ledger import Ledger
from tests.support.asl import Walk
from tests.support.route53 import Call

Service = tuple[str, str]
CHANGED = ("RecordChanged", "RecordRemoved", "PartlyChanged")
WRITE = "ChangeResourceRecordSets"


@dataclass(frozen=True)
class Attempt:
    """One attempt of a step: its Route 53 calls, and whether its answer reached the execution.

    Others may have made calls between its own; `end` is the last call of all before its end.
    """

    execution: str
    function: str
    calls: Sequence[Call]
    answered: bool
    end: int


@dataclass
class Written:
    """What one execution has written: zones by id, and whose ledgers it replaced.

    It knows of a write by the answer of ChangeRecord; where that never came, whatever became of
    ChangeRecord since, by the ledger that its next plan is made from. Others may have replaced the
    write by then: what it can't know of is `hidden`, and told by the receipts of those others.
    """

    zones: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    listed: bool = False  # whether a ledger named it
    first: int = 0  # Route 53 call, by number
    last: int = 0  # accepted write

    @property
    def to_tell(self) -> set[str]:
        """The zones of which its receipt has to tell."""
        return self.zones - (self.hidden - self.known)

    def overlaps(self, other: Written) -> bool:
        """Whether both were at work at one time."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True)
class _InDoubt:
    """A write whose answer has not come."""

    service: Service
    zone: str
    removed: bool  # the ledger


@dataclass
class Writes:
    """All accepted writes of a history."""

    by: dict[str, Written] = field(default_factory=dict)
    since: dict[Service, list[str]] = field(default_factory=dict)  # there was no ledger of it
    newest: dict[Service, dict[str, Ledger]] = field(default_factory=dict)  # by zone

    def in_line(self, service: Service, ended: Mapping[str, Walk]) -> list[str]:
        """The executions since there was no ledger, without those that overlap, and without those
        that did no more than remove a ledger and then failed: no receipt and no ledger tells them.
        """
        names = [
            name
            for name in dict.fromkeys(self.since[service])
            if self.by[name].listed or (name in ended and ended[name].status == "SUCCEEDED")
        ]
        return [
            name
            for name in names
            if not any(self.by[name].overlaps(self.by[other]) for other in names if other != name)
        ]

    def shows(self, execution: str, write: _InDoubt) -> bool:
        """Whether the zone's ledger, as it is now, lets an execution know of its write."""
        now = self.newest[write.service].get(write.zone)
        if now is None:  # who else may have removed it can't be told, so it is its own removal
            return write.removed
        return execution in (now.execution, now.previous)


def writes(attempts: Iterable[Attempt], zone_names: Mapping[str, str]) -> Writes:
    """Read all that a history's executions have asked of Route 53, in its order."""
    found = Writes()
    first: dict[str, int] = {}
    in_doubt: dict[str, list[_InDoubt]] = {}  # by execution
    for attempt, call in _in_order(attempts):
        name = attempt.execution
        if call:
            first.setdefault(name, call.number)
            if call.operation == WRITE and call.accepted:
                by = found.by.setdefault(name, Written(first=first[name]))
                in_doubt.setdefault(name, []).append(_note(found, by, call, zone_names))
        elif attempt.answered and attempt.function in ("ChangeRecord", "PlanChange"):
            for write in in_doubt.pop(name, ()):
                knows = attempt.function == "ChangeRecord" or found.shows(name, write)
                (found.by[name].known if knows else found.by[name].hidden).add(write.zone)
    return found


def _in_order(attempts: Iterable[Attempt]) -> Iterator[tuple[Attempt, Call | None]]:
    """Each attempt's calls, and its end, as they came after one another."""
    moments: list[tuple[float, Attempt, Call | None]] = []
    for attempt in attempts:
        moments += [(call.number, attempt, call) for call in attempt.calls]
        moments.append((attempt.end + 0.5, attempt, None))
    for _, attempt, call in sorted(moments, key=lambda one: one[0]):
        yield attempt, call


def _note(found: Writes, by: Written, write: Call, zone_names: Mapping[str, str]) -> _InDoubt:
    zone = str(write.zone_id)
    by.last = write.number
    by.zones.add(zone)
    ledgers = dict(_ledgers(write, zone_names))
    (service,) = {(told.cluster, told.service) for told in ledgers.values()}
    newest = found.newest.setdefault(service, {})
    if "DELETE" in ledgers:
        del newest[zone]
        by.replaced.add(ledgers["DELETE"].execution)
    if "CREATE" in ledgers:
        by.listed = True
        newest[zone] = ledgers["CREATE"]
    found.since[service] = [*found.since.get(service, ()), write.tag] if newest else []
    return _InDoubt(service, zone, removed="CREATE" not in ledgers)


def _ledgers(write: Call, zone_names: Mapping[str, str]) -> Iterator[tuple[str, Ledger]]:
    """(action, ledger) of a batch."""
    for action, record in write.parameters["changes"]:
        if "._signpost." in record.name and "._claims." not in record.name:
            text = ledger.from_txt(record.values[0])
            yield action, ledger.parse(text, zone_names[str(write.zone_id)])


def untold(ended: Iterable[Walk], found: Writes) -> list[str]:
    """What a finished execution has written and its receipt does not tell."""
    return [
        f"{walk.name} wrote in {found.by[walk.name].zones}; its receipt: {walk.outcome} in {told}"
        for walk in ended
        if walk.status == "SUCCEEDED" and walk.name in found.by
        for told in [{zone["id"] for zone in walk.output["zones"]}]
        for known in [found.by[walk.name].to_tell]
        if known and (walk.outcome not in CHANGED or not known <= told)
    ]


def chain(starts: Iterable[str], ended: Mapping[str, Walk], found: Writes) -> set[str]:
    """All executions that are reached from `starts`: by receipts, and where there is none, by the
    ledgers that the execution replaced. No execution may come before itself, but one that wrote
    without knowing it, and after others once more: it stands on both sides of those.
    """
    seen: set[str] = set()

    def follow(name: str, after: tuple[str, ...]) -> None:
        if name in seen:
            twice = name in after and not found.by[name].hidden
            assert not twice, f"the chain goes in a circle: {(*after, name)}"
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
        # The batches tell what the receipt can't.
        links = set() if receipt["outcome"] == "Unchanged" else links
        links |= found.by[name].replaced - {name}
    return links - {None}
