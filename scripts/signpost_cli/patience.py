"""What a running execution waits for, and until when: from its history and its definition. Pure.

Waiting is the state machine's own: a task that failed is tried again as its `Retry` says, with
waits that grow and, with full jitter, are drawn between nothing and their interval (Step Functions
Developer Guide, "Handling errors in Step Functions workflows"). So what is to come is taken to last
as the waits so far did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from signpost_cli.timeline import Step, Timeline, iso

_ENOUGH = 3  # waits, to tell how long those to come will be


@dataclass(frozen=True)
class Waiting:
    """The state that an execution is in. `error` and `cause` are its last attempt's, None while the
    first one runs; `about` and `until` are when it gives up: expected, where it has waited a few
    times, and at the latest.
    """

    state: str
    so_far: float  # seconds that the execution has run
    since: datetime
    seconds: float
    attempts: int
    most: int | None  # attempts, where its definition says how many there may be
    error: str | None
    cause: str | None
    about: datetime | None
    until: datetime | None

    def to_json(self) -> dict[str, Any]:
        """For `--json`."""
        return {
            "state": self.state,
            "so_far": self.so_far,
            "since": iso(self.since),
            "seconds": self.seconds,
            "attempts": self.attempts,
            "most_attempts": self.most,
            "error": self.error,
            "cause": self.cause,
            "about": iso(self.about),
            "until": iso(self.until),
        }

    def sentences(self, known: str = "") -> str:
        """The same for people; of an error that is `known` to them, not the cause once more."""
        often = f"{self.attempts} of {self.most}" if self.most else str(self.attempts)
        if self.error is None:
            text = f"{self.state} has been running for {length(self.seconds)}."
        else:
            text = f"{self.state} has been trying for {length(self.seconds)}, attempts so far: "
            text += f"{often}. The last one: {self.error}"
            text += f": {self.cause}" if self.cause and self.error != known else "."
        if self.about and self.until:
            text += f" If that stays, it gives up about {_clock(self.about)}, and not after "
            text += f"{_clock(self.until)}."
        elif self.until:
            text += f" It ends by {_clock(self.until)}, one way or the other."
        return text


def length(seconds: float) -> str:
    """A duration as people say it: `12.3 s`, `4 min 10 s`, `1 h 2 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _clock(when: datetime) -> str:
    return f"{when:%H:%M:%S} UTC"


def waiting(found: Timeline, definition: Mapping[str, Any] | None = None) -> Waiting | None:
    """What an execution waits for; None where it does not run, or has not begun.

    Without its `definition` nothing is known of until when.
    """
    step = next((step for step in reversed(found.steps) if step.ended is None), None)
    if step is None or not found.is_running or found.started is None:
        return None
    last = step.attempts[-1] if step.attempts else None
    error = step.failures[-1] if step.failures else None
    state = dict(_states(definition or {})).get(step.name, {})
    limit = (definition or {}).get("TimeoutSeconds")
    until = found.started + timedelta(seconds=limit) if limit else None
    about, most = None, None
    retrier = _retrier(state, error.error) if error else None
    if retrier and error:
        now = found.started + timedelta(seconds=found.length)
        alike = sum(one.error in retrier["ErrorEquals"] for one in step.failures)
        most = retrier.get("MaxAttempts", 3) + 1
        share, nominal = _share(retrier, step), sum(_waits(retrier)[alike - (last is error) :])
        timeout = (most - alike) * state.get("TimeoutSeconds", 0)
        until = min(filter(None, (until, now + timedelta(seconds=nominal + timeout))))
        if share is not None:
            about = min(until, now + timedelta(seconds=nominal * share))
    return Waiting(
        state=step.name,
        so_far=found.length,
        since=step.started,
        seconds=found.seconds_of(step),
        attempts=max(1, len(step.attempts)),
        most=most,
        error=error.error if error else None,
        cause=error.cause if error else None,
        about=about,
        until=until,
    )


def _states(definition: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """All states, those inside of Map states too."""
    for name, state in definition.get("States", {}).items():
        yield name, state
        yield from _states(state.get("ItemProcessor", {}))


def _retrier(state: Mapping[str, Any], error: str | None) -> Mapping[str, Any] | None:
    return next(
        (one for one in state.get("Retry", ()) if error in one["ErrorEquals"]),
        None,
    )


def _waits(retrier: Mapping[str, Any]) -> list[float]:
    """The waits of a retrier at their longest, in seconds. What it leaves out is as the Amazon
    States Language has it: 1 second, 3 attempts, twice as long each time.
    """
    first, rate = retrier.get("IntervalSeconds", 1), retrier.get("BackoffRate", 2.0)
    longest = retrier.get("MaxDelaySeconds", float("inf"))
    return [min(first * rate**number, longest) for number in range(retrier.get("MaxAttempts", 3))]


def _share(retrier: Mapping[str, Any], step: Step) -> float | None:
    """How long an attempt and the wait after it took so far, as a part of the waits' longest."""
    failed = [
        (attempt, following)
        for attempt, following in pairwise(step.attempts)
        if attempt.error in retrier["ErrorEquals"]
    ]
    nominal = sum(_waits(retrier)[: len(failed)])
    if len(failed) < _ENOUGH or not nominal:
        return None
    took = sum(
        (following.started - attempt.started).total_seconds() for attempt, following in failed
    )
    return took / nominal
