"""What a running execution waits for, and until when. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from signpost_cli.change import Change
from signpost_cli.checks.words import count, sentence
from signpost_cli.render import moment
from signpost_cli.timeline import Step, Timeline


@dataclass(frozen=True)
class Waiting:
    """An execution that runs: where it is, why it tries again, and when it ends at the latest.

    `state` is empty where that could not be read. `usually` is about when its retries are used
    up; None where nothing was retried yet, or it should be over already.
    """

    execution: Change
    state: str = ""
    attempts: int = 0
    error: str = ""
    cause: str = ""
    usually: datetime | None = None
    latest: datetime | None = None

    def told(self, known: str = "") -> str:
        """Sentences; of an error that is `known`, not the cause once more."""
        one = self.execution
        began = f"Execution {one.name} runs since {moment(one.started)}"
        if not self.state:
            return f"{began}."
        at = f"{began} and is at {self.state}"
        if self.error:
            at += f", {count(self.attempts, 'attempt')} so far: {self.error}"
            at += f": {self.cause}" if self.error != known else ""
        return f"{sentence(at)}{self._until()}"

    def _until(self) -> str:
        moments = [f"about {moment(self.usually)}"] if self.usually else []
        moments += [f"{moment(self.latest)} at the latest"] if self.latest else []
        return f" It ends at {', at '.join(moments)}." if moments else ""


def waiting(one: Change, told: Timeline, definition: str, now: datetime) -> Waiting:
    """From the execution's history so far and the state machine's definition (ASL)."""
    machine = json.loads(definition)
    limit = machine.get("TimeoutSeconds")
    latest = one.started + timedelta(seconds=limit) if limit else None
    step = told.steps[-1] if told.steps else None
    if step is None or step.ended:
        return Waiting(one, step.name if step else "", latest=latest)
    failure = step.failures[-1] if step.failures else None
    if failure is None or not failure.error:
        return Waiting(one, step.name, len(step.attempts), latest=latest)
    state = machine.get("States", {}).get(step.name, {})
    usually = _usually(step, state, failure.error)
    if usually and (usually <= now or (latest and usually >= latest)):
        usually = None  # it has already taken longer than most do
    return Waiting(
        one,
        step.name,
        len(step.failures),
        failure.error,
        failure.cause or "",
        usually,
        latest,
    )


def _usually(step: Step, state: Mapping[str, Any], error: str) -> datetime | None:
    """When the retries for an error are used up, with waits of middling length.

    With the jitter FULL a wait is between nothing and the delay (Step Functions Developer Guide,
    "Retrying after an error"). The time that the attempts themselves take is left out.
    """
    for retrier in state.get("Retry", ()):
        if error in retrier["ErrorEquals"] or "States.ALL" in retrier["ErrorEquals"]:
            share = 0.5 if retrier.get("JitterStrategy") == "FULL" else 1.0
            return step.started + timedelta(seconds=longest_wait(retrier) * share)
    return None


def longest_wait(retrier: Mapping[str, Any]) -> float:
    """Seconds that all waits of a retrier take together at the most. What it leaves out is as the
    Amazon States Language has it: 1 second, 3 attempts, twice as long each time.
    """
    delay, most = retrier.get("IntervalSeconds", 1), retrier.get("MaxDelaySeconds")
    total = 0.0
    for _ in range(retrier.get("MaxAttempts", 3)):
        total += delay if most is None else min(delay, most)
        delay *= retrier.get("BackoffRate", 2)
        if most is not None:
            delay = min(delay, most)
    return total
