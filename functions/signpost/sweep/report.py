"""A sweep's input, and its findings as the payload carries them: bounded, whatever was found.

    {"dry_run": false, "force": false, "deep": false, "reason": "after the outage"}

A state's input and output hold 256 KB (Step Functions quotas). So one sweep starts at most
FINDINGS executions and leaves the rest to the next one; to each finding comes how its execution
ended, with the sentence of an error. Of all that is told as much is named as has room, by count and
by bytes, and how much more there is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from signpost.errors import InvalidEvent, SweepBrake, shortened
from signpost.harmless import harmless, throughout
from signpost.model import Json
from signpost.plan.room import size
from signpost.settings import Settings
from signpost.sweep.findings import Drift, Finding, Problem
from signpost.triggers.ecs_names import show
from signpost.triggers.runs import MAX_TEXT, text

FINDINGS = 100  # executions that one sweep starts
FINDINGS_BYTES = 185_000  # where services have very long names, fewer
ENDING_BYTES = 1_400  # of a finding, for how its execution ended: `errors.MOST` and its name
PROBLEMS, PROBLEMS_BYTES = 50, 25_000  # that a receipt names
NOTES, NOTES_BYTES, NOTE = 20, 8_000, 500  # the last: characters of one
NAMED, NAMED_BYTES = 50, 8_000  # services that a sentence names
_REPAIRED, _IDLE = ("RecordChanged", "RecordRemoved"), ("Unchanged", "Skipped")
_MAX_NAME = 80  # of an execution (Step Functions API Reference, StartExecution)


@dataclass(frozen=True)
class Request:
    """What a sweep is asked to do."""

    dry_run: bool = False
    force: bool = False  # remove however many names
    deep: bool = False  # read every record of the zones, not only the ledgers
    reason: str | None = None

    @classmethod
    def from_input(cls, document: object) -> Self:
        """Read the execution's input. Raises InvalidEvent."""
        if not isinstance(document, Mapping):
            raise InvalidEvent(f"The input is {show(document)}: a sweep takes a JSON object.")
        known = {"dry_run", "force", "deep", "reason"}
        unknown = sorted(str(key)[:40] for key in document if key not in known)
        if unknown:
            raise InvalidEvent(
                f"The input has {', '.join(unknown[:5])}: a sweep takes {', '.join(sorted(known))}."
            )
        for key in ("dry_run", "force", "deep"):
            if not isinstance(document.get(key, False), bool):
                raise InvalidEvent(
                    f"The input's {key} is {show(document[key])}: it must be true or false."
                )
        reason = text(document.get("reason"))
        if reason is None and document.get("reason") is not None:
            raise InvalidEvent(f"The input's reason must be text of at most {MAX_TEXT} characters.")
        return cls(**{**document, "reason": reason})


def found(
    result: Drift,
    request: Request,
    notes: Sequence[str],
    looked_at: Mapping[str, int],
    settings: Settings,
    execution: str,
) -> Json:
    """`drift` in the payload: what is to be done, and what is to be told."""
    brakes = not request.force and result.brakes(settings.sweep_brake_percent)
    held = dict.fromkeys(result.removals if brakes else ())
    if request.dry_run or settings.policy == "dry-run":
        action, to_do = "dry-run", list(result.findings)
    else:
        action = "repair" if result.findings or result.problems else "none"
        to_do = [finding for finding in result.findings if finding not in held]
    findings = _fitting(to_do, execution)
    problems = _within(map(to_json, result.problems), PROBLEMS, PROBLEMS_BYTES)
    told = _within((shortened(harmless(note), NOTE) for note in notes), NOTES, NOTES_BYTES)
    named = (harmless(f"{one.cluster}/{one.service}") for one in held)
    return {
        "action": action,
        "reason": "A dry run: nothing was changed." if action == "dry-run" else None,
        "error": None,
        "because": request.reason,
        "looked_at": dict(looked_at),
        "found": len(result.findings),
        "findings": findings,
        "left": len(to_do) - len(findings),
        "held": {
            "services": len(held),
            "ledgers": sum(finding.removed_ledgers for finding in held),
            "percent": settings.sweep_brake_percent,
            "named": _within(named, NAMED, NAMED_BYTES),
        }
        if held
        else None,
        "problems": problems,
        "more_problems": len(result.problems) - len(problems),
        "notes": told,
        "more_notes": len(notes) - len(told),
    }


def _within(items: Iterable[Any], most: int, room: int) -> list[Any]:
    """The first ones: so many, and so many bytes, at most."""
    found: list[Any] = []
    for item in items:
        room -= size(item)
        if room < 0 or len(found) == most:
            break
        found.append(item)
    return found


def _fitting(findings: Sequence[Finding], sweep: str) -> list[Json]:
    """As many as one sweep can carry. Which they are is drawn anew by each sweep: those that fail
    every time must not keep the others waiting for ever.
    """
    names = {finding: _name_for(finding, sweep) for finding in findings}
    drawn: set[Finding] = set()
    room = FINDINGS_BYTES
    for finding in sorted(findings, key=lambda one: names[one].rpartition("-")[2])[:FINDINGS]:
        room -= size(to_json(finding)) + ENDING_BYTES
        if room < 0:
            break
        drawn.add(finding)
    return [
        {**to_json(finding), "execution": names[finding]}
        for finding in findings
        if finding in drawn
    ]


def report(told: Mapping[str, Any]) -> Json:
    """`report`, from `drift`, whose findings tell by now how their executions ended.

    Raises SweepBrake where removals were held back.
    """
    runs = told["findings"]
    repaired = [run for run in runs if run["outcome"] in _REPAIRED]
    idle = [run for run in runs if run["outcome"] in _IDLE]
    failed = [run for run in runs if run not in repaired and run not in idle]
    if told["held"]:
        raise SweepBrake(_brake_sentence(told, repaired, [*failed, *idle]))
    problems = len(told["problems"]) + told["more_problems"]
    said = (
        f"Services not in order: {len(runs)}; repaired: {len(repaired)}."
        if runs
        else "There was nothing to repair by running a service."
    )
    if told["left"]:
        said += f" Found beyond these: {told['left']}; the next sweep sees to them."
    if failed:
        said += f" Not repaired: {_names(failed)}."
    if idle:
        said += (
            f" Nothing was left to change by then: {_names(idle)}. Another execution was faster, "
            "or the next sweep finds it again."
        )
    if problems:
        said += f" For a person to look at: {problems}, see problems."
    complete = not failed and not idle and not problems
    return {
        "outcome": "Repaired" if complete else "NotAllRepaired",
        "reason": said,
    }


def _brake_sentence(
    told: Mapping[str, Any],
    repaired: Sequence[Mapping[str, Any]],
    failed: Sequence[Mapping[str, Any]],
) -> str:
    held = told["held"]
    more = held["services"] - len(held["named"])
    done = f" All else was repaired: {len(repaired)}." if repaired else ""
    if failed:
        done += f" Not repaired: {_names(failed)}."
    return (
        f"{held['ledgers']} of {told['looked_at']['ledgers']} ledgers would have been removed, "
        f"more than SweepBrakePercent ({held['percent']} %) allows at once, so none was: "
        f"{', '.join(held['named'])}{f' and {more} more' if more else ''}.{done} If ECS is right "
        "and these services are really gone: signpost sweep --force."
    )


def _names(runs: Sequence[Mapping[str, Any]]) -> str:
    said = (f"{run['cluster']}/{run['service']} ({run['error'] or run['outcome']})" for run in runs)
    named = _within(said, NAMED, NAMED_BYTES)
    more = f" and {len(runs) - len(named)} more" if len(runs) > len(named) else ""
    return ", ".join(named) + more


def _name_for(finding: Finding, sweep: str) -> str:
    """The name of the execution for a finding: one for each sweep, however often it is started."""
    about = re.sub(r"[^A-Za-z0-9_-]+", "-", f"{finding.cluster}-{finding.service}")
    identity = f"{sweep}/{finding.cluster}/{finding.service}"
    tail = "-" + hashlib.sha256(identity.encode()).hexdigest()[:12]
    return f"sweep-{about}"[: _MAX_NAME - len(tail)] + tail


def to_json(found: Finding | Problem) -> dict[str, Any]:
    """For the payload; a sentence is cut off at 300 characters."""
    about = throughout({"cluster": found.cluster, "service": found.service})
    reason = harmless(found.reason)
    reason = reason if len(reason) <= 300 else reason[:299] + "…"
    if isinstance(found, Finding):
        return {**about, "what": found.kind.value, "reason": reason}
    return {**about, "error": found.error, "reason": reason}
