"""One zone's part of a plan as the payload carries it: what was, what will be, the batch.

Each record set stands there once, with what it `is`: of those before, of those after, deleted,
created. The ledger that is created is `ledger.text`; `ledger.aside` is where the deleted one is
kept, word for word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from signpost.ledger import ledger as ledgers
from signpost.ledger.words import order
from signpost.model import Json, packing
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone

_SIDES = ("before", "after", "deleted", "created")


@dataclass(frozen=True)
class ZonePlan:
    """What is to happen in one zone. `changes` is sent exactly as it stands, or is empty: ledgers
    that go and record sets that go, then the new ledger and the record sets that come, all record
    sets in the order of `words.order`.
    """

    zone: Zone
    ledger_name: str
    ledger_text: str | None  # the ledger afterwards; None where there is none
    before: tuple[RecordSet, ...]
    after: tuple[RecordSet, ...]
    changes: tuple[tuple[str, RecordSet], ...]
    previous: str | None = None  # the execution that wrote the ledger before this one
    waits_for: str | None = None  # the id of the load balancer that must be able to serve first
    comes_last: bool = False  # it takes names away that others of the plan replace
    # The names whose claims go and come with the changes, and are sent with them; those that stay
    # are among both.
    released: tuple[str, ...] = ()
    claimed: tuple[str, ...] = ()

    def to_json(self) -> Json:
        """For the payload. The zone's VPCs have done their part when its names were chosen."""
        zone = {key: value for key, value in self.zone.to_json().items() if key != "vpcs"}
        gone, made = (
            [r for kind, r in self.changes if kind == action and r.type == "TXT"]
            for action in ("DELETE", "CREATE")
        )
        aside = [one.name for one in made if one.name != self.ledger_name]
        return {
            "zone": zone,
            "ledger": {
                "name": self.ledger_name,
                "text": self.ledger_text,
                "deleted": packing.grouped(gone, self.zone.name),
                **({"aside": aside[0]} if aside else {}),
            },
            "has_batch": bool(self.changes),
            "records": [
                {"is": " ".join(sides), **entry}
                for sides, records in self._by_sides().items()
                for entry in packing.grouped(records, self.zone.name)
            ],
            "previous_execution": self.previous,
            "waits_for": self.waits_for,
            "comes_last": self.comes_last,
            "released": [packing.below(name, self.zone.name) for name in self.released],
            "claimed": [packing.below(name, self.zone.name) for name in self.claimed],
        }

    def _by_sides(self) -> dict[tuple[str, ...], list[RecordSet]]:
        deleted, created = (
            [r for kind, r in self.changes if kind == action and r.type != "TXT"]
            for action in ("DELETE", "CREATE")
        )
        found: dict[RecordSet, list[str]] = defaultdict(list)
        for side, records in zip(_SIDES, (self.before, self.after, deleted, created), strict=True):
            for record in records:
                found[record].append(side)
        by_sides: dict[tuple[str, ...], list[RecordSet]] = defaultdict(list)
        for record, sides in found.items():
            by_sides[tuple(sides)].append(record)
        return by_sides

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        zone, ledger = Zone.from_json({**value["zone"], "vpcs": ()}), value["ledger"]
        before, after, deleted, created = (
            sorted(
                (
                    record
                    for entry in value["records"]
                    if side in entry["is"].split()
                    for record in packing.ungrouped([entry], zone.name)
                ),
                key=order,
            )
            for side in _SIDES
        )
        gone = packing.ungrouped(ledger["deleted"], zone.name)
        made = []
        if value["has_batch"] and ledger["text"] is not None:
            made = [ledgers.record_set(ledger["name"], ledger["text"])]
        if "aside" in ledger:
            made += [replace(r, name=ledger["aside"]) for r in gone if r.name == ledger["name"]]
        return cls(
            zone=zone,
            ledger_name=ledger["name"],
            ledger_text=ledger["text"],
            before=tuple(before),
            after=tuple(after),
            changes=(
                *(("DELETE", record) for record in (*gone, *deleted)),
                *(("CREATE", record) for record in (*made, *created)),
            ),
            previous=value["previous_execution"],
            waits_for=value["waits_for"],
            comes_last=value["comes_last"],
            released=tuple(packing.above(name, zone.name) for name in value["released"]),
            claimed=tuple(packing.above(name, zone.name) for name in value["claimed"]),
        )


def zones_of(plan: Mapping[str, Any] | None) -> list[ZonePlan]:
    """The zone plans of a plan in the payload; none where there is no plan yet."""
    return [ZonePlan.from_json(zone) for zone in plan["zones"]] if plan else []
