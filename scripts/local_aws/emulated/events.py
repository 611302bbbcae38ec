"""Lets the emulator itself tell EventBridge what happens in it, as AWS's services do."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator

from ministack.core.responses import get_account_id, get_region, request_scope
from ministack.services import eventbridge

from local_aws.cloudtrail import Event

MAX_ENTRIES = 10  # of one PutEvents (Amazon EventBridge API Reference: PutEvents)

Scope = tuple[str, str]  # account and region

logger = logging.getLogger(__name__)


class Bus(threading.Thread):
    """Puts events in a thread of its own, in order: whoever tells one neither waits nor fails."""

    def __init__(self, put: Callable[..., object] = eventbridge._put_events) -> None:
        super().__init__(name="events", daemon=True)
        self._put = put
        self._waiting: queue.SimpleQueue[tuple[Scope, Event]] = queue.SimpleQueue()

    def tell(self, event: Event) -> None:
        """Put an event on the default bus of the account and region that are being served."""
        self._waiting.put(((get_account_id(), get_region()), event))

    def run(self) -> None:
        """Put events until the process ends."""
        while True:
            self.put_waiting()

    def put_waiting(self) -> None:
        """Wait for an event, then put all that are waiting."""
        for scope, events in _batches([self._waiting.get(), *self._rest()]):
            try:
                with request_scope(*scope):
                    self._put({"Entries": events})
            except Exception:
                logger.exception("Events were not put")

    def _rest(self) -> Iterator[tuple[Scope, Event]]:
        while True:
            try:
                yield self._waiting.get_nowait()
            except queue.Empty:
                return


def _batches(told: list[tuple[Scope, Event]]) -> Iterator[tuple[Scope, list[Event]]]:
    batch: list[Event] = []
    for number, (scope, event) in enumerate(told, 1):
        batch.append(event)
        is_last = number == len(told) or told[number][0] != scope
        if is_last or len(batch) == MAX_ENTRIES:
            yield scope, batch
            batch = []
