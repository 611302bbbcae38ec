"""A finished execution, as Step Functions tells EventBridge of it, and what is announced of it.

Shape: `Step Functions Execution Status Change` (Step Functions Developer Guide, "EventBridge for
Step Functions execution status changes"). Input and output are JSON in a string; both together
may be left out beyond 248 KB, which `outputDetails.included` tells. Pure: no AWS calls.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from signpost import moments
from signpost.errors import InvalidEvent
from signpost.harmless import throughout
from signpost.model import Json
from signpost.model.trigger import Trigger

SOURCE = "signpost"
DETAIL_TYPE = "Signpost Service Change"
VERSION = "1"  # of the detail's shape: docs/signpost-service-change.schema.json

_TRIGGER = ("kind", "name", "time", "id", "actor", "claimed", "reason")

CHANGES = ("RecordChanged", "RecordRemoved", "PartlyChanged")
_WITHOUT_RECEIPT = {"FAILED": "Failed", "TIMED_OUT": "TimedOut", "ABORTED": "Aborted"}
_STATUS_CHANGE = "Step Functions Execution Status Change"


@dataclass(frozen=True)
class Finished:
    """An execution that has ended; `receipt` is None where it did not succeed or was left out."""

    arn: str
    name: str
    status: str  # SUCCEEDED, FAILED, TIMED_OUT or ABORTED
    started_at: str  # ISO 8601
    stopped_at: str
    input: Any
    receipt: Json | None
    error: str | None
    cause: str | None

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Self:
        """Read a status change. Raises InvalidEvent for anything else, or one that still runs."""
        detail = event.get("detail")
        if event.get("detail-type") != _STATUS_CHANGE or not isinstance(detail, Mapping):
            raise InvalidEvent(
                f"The event is no {_STATUS_CHANGE}: only the stack's rule sends any."
            )
        if detail.get("status") not in {"SUCCEEDED", *_WITHOUT_RECEIPT}:
            raise InvalidEvent(
                f"The execution's status is {detail.get('status')!r}: it has no end."
            )
        return cls(
            arn=detail["executionArn"],
            name=detail["name"],
            status=detail["status"],
            started_at=_iso(detail["startDate"]),
            stopped_at=_iso(detail["stopDate"]),
            input=json.loads(detail.get("input") or "null"),
            receipt=json.loads(detail.get("output") or "null"),
            error=detail.get("error"),
            cause=detail.get("cause"),
        )

    @property
    def lacks_receipt(self) -> bool:
        """Whether it succeeded and the event was too small for what it has to say."""
        return self.status == "SUCCEEDED" and self.receipt is None

    @property
    def outcome(self) -> str:
        """The end state's name, or Failed, TimedOut or Aborted."""
        if self.status == "SUCCEEDED":
            return str((self.receipt or {}).get("outcome", "unknown"))
        return _WITHOUT_RECEIPT[self.status]

    @property
    def counts(self) -> dict[str, float]:
        """What the receipt of a change counts: metric name → value. Empty without a change."""
        receipt = self.receipt or {}
        if not _is_proved(receipt):
            return {}
        attempts = receipt["attempts"]
        return {
            "SecondsToVerified": receipt["seconds"],
            "Rounds": attempts["rounds"],
            "ReadinessAttempts": attempts["readiness"],
            "VerificationAttempts": attempts["verification"],
        }

    @property
    def failure(self) -> str | None:
        """The error's name, or how it ended where it has none; None where it succeeded."""
        return None if self.status == "SUCCEEDED" else self.error or self.outcome

    @property
    def summary(self) -> dict[str, Any]:
        """What the log says of it; what there is none of is left out."""
        found = {"outcome": self.outcome, "error": self.failure, "cause": self.cause, **self.counts}
        return {key: value for key, value in found.items() if value is not None}

    def announcement(self) -> Json | None:
        """The detail of `Signpost Service Change`; None where no names were changed and
        proved. Harmless to whom it is forwarded: a mail, a chat, a log.
        """
        receipt = self.receipt
        if receipt is None or not _is_proved(receipt):
            return None
        records = receipt["before"] + receipt["after"]
        told = {
            "version": VERSION,
            "outcome": receipt["outcome"],
            "cluster": receipt["service"]["cluster"],
            "service": receipt["service"]["name"],
            "names": sorted({record["name"] for record in records}),
            "reason": receipt["reason"],
            "trigger": _of(Trigger.from_json(receipt["trigger"]).to_json(), _TRIGGER),
            "before": receipt["before"],
            "after": receipt["after"],
            "zones": [_of(zone, ("id", "name", "change_id")) for zone in receipt["zones"]],
            "verification": _of(receipt["verification"], ("method", "verified_at")),
            "seconds": receipt["seconds"],
            "attempts": receipt["attempts"],
            "warnings": receipt["warnings"],
            "refused": [
                _of(one, ("zone", "name", "error", "reason")) for one in receipt.get("refused", ())
            ],  # a receipt from before an upgrade has none
            # Whether somebody has to be told: what was refused before is told once.
            "alert": receipt["outcome"] == "PartlyChanged" and not receipt["told"],
            "execution": {
                "arn": self.arn,
                "name": self.name,
                "started_at": self.started_at,
                "stopped_at": self.stopped_at,
            },
            "previous_execution": receipt["previous_execution"],
        }
        return dict(throughout(told))


def _is_proved(receipt: Json) -> bool:
    """Whether it tells of a change that was seen; one that another execution had overtaken first
    is that one's to announce.
    """
    return receipt.get("outcome") in CHANGES and receipt["seconds"] is not None


def _of(value: Json, keys: tuple[str, ...]) -> Json:
    return {key: value[key] for key in keys}


def _iso(milliseconds: int) -> str:
    """Step Functions tells times in milliseconds since 1970."""
    return moments.iso(datetime.fromtimestamp(milliseconds / 1000, UTC))
