"""The history of an execution (GetExecutionHistory) as a timeline: states, attempts, waits."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_TASK_ENDS = ("TaskFailed", "TaskTimedOut", "TaskStartFailed", "TaskSubmitFailed")
_LAMBDA_ENDS = ("LambdaFunctionFailed", "LambdaFunctionTimedOut", "LambdaFunctionStartFailed")
_STARTS = ("TaskScheduled", "LambdaFunctionScheduled")
_DONE = ("TaskSucceeded", "LambdaFunctionSucceeded")
_ENDS = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionAborted": "ABORTED",
    "ExecutionTimedOut": "TIMED_OUT",
}
INSTANT_KINDS = ("Choice", "Pass", "Succeed", "Fail")  # they decide, and take no time


@dataclass
class Attempt:
    """One run of a task; `error` is None where it succeeded or still runs."""

    started: datetime
    ended: datetime | None = None
    error: str | None = None
    cause: str | None = None


@dataclass
class Step:
    """One state, from when it was entered."""

    name: str
    kind: str  # Task, Pass, Choice, Fail, …
    started: datetime
    ended: datetime | None = None
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def seconds(self) -> float | None:
        """How long it took, None while it runs."""
        return (self.ended - self.started).total_seconds() if self.ended else None

    @property
    def waits(self) -> list[float]:
        """Seconds between a failed attempt and the next one."""
        return [
            (later.started - earlier.ended).total_seconds()
            for earlier, later in zip(self.attempts, self.attempts[1:], strict=False)
            if earlier.ended
        ]

    @property
    def failures(self) -> list[Attempt]:
        """The attempts that failed."""
        return [attempt for attempt in self.attempts if attempt.error]


@dataclass
class Timeline:
    """An execution so far."""

    steps: list[Step] = field(default_factory=list)
    started: datetime | None = None
    ended: datetime | None = None
    read_at: datetime | None = None  # what runs has run until then
    status: str = "RUNNING"
    output: dict[str, Any] | None = None
    error: str | None = None
    cause: str | None = None

    @property
    def seconds(self) -> float | None:
        """From start to end, None while it runs."""
        if self.started is None or self.ended is None:
            return None
        return (self.ended - self.started).total_seconds()

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.status == "RUNNING"

    @property
    def length(self) -> float:
        """Seconds from the start to the end, or until it was read."""
        known = [step.ended or step.started for step in self.steps]
        ends = [self.ended, self.read_at if self.is_running else None]
        return self.offset(max([*known, *filter(None, ends)])) if known else 0.0

    def seconds_of(self, step: Step) -> float:
        """How long a state took, or has been running until it was read."""
        return self.length - self.offset(step.started) if step.seconds is None else step.seconds

    def offset(self, moment: datetime) -> float:
        """Seconds from the execution's start."""
        return (moment - (self.started or moment)).total_seconds()

    @property
    def outcome(self) -> str:
        """The receipt's outcome, the error's name, or the status."""
        if isinstance(self.output, dict) and self.status == "SUCCEEDED":
            return str(self.output.get("outcome", self.status))
        return self.error or self.status

    def states_as_json(self) -> list[dict[str, Any]]:
        """For `--json`: each state with its attempts."""
        return [
            {
                "name": step.name,
                "type": step.kind,
                "started": iso(step.started),
                "offset": self.offset(step.started),
                "seconds": step.seconds,
                "attempts": [
                    {
                        "started": iso(attempt.started),
                        "ended": iso(attempt.ended),
                        "error": attempt.error,
                        "cause": attempt.cause,
                    }
                    for attempt in step.attempts
                ],
                "waits": step.waits,
            }
            for step in self.steps
        ]


def read(events: Iterable[Mapping[str, Any]], now: datetime | None = None) -> Timeline:
    """Build the timeline from an execution's events, oldest first, as it is `now` (aware).

    In a Map or Parallel state the events of several states come mixed; each names the event that
    it follows (`previousEventId`), and so its state.
    """
    timeline, steps = Timeline(read_at=now), dict[int, Step]()
    for event in events:
        step = steps.get(event.get("previousEventId", 0)) or _last(timeline)
        _add(timeline, event, step)
        current = _last(timeline) if "stateEnteredEventDetails" in event else step
        if current:
            steps[event["id"]] = current
    return timeline


def _last(timeline: Timeline) -> Step | None:
    return timeline.steps[-1] if timeline.steps else None


def _add(timeline: Timeline, event: Mapping[str, Any], current: Step | None) -> None:
    kind, when = event["type"], event["timestamp"]
    if kind == "ExecutionStarted":
        timeline.started = when
    elif "stateEnteredEventDetails" in event:
        if current and current.ended is None and current.attempts:
            current.ended = when  # left through a Catch
        name = event["stateEnteredEventDetails"]["name"]
        timeline.steps.append(Step(name, kind.removesuffix("StateEntered"), when))
    elif "stateExitedEventDetails" in event and current:
        current.ended = when
    elif kind in _STARTS and current:
        current.attempts.append(Attempt(when))
    elif kind in _DONE and current and current.attempts:
        current.attempts[-1].ended = when
    elif kind in _TASK_ENDS + _LAMBDA_ENDS and current:
        _fail(current, kind, when, _details(event))
    elif kind in _ENDS:
        _end(timeline, kind, when, _details(event))
    elif kind == "ExecutionRedriven":
        timeline.ended, timeline.status = None, "RUNNING"
        timeline.error = timeline.cause = None


def _fail(step: Step, kind: str, when: datetime, details: Mapping[str, Any]) -> None:
    if not step.attempts or step.attempts[-1].ended:
        step.attempts.append(Attempt(when))
    attempt = step.attempts[-1]
    attempt.ended = when
    attempt.error = details.get("error") or ("States.Timeout" if "TimedOut" in kind else kind)
    attempt.cause = sentence(details.get("cause"))


def _end(timeline: Timeline, kind: str, when: datetime, details: Mapping[str, Any]) -> None:
    timeline.ended, timeline.status = when, _ENDS[kind]
    if timeline.steps and timeline.steps[-1].ended is None:
        timeline.steps[-1].ended = when
    timeline.error = details.get("error")
    timeline.cause = sentence(details.get("cause"))
    if kind == "ExecutionSucceeded" and details.get("output"):
        timeline.output = json.loads(details["output"])


def _details(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one `…EventDetails` of an event, if it has any."""
    found = [value for key, value in event.items() if key.endswith("EventDetails")]
    return found[0] if found and isinstance(found[0], Mapping) else {}


def sentence(cause: str | None) -> str | None:
    """The message in a Lambda's error JSON; any other cause as it is."""
    try:
        parsed = json.loads(cause or "")
    except ValueError:
        return cause
    message = parsed.get("errorMessage") if isinstance(parsed, dict) else None
    return message if isinstance(message, str) else cause


def iso(moment: datetime | None) -> str | None:
    """ISO 8601 with milliseconds, for `--json`."""
    return moment.isoformat(timespec="milliseconds") if moment else None
