"""One execution's plan as the payload carries it: what is to happen in all zones, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from signpost.errors import shortened
from signpost.harmless import harmless
from signpost.model import Json, packing, summary
from signpost.model.record_set import RecordSet
from signpost.model.refused import Refused
from signpost.plan.batch import ZonePlan
from signpost.plan.rounds import Written, receipts

REASON = 3000  # characters in the payload
WARNINGS = 20_000  # of all together
REFUSED, REASON_EACH = 20, 700


@dataclass(frozen=True)
class Plan:
    """What an execution is going to do, and why.

    `action`: change, remove, none, prove (nothing changes, and what there is has to be proved),
    skip, or overtaken: what earlier rounds have written was replaced by another execution, and
    there is nothing left to do.
    """

    action: str
    reason: str
    error: str | None  # the name of the error that is the reason
    dry_run: bool
    wait_for_readiness: bool
    load_balancers: tuple[str, ...]  # ids of those that must be ready
    zones: tuple[ZonePlan, ...]  # those with something to do or to prove
    before: Mapping[str, Sequence[RecordSet]]  # of all zones, by the zone's id: for the receipt
    after: Mapping[str, Sequence[RecordSet]]
    previous_execution: str | None
    warnings: tuple[str, ...]
    written: tuple[Written, ...]  # by earlier rounds
    policy: str
    refused: tuple[Refused, ...] = ()
    told: bool = False  # whether a ledger says that just this was told before
    noted: bool = False  # whether one says that anything was

    def to_json(self) -> Json:
        """For the payload."""
        before, after = with_zone(self.before), with_zone(self.after)
        return {
            "action": self.action,
            "reason": shortened(harmless(self.reason), REASON),
            "error": self.error,
            "summary": summary.of(before, after),
            "dry_run": self.dry_run,
            "wait_for_readiness": self.wait_for_readiness,
            "load_balancers": list(self.load_balancers),
            "before": before,
            "after": after,
            "zones": [zone.to_json() for zone in self.zones],
            "previous_execution": self.previous_execution,
            "warnings": _bounded(self.warnings),
            "refused": [one.to_json() for one in fewer(self.refused)],
            "told": self.told,
            "noted": self.noted,
            "partly": bool(self.refused) and self.action in ("change", "remove"),
            "policy": self.policy,
            "written": [one.to_json() for one in self.written],
            "written_zones": receipts(self.written),
        }


def _bounded(warnings: Sequence[str]) -> list[str]:
    """As many as there is room for, and how many more there are."""
    told: list[str] = []
    size = 0
    for warning in map(shortened, map(harmless, warnings)):
        size += len(warning)
        if size > WARNINGS:
            return [*told, f"There are {len(warnings) - len(told)} more warnings."]
        told.append(warning)
    return told


def fewer(refused: Sequence[Refused]) -> list[Refused]:
    """As many as there is room for; the last says how many more there are."""
    told = [replace(one, reason=shortened(harmless(one.reason), REASON_EACH)) for one in refused]
    if len(told) > REFUSED:
        more = len(told) - REFUSED
        last = told[REFUSED - 1]
        told[REFUSED - 1 :] = [replace(last, reason=f"{last.reason} There are {more} more.")]
    return told


def with_zone(records: Mapping[str, Sequence[RecordSet]]) -> list[Json]:
    """Record sets by zone id, for the receipt: each with its zone."""
    return [
        {"zone": zone_id, **record}
        for zone_id, in_zone in records.items()
        for record in packing.to_json(in_zone)
    ]
