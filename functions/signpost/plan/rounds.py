"""What earlier rounds of an execution have written, told apart from what Route 53 refused. Pure.

An answer that was lost looks like a refusal: the retry is refused, and the execution plans again.
And a change that was accepted can be overtaken by another execution before it is proved. The
receipt has to tell both, so each round hands on to the next what it is known to have done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from signpost.errors import RecordConflict
from signpost.ledger.ledger import Ledger
from signpost.model import Json
from signpost.model.refused import Refused
from signpost.plan.batch import ZonePlan


@dataclass(frozen=True)
class Sent:
    """What Route 53 said of a batch; None where its answer never came."""

    change_id: str | None = None
    submitted_at: str | None = None


@dataclass(frozen=True)
class Written:
    """What this execution has made of one zone: `plan.before` is from before all its rounds."""

    plan: ZonePlan
    sent: Sent

    def to_json(self) -> Json:
        """For the payload. The ledger says itself what was written; here only that there is one."""
        told = self.plan.to_json()
        ledger = told["ledger"]
        text = None if ledger["text"] is None else ""
        return {**told, "ledger": {**ledger, "text": text}, **vars(self.sent)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`, but for the ledger's text."""
        return cls(ZonePlan.from_json(value), Sent(value["change_id"], value["submitted_at"]))


@dataclass(frozen=True)
class EarlierRounds:
    """What the round before leaves to this one; empty in the first round."""

    attempted: tuple[ZonePlan, ...] = ()  # the batches of its plan
    accepted: tuple[tuple[str, Sent], ...] = ()  # by zone id: those that Route 53 has confirmed
    written: tuple[Written, ...] = ()  # what it knew of the rounds before it
    action: str | None = None
    previous: str | None = None  # the `previous_execution` of its plan
    refused: tuple[Refused, ...] = ()  # what was found out at a write, or after all waiting

    @classmethod
    def from_json(cls, plan: Mapping[str, Any], change: Mapping[str, Any], because: str) -> Self:
        """From the payload's `plan` and `change`, and the error that ended the round: of a
        RecordConflict it is certain that nothing was done but what Route 53 has confirmed.
        """
        confirmed = {zone["id"] for zone in change["zones"] if zone["change_id"]}
        is_certain = because == RecordConflict.__name__
        return cls(
            attempted=tuple(
                zone
                for zone in map(ZonePlan.from_json, plan["zones"])
                if not is_certain or zone.zone.id in confirmed
            ),
            accepted=tuple(
                (zone["id"], Sent(zone["change_id"], zone["submitted_at"]))
                for zone in change["zones"]
                if zone["change_id"]
            ),
            written=tuple(map(Written.from_json, plan["written"])),
            action=plan["action"],
            previous=plan["previous_execution"],
            refused=tuple(
                one
                for one in map(Refused.from_json, [*plan["refused"], *change["refused"]])
                if one.final
            ),
        )

    @property
    def have_written(self) -> bool:
        """Whether this execution has changed anything so far, as far as it knows."""
        return bool(self.accepted or self.written)

    def done(self, ledgers: Mapping[str, Ledger | None], execution: str) -> dict[str, Written]:
        """By zone id, what this execution has written so far; `ledgers` are as they are now."""
        found = {one.plan.zone.id: one for one in self.written}
        known = {one.sent.change_id for one in self.written}
        sent = {zone: sent for zone, sent in self.accepted if sent.change_id not in known}
        for plan in self.attempted:
            zone = plan.zone.id
            if not plan.changes:
                continue
            if zone in sent or _shows(plan, ledgers.get(zone), execution):
                first = found[zone].plan.before if zone in found else plan.before
                found[zone] = Written(
                    replace(plan, before=first, changes=()), sent.get(zone, Sent())
                )
        return found


def _shows(plan: ZonePlan, ledger: Ledger | None, execution: str) -> bool:
    """Whether the ledger shows that a batch was carried out although no answer said so."""
    if ledger is None:
        # Of a removal: by this execution, or by another one at the same time. Who can't be told.
        return plan.ledger_text is None
    return execution in (ledger.execution, ledger.previous)


def receipts(written: Iterable[Written]) -> list[Json]:
    """Zones for the receipt, as ChangeRecord gives them back."""
    return [sent_json(one.plan, one.sent) for one in written]


def sent_json(plan: ZonePlan, sent: Sent) -> Json:
    """One zone of `change`."""
    return {
        "id": plan.zone.id,
        "name": plan.zone.name,
        "change_id": sent.change_id,
        "submitted_at": sent.submitted_at,
        "previous_execution": plan.previous,
    }
