"""Sends the batches of a plan, zone by zone: one that can't be written holds back no other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from signpost.aws import route53
from signpost.aws.bounds import Bounds
from signpost.errors import (
    OutcomeUnknown,
    PermanentError,
    RecordConflict,
    RetryableError,
    SignpostError,
    Throttled,
    ZoneNotFound,
)
from signpost.ledger.claims import claim
from signpost.ledger.seal import Seal
from signpost.model.record_set import RecordSet
from signpost.model.refused import Refused
from signpost.model.service import Service
from signpost.model.trigger import Resign
from signpost.plan import guard
from signpost.plan.batch import ZonePlan
from signpost.plan.rounds import Sent, Written


@dataclass
class Result:
    """What became of each batch: `pending` has the zones, by id, that are to be tried once more."""

    written: list[Written] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    troubles: list[SignpostError] = field(default_factory=list)

    def doubt_conflicts(self) -> None:
        """A conflict may come of an attempt before, whose answer was lost."""
        self.troubles = [
            OutcomeUnknown(str(trouble)) if isinstance(trouble, RecordConflict) else trouble
            for trouble in self.troubles
        ]

    def raise_trouble(self, *kinds: type[SignpostError]) -> None:
        """Raise what was in the way, if it is of one of these kinds."""
        for trouble in self.troubles:
            if isinstance(trouble, kinds):
                raise trouble


@dataclass(frozen=True)
class Writer:
    """Writes for one service. `client` is a boto3 `route53` client."""

    client: Any
    service: Service
    seal: Seal
    bounds: Bounds
    resign: Resign | None
    comment: str

    def write(self, plans: Iterable[ZonePlan], waiting: Collection[str]) -> Result:
        """Send each batch but those of zones that are `waiting`, by id. What takes names away that
        others replace is sent after all others were. A rate limit ends it: the rest is pending.
        """
        result = Result()
        for plan in plans:
            if not plan.changes:
                continue
            throttled = any(isinstance(trouble, Throttled) for trouble in result.troubles)
            not_yet = plan.comes_last and (result.pending or result.refused)
            if plan.zone.id in waiting or throttled or not_yet:
                result.pending.append(plan.zone.id)
                continue
            try:
                result.written.append(Written(plan, self._send(plan)))
            except RetryableError as trouble:
                result.troubles.append(trouble)
                result.pending.append(plan.zone.id)
            except PermanentError as trouble:
                result.troubles.append(trouble)
                result.refused.append(Refused.of(trouble, zone=plan.zone.id, final=True))
        return result

    def _send(self, plan: ZonePlan) -> Sent:
        if plan.zone.id not in self.bounds.hosted_zone_ids:
            raise ZoneNotFound(
                f"Zone {plan.zone} is not in HostedZoneIds any more. Nothing was changed in it."
            )
        guard.require_ours(plan, self.service, self.seal, self.bounds.hostnames, self.resign)
        batch = [*plan.changes, *self._claims(plan)]
        sent = route53.change(self.client, plan.zone.id, batch, self.comment)
        return Sent(sent.id, sent.submitted_at)

    def _claims(self, plan: ZonePlan) -> list[tuple[str, RecordSet]]:
        return [
            (action, claim(name, plan.zone, plan.ledger_name, self.seal))
            for action, names in (("DELETE", plan.released), ("CREATE", plan.claimed))
            for name in names
        ]
