"""Time that a test turns by hand, and the rate of requests that Route 53 allows on it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol

START = datetime(2026, 1, 1, tzinfo=UTC).timestamp()


class Clock(Protocol):
    """Seconds since 1970; `tick` is called once for every request."""

    def now(self) -> float:
        """The time."""

    def tick(self) -> None:
        """A request is being made."""


class FakeClock:
    """Stands still until it is advanced; `seconds_per_call` pass with every request."""

    def __init__(self, seconds_per_call: float = 0.0, start: float = START) -> None:
        self.seconds_per_call = seconds_per_call
        self._now = start

    def now(self) -> float:
        """The time."""
        return self._now

    def tick(self) -> None:
        """A request takes its share of time."""
        self._now += self.seconds_per_call

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds


class SystemClock:
    """Real time, for tests that really wait (a state machine with its own retries)."""

    def now(self) -> float:
        """The time."""
        return time.time()

    def tick(self) -> None:
        """Real time passes by itself."""


class RequestRate:
    """A token bucket: `per_second` requests an account, `burst` at once.

    Route 53 Developer Guide: Quotas, "Route 53 API requests" (10 a second, burst 50).
    """

    def __init__(
        self, clock: Clock | None = None, per_second: float = 10.0, burst: float = 50.0
    ) -> None:
        # A clock of its own: one test may let a change propagate without earning requests, and
        # by default a caller that waits for each answer stays just within the rate.
        self.clock = clock if clock is not None else FakeClock(seconds_per_call=1 / per_second)
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
