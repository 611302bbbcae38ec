"""An execution's history, written event by event as GetExecutionHistory tells it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

_START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class History:
    """Writes a history event by event; each comes so many seconds after the one before."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self._now = _START

    def add(self, type_: str, after: float = 0.0, **details: Any) -> History:
        self._now += timedelta(seconds=after)
        self.events.append(
            {"type": type_, "timestamp": self._now, "id": len(self.events) + 1, **details}
        )
        return self

    def wait(self, seconds: float) -> History:
        """Time passes: between two attempts a history tells nothing."""
        self._now += timedelta(seconds=seconds)
        return self

    def enter(self, name: str, kind: str = "Task", after: float = 0.0) -> History:
        return self.add(f"{kind}StateEntered", after, stateEnteredEventDetails={"name": name})

    def leave(self, name: str, kind: str = "Task", after: float = 0.0) -> History:
        return self.add(f"{kind}StateExited", after, stateExitedEventDetails={"name": name})

    def succeed(self, after: float) -> History:
        return self.add("TaskScheduled").add("TaskStarted").add("TaskSucceeded", after)

    def fail(self, error: str, message: str, after: float) -> History:
        cause = json.dumps({"errorMessage": message, "errorType": error, "stackTrace": ["…"]})
        details = {"resourceType": "lambda", "resource": "invoke", "error": error, "cause": cause}
        return self.add("TaskScheduled").add("TaskFailed", after, taskFailedEventDetails=details)


def waiting() -> History:
    """A readiness that is met at the third attempt."""
    history = History().add("ExecutionStarted").enter("CheckReadiness")
    history.fail("TargetsNotHealthy", "none yet", after=1)
    history.wait(5)
    history.fail("TargetsNotHealthy", "none yet", after=1)
    history.wait(7.5)
    return history.succeed(after=0.5).leave("CheckReadiness")
