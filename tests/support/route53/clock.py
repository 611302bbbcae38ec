"""Time that a test turns by hand, and the rate of requests that Route 53 allows on it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

START = datetime(2026, 1, 1, tzinfo=UTC).timestamp()


class Clock:
    """Stands still until it is advanced; `seconds_per_call` pass with every request."""

    def __init__(self, seconds_per_call: float = 0.0) -> None:
        self.seconds_per_call = seconds_per_call
        self._advanced = 0.0

    def now(self) -> float:
        """Seconds since 1970."""
        return START + self._advanced

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._advanced += seconds

    def tick(self) -> None:
        """A request takes its share of time."""
        self.advance(self.seconds_per_call)


class RunningClock(Clock):
    """Runs by itself too, for tests that really wait (a state machine with its own retries)."""

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._advanced


class RequestRate:
    """A token bucket: `per_second` requests an account, `burst` at once.

    Route 53 Developer Guide: Quotas, "Route 53 API requests" (10 a second, burst 50).
    """

    def __init__(
        self, clock: Clock | None = None, per_second: float = 10.0, burst: float = 50.0
    ) -> None:
        # A clock of its own: one test may let a change propagate without earning requests, and
        # by default a caller that waits for each answer stays just within the rate.
        self.clock = clock if clock is not None else Clock(seconds_per_call=1 / per_second)
        self.per_second = per_second
        self.burst = burst
        self._tokens = burst
        self._filled_at = self.clock.now()

    def take(self) -> bool:
        """Count a request; False if it is over the rate."""
        self.clock.tick()
        now = self.clock.now()
        # Rounding must not cost a token to who keeps exactly to the rate.
        earned = round((now - self._filled_at) * self.per_second, 6)
        self._tokens = min(self.burst, self._tokens + earned)
        self._filled_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
