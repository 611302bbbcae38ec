"""One execution's plan as the payload carries it: per zone what was, what will be, the batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Self

from signpost import packing
from signpost.model import Json, RecordSet, Zone


@dataclass(frozen=True)
class ZonePlan:
    """What is to happen in one zone. `changes` is sent exactly as it stands, or is empty."""

    zone: Zone
    ledger_name: str
    ledger_text: str | None  # the ledger afterwards; None where there is none
    before: tuple[RecordSet, ...]
    after: tuple[RecordSet, ...]
    changes: tuple[tuple[str, RecordSet], ...]

    def to_json(self) -> Json:
        """For the payload."""
        return {
            "zone": self.zone.to_json(),
            "ledger": {"name": self.ledger_name, "text": self.ledger_text},
            "before": packing.to_json(self.before),
            "after": packing.to_json(self.after),
            "changes": [
                {"action": action, "record_set": record}
                for action, changes in groupby(self.changes, key=itemgetter(0))
                for record in packing.to_json(record for _, record in changes)
            ],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(
            zone=Zone.from_json(value["zone"]),
            ledger_name=value["ledger"]["name"],
            ledger_text=value["ledger"]["text"],
            before=packing.from_json(value["before"]),
            after=packing.from_json(value["after"]),
            changes=tuple(
                (change["action"], record)
                for change in value["changes"]
                for record in packing.from_json([change["record_set"]])
            ),
        )


@dataclass(frozen=True)
class Plan:
    """What an execution is going to do, and why. `action`: change, remove, none or skip."""

    action: str
    reason: str
    dry_run: bool
    wait_for_readiness: bool
    load_balancers: tuple[str, ...]  # ids of those that must be ready
    zones: tuple[ZonePlan, ...]  # those with something to do
    before: tuple[tuple[str, RecordSet], ...]  # of all zones, with the zone's id: for the receipt
    after: tuple[tuple[str, RecordSet], ...]
    previous_execution: str | None
    warnings: tuple[str, ...]

    def to_json(self) -> Json:
        """For the payload."""
        return {
            "action": self.action,
            "reason": self.reason,
            "dry_run": self.dry_run,
            "wait_for_readiness": self.wait_for_readiness,
            "load_balancers": list(self.load_balancers),
            "before": _with_zone(self.before),
            "after": _with_zone(self.after),
            "zones": [zone.to_json() for zone in self.zones],
            "previous_execution": self.previous_execution,
            "warnings": list(self.warnings),
        }


def zones_of(plan: Mapping[str, Any] | None) -> list[ZonePlan]:
    """The zone plans of a plan in the payload; none where there is no plan yet."""
    return [ZonePlan.from_json(zone) for zone in plan["zones"]] if plan else []


def _with_zone(records: Sequence[tuple[str, RecordSet]]) -> list[Json]:
    return [
        {"zone": zone_id, **record}
        for zone_id, in_zone in groupby(records, key=itemgetter(0))
        for record in packing.to_json(record for _, record in in_zone)
    ]
