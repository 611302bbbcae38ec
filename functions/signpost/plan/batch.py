"""One zone's part of a plan as the payload carries it: what was, what will be, the batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, Self

from signpost.model import Json, packing
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone


@dataclass(frozen=True)
class ZonePlan:
    """What is to happen in one zone. `changes` is sent exactly as it stands, or is empty."""

    zone: Zone
    ledger_name: str
    ledger_text: str | None  # the ledger afterwards; None where there is none
    before: tuple[RecordSet, ...]
    after: tuple[RecordSet, ...]
    changes: tuple[tuple[str, RecordSet], ...]
    previous: str | None = None  # the execution that wrote the ledger before this one

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
            "previous_execution": self.previous,
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
            previous=value["previous_execution"],
        )


def zones_of(plan: Mapping[str, Any] | None) -> list[ZonePlan]:
    """The zone plans of a plan in the payload; none where there is no plan yet."""
    return [ZonePlan.from_json(zone) for zone in plan["zones"]] if plan else []
