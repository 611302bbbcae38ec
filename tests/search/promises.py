"""What must hold at every moment of a history, whether or not an execution notices.

- A foreign record set is as it was made.
- Every other record set (beside the zones' own) is a ledger, or stands in one.
- A name that was right keeps having an address while its service is only moved between load
  balancers or record kinds. Deleting, disabling or renaming the service, or a hand that edits its
  records, ends that promise until the name has been right again.
- One owner: a record set stands in one ledger; the records of a name are one service's, and a new
  name of ours is none that somebody else's A, AAAA or CNAME has.
- While Policy is dry-run, nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from signpost.ledger import ledger
from signpost.ledger.ledger import Ledger
from tests.search.estates import DrawnZone, draws
from tests.search.receipts import WRITE
from tests.search.wishes import Name, Service, Targets
from tests.support.route53 import Call, Key, RecordSet, Snapshot

ADDRESSES = ("A", "AAAA", "CNAME")
Place = tuple[str, Key]  # zone id, record set
Owner = tuple[str, str, str]  # installation, cluster, service


@dataclass
class Promises:
    """Watches a Route 53; what it finds wrong is in `breaches`."""

    zones: Mapping[str, DrawnZone]
    parameters: Callable[[], Mapping[str, str]]
    foreign: dict[Place, RecordSet] = field(default_factory=dict)
    promised: dict[Name, Service] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)
    held: dict[str, set[tuple[Owner, str]]] = field(default_factory=dict)  # the moment before
    since: dict[Place, int] = field(default_factory=dict)  # foreign ones: calls before they came
    planned: dict[str, int] = field(default_factory=dict)  # calls before an execution's last plan

    def check(self, call: Call, snapshot: Snapshot) -> None:
        """After a call of Route 53."""
        if call.operation != WRITE or not call.accepted:
            return
        if draws("dry-run") and self.parameters()["POLICY"] == "dry-run":
            self.breaches.append(f"{call.tag} wrote while Policy is dry-run")
        for zone in snapshot.keys() & self.zones.keys():
            self._check_zone(zone, snapshot[zone], call)

    def _check_zone(self, zone: str, records: tuple[RecordSet, ...], call: Call) -> None:
        zone_name = self.zones[zone].name
        owned = owned_in(records, zone_name)
        self._check_foreign(zone, records, owned)
        for record in records:
            if "_signpost." in record.name or "._claims" in record.name:
                continue
            if record.key not in owned and (zone, record.key) not in self.foreign:
                self.breaches.append(f"{record} is in no ledger")
        for name in [name for of, name in self.promised if of == zone]:
            there = {record.type for record in records if record.name == name}
            if not there & set(ADDRESSES):
                self.breaches.append(f"{name} stopped answering while it moved")
        if draws("one owner"):
            self._check_owners(zone, records, call)

    def _check_foreign(self, zone: str, records: Iterable[RecordSet], owned: set[Key]) -> None:
        for (of, key), made in list(self.foreign.items()):
            if of != zone:
                continue
            now = [record for record in records if record.key == key]
            if key in owned and now == [made] and self.parameters()["ADOPT_IDENTICAL"] == "true":
                del self.foreign[of, key]
            elif now != [made]:
                self.breaches.append(f"a foreign record was changed: {made} is now {now}")

    def _check_owners(self, zone: str, records: tuple[RecordSet, ...], call: Call) -> None:
        ledgers = ledgers_in(records, self.zones[zone].name)
        listed = [(owner_of(one), key) for one in ledgers for key in keys_of(one)]
        held = {(owner, key.name) for owner, key in listed}
        for name in {name for _, name in held}:
            owners = sorted(owner for owner, of in held if of == name)
            if len(owners) > 1:
                self.breaches.append(f"{name} has several owners: {owners}")
        for owner, name in held - self.held.get(zone, set()):
            beside = [
                made
                for (of, key), made in self.foreign.items()
                if (of, key.name) == (zone, name)
                and key.type in ADDRESSES
                # What came between the plan and the write, Route 53 does not refuse.
                and self.since.get((of, key), 0) <= self.planned.get(call.tag, 0)
            ]
            if beside:
                self.breaches.append(f"{owner} took {name} beside {beside}")
        self.held[zone] = held


def owner_of(found: Ledger) -> Owner:
    """Whose a ledger is."""
    return (found.installation, found.cluster, found.service)


def keys_of(found: Ledger) -> set[Key]:
    """What a ledger lists."""
    return {Key(f"{one.name}.", one.type, one.set_identifier) for one in found.record_sets}


@lru_cache(maxsize=4096)
def _parsed(value: str, zone_name: str) -> Ledger:
    return ledger.parse(ledger.from_txt(value), zone_name)


def ledgers_in(records: Iterable[RecordSet], zone_name: str) -> list[Ledger]:
    """All ledgers of a zone."""
    return [
        _parsed(record.values[0], zone_name)
        for record in records
        if record.type == "TXT" and "._signpost." in record.name and "._claims" not in record.name
    ]


def owned_in(records: Iterable[RecordSet], zone_name: str, only: Service | None = None) -> set[Key]:
    """The keys of all record sets in the ledgers of a zone."""
    found = ledgers_in(records, zone_name)
    return {
        key for one in found if only in (None, (one.cluster, one.service)) for key in keys_of(one)
    }


def targets(records: Iterable[RecordSet]) -> Targets:
    """Type → where it leads to; several answers of one type are one text, in order."""
    found: dict[str, list[str]] = {}
    for record in records:
        leads_to = [record.alias.dns_name] if record.alias else record.values
        found.setdefault(record.type, []).extend(value.removesuffix(".") for value in leads_to)
    return {type_: " ".join(sorted(values)) for type_, values in found.items()}
