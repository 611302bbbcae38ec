"""Signals that wait until something is done which must not be done by half."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def held() -> Iterator[None]:
    """Ctrl-C and SIGTERM take effect when the block is left. In the main thread only.

    For starting what must be noted to be ended, and for the ending itself. What is started inside
    inherits nothing of it, as it would from a blocked signal.
    """
    came: list[int] = []
    before = {one: signal.signal(one, lambda number, _: came.append(number)) for one in _SIGNALS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
        if came:
            signal.raise_signal(came[0])
