"""The sweeps: has one succeeded lately, and how did the last one end?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from signpost_cli.checks.catalogue import SWEEPS
from signpost_cli.checks.findings import Finding, found, not_checked, note, sound
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Missing, reading
from signpost_cli.checks.words import sentence
from signpost_cli.render import moment
from signpost_cli.timeline import sentence as told_by

PERIODS = 3  # without a success, of SweepPeriodSeconds: as the template's alarm has it
MOST = 30  # sweeps that are described, until one that was no dry run has succeeded
_GONE = ("ExecutionDoesNotExist", "StateMachineDoesNotExist")


@dataclass(frozen=True)
class Sweep:
    """One execution of Sweep that was no dry run."""

    name: str
    status: str
    started: datetime
    stopped: datetime | None = None
    outcome: str = ""  # of the receipt, the error's name, or the status
    reason: str = ""

    @property
    def ended(self) -> datetime:
        """When it ended; while it runs, when it began."""
        return self.stopped or self.started


@dataclass(frozen=True)
class Schedule:
    """What the stack's parameters say, and since when at the latest."""

    expression: str
    period: timedelta
    since: datetime | None


def check(installation: Installation, now: datetime | None = None) -> list[Finding]:
    """One ListExecutions call, and a DescribeExecution each, back to one that succeeded."""
    arn = installation.outputs.get("SweepStateMachineArn")
    if not arn:
        reason = f"stack {installation.name} has no output SweepStateMachineArn"
        return [not_checked(SWEEPS, "whether sweeps run", reason, installation.redeploy)]
    parameters = installation.parameters
    stack = installation.stack
    schedule = Schedule(
        "off" if installation.is_local else parameters.get("SweepSchedule", "off"),
        timedelta(seconds=int(parameters.get("SweepPeriodSeconds", 3600))),
        stack.get("LastUpdatedTime") or stack.get("CreationTime"),
    )
    sweeps, complete = _read(installation.client("stepfunctions"), arn)
    if not sweeps and not complete:
        reason = f"the newest {MOST} are dry runs"
        return [not_checked(SWEEPS, "how sweeps end", reason)]
    return judge(sweeps, schedule, now or datetime.now(UTC))


def _read(client: Any, arn: str) -> tuple[list[Sweep], bool]:
    """Newest first, back to one that succeeded; whether none beyond the bound was left out."""
    with reading("states:ListExecutions", arn):
        listed = client.list_executions(stateMachineArn=arn, maxResults=100)["executions"]
    listed.sort(key=lambda one: one["startDate"], reverse=True)
    found: list[Sweep] = []
    for one in listed[:MOST]:
        try:
            with reading("states:DescribeExecution", one["executionArn"], _GONE):
                described = client.describe_execution(executionArn=one["executionArn"])
        except Missing:
            continue
        given = json.loads(described.get("input") or "{}")
        if isinstance(given, dict) and given.get("dry_run"):
            continue
        found.append(of(described))
        if found[-1].status == "SUCCEEDED":
            return found, True
    return found, len(listed) <= MOST


def of(described: Mapping[str, Any]) -> Sweep:
    """From DescribeExecution's answer."""
    receipt = json.loads(described.get("output") or "{}")
    return Sweep(
        described["name"],
        described["status"],
        described["startDate"],
        described.get("stopDate"),
        receipt.get("outcome") or described.get("error") or described["status"],
        receipt.get("reason") or told_by(described.get("cause")) or "",
    )


def judge(sweeps: Sequence[Sweep], schedule: Schedule, now: datetime) -> list[Finding]:
    """`sweeps` are newest first, up to the newest that succeeded."""
    ended = [one for one in sweeps if one.status != "RUNNING"]
    success = next((one for one in ended if one.status == "SUCCEEDED"), None)
    findings = []
    if ended and ended[0].status != "SUCCEEDED":
        findings.append(
            found(
                "sweep-failed",
                f"The last sweep, {_told(ended[0])}",
                f"signpost show {ended[0].name}\nsignpost sweep",
            )
        )
    is_on = schedule.expression != "off"
    early = now - PERIODS * schedule.period
    is_new = schedule.since is not None and schedule.since > early
    if is_on and not is_new and (success is None or success.ended < early):
        hours = f"{PERIODS * schedule.period.total_seconds() / 3600:g}"
        last = f"the last one is {_told(success)}" if success else "none is known."
        what = f"No sweep has succeeded in the last {hours} hours ({schedule.expression}): {last}"
        findings.append(found("sweep-late", what, "signpost sweep"))
    return findings or [_in_order(success, is_on=is_on, one_runs=bool(sweeps))]


def _in_order(success: Sweep | None, *, is_on: bool, one_runs: bool) -> Finding:
    schedule = "" if is_on else " No schedule starts any: lost events are not made good."
    if success is None:
        so_far = "The first one runs." if one_runs else "None has run yet."
        return note(SWEEPS, f"{so_far}{schedule}")
    text = f"The last one is {_told(success)}{schedule}"
    is_good = is_on and success.outcome in ("NothingFound", "Repaired")
    return sound(SWEEPS, text) if is_good else note(SWEEPS, text)


def _told(one: Sweep) -> str:
    reason = f": {one.reason}" if one.reason else ""
    return f"{one.name}, which ended at {moment(one.ended)} as {sentence(one.outcome + reason)}"
