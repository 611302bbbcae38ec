"""One execution as a history tells it: when, who, why, what came of it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signpost.errors import InvalidEvent
from signpost.ledger import ledger
from signpost.model import summary
from signpost.plan.batch import zones_of
from signpost.triggers import cloud_events
from signpost.triggers.ecs_names import Home
from signpost.triggers.finished import CHANGES
from signpost_cli.patience import Waiting
from signpost_cli.starter import Starter
from signpost_cli.timeline import iso, sentence


@dataclass(frozen=True)
class Change:
    """An execution. `trigger` is None where its input is none that is understood. `plan` is what
    it wrote, where its end does not tell: it failed, it was overtaken after it had written, or it
    still runs and has written; `waiting` is what one that runs is at. `started_by` is None where
    CloudTrail was not asked.
    """

    arn: str
    status: str
    started: datetime
    ended: datetime | None
    trigger: Mapping[str, Any] | None
    receipt: Mapping[str, Any] | None  # of one that succeeded, if its output is one
    error: str | None  # that it failed of, or that a receipt gives as its reason
    cause: str | None
    plan: Mapping[str, Any] | None = None
    waiting: Waiting | None = None
    started_by: Starter | None = None

    @property
    def name(self) -> str:
        """The execution's name."""
        return self.arn.rpartition(":")[2]

    @property
    def service(self) -> tuple[str, str] | None:
        """Cluster and service, None where it is about none."""
        if self.trigger is None or not self.trigger["service"]:
            return None
        return (self.trigger["cluster"], self.trigger["service"])

    @property
    def outcome(self) -> str:
        """The receipt's outcome, the error's name, or the status."""
        if self.receipt:
            return str(self.receipt["outcome"])
        return self.error or self.status

    @property
    def reason(self) -> str | None:
        """Why it ended as it did, in a sentence."""
        return (self.receipt or {}).get("reason") or self.cause

    @property
    def is_refused(self) -> bool:
        """Whether it ended without having done, or shown, all that it was started for."""
        failed = self.status not in ("SUCCEEDED", "RUNNING") or self.error is not None
        return failed or bool(self.refused)

    @property
    def refused(self) -> list[str]:
        """What was not done, or would not be: of which name or zone, the error and its sentence."""
        return [_refusal(one) for one in (self.receipt or {}).get("refused", ())]

    @property
    def sentences(self) -> str:
        """All that says why it ended as it did."""
        return " ".join(filter(None, (self.reason, *self.refused)))

    @property
    def seconds(self) -> float | None:
        """From start to end, None while it runs."""
        return (self.ended - self.started).total_seconds() if self.ended else None

    @property
    def unproved(self) -> bool:
        """Whether it wrote, and that change was not seen: not yet, or it ended otherwise."""
        return self.outcome not in CHANGES and bool(self.plan)

    @property
    def records(self) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
        """The record sets before and after."""
        told = (self.plan if self.unproved else self.receipt) or {}
        return list(told.get("before", ())), list(told.get("after", ()))

    @property
    def summary(self) -> list[str]:
        """The record sets before and after as lines; a receipt from before 0.3 has none itself."""
        return summary.of(*self.records)

    def to_json(self, console: str | None) -> dict[str, Any]:
        """For `--json`, in the words of docs/command.md: times in ISO 8601, lengths in seconds."""
        receipt = self.receipt or {}
        return {
            "execution": self.arn,
            "console": console,
            "status": self.status,
            "outcome": self.outcome,
            "started": iso(self.started),
            "ended": iso(self.ended),
            "seconds": self.seconds,
            "reason": self.reason,
            "error": self.error,
            "cause": self.cause,
            "waiting": self.waiting and self.waiting.to_json(),
            "trigger": self.trigger,
            "started_by": self.started_by and self.started_by.to_json(),
            "summary": self.summary,
            "before": self.records[0],
            "after": self.records[1],
            "refused": list(receipt.get("refused", ())),
            "unproved": self.unproved,
            "attempts": receipt.get("attempts"),
            "seconds_to_verified": receipt.get("seconds"),
            "previous_execution": receipt.get("previous_execution"),
        }


def of(described: Mapping[str, Any]) -> Change:
    """From DescribeExecution's answer. A receipt tells the trigger, else the input does; the
    receipt of a sweep has none.
    """
    receipt = _receipt(described)
    return Change(
        arn=described["executionArn"],
        status=described["status"],
        started=described["startDate"],
        ended=described.get("stopDate"),
        trigger=(receipt or {}).get("trigger") or _trigger(described),
        receipt=receipt,
        error=described.get("error") or (receipt or {}).get("error"),
        cause=sentence(described.get("cause")),
    )


def _receipt(described: Mapping[str, Any]) -> Mapping[str, Any] | None:
    output = json.loads(described.get("output") or "null")
    is_receipt = isinstance(output, dict) and {"outcome", "reason"} <= output.keys()
    return output if is_receipt and described["status"] == "SUCCEEDED" else None


def _refusal(one: Mapping[str, Any]) -> str:
    zone = f"zone {one['zone']}" if one["zone"] else ""
    about = " ".join(filter(None, (one["name"], one["record"])))
    where = f"{about} ({zone})" if about and zone else about or zone
    return ": ".join(filter(None, (where, one["error"], one["reason"])))


def _trigger(described: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What ParseEvent makes of the input, wherever the event came from."""
    _, _, _, region, account, *_ = described["executionArn"].split(":")
    try:
        document = json.loads(described.get("input") or "null")
        source = str(document.get("source")) if isinstance(document, dict) else ""
        home = Home(account, region, (source,))
        return cloud_events.parse(document, home, described["startDate"]).to_json()
    except (InvalidEvent, ValueError):
        return None


def written_over(plan: Mapping[str, Any], zone_ids: tuple[str, ...], execution: str) -> list[str]:
    """The executions whose ledgers a plan replaces or removes, zone by zone.

    A receipt names one previous execution; where several zones have ledgers of the service, each
    has a chain of its own, and only the batches tell them all.
    """
    found = []
    for zone in zones_of(plan or None):
        if zone.zone.id not in zone_ids:
            continue
        for action, record in zone.changes:
            if action == "DELETE" and record.type == "TXT":
                old = ledger.parse(ledger.from_txt(record.values[0]), zone.zone.name)
                # A second round replaces what the first one wrote: the one before is in there.
                before = old.previous if old.execution == execution else old.execution
                found += [before] if before else []
    return found
