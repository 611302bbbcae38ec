"""Many questions to several servers, many at a time, within the time of one attempt."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from signpost.errors import ResolverUnreachable
from signpost.proof import lookup
from signpost.proof.lookup import Server

# VerifyRecord has 30 seconds (template.yaml). A question that is begun in time takes 5.5 more at
# most (`lookup.WAITS`); the rest is for Route 53's API.
SECONDS = 14.0
AT_ONCE = 16  # of one server

Ask = Callable[[Server, str, str], tuple[str, ...]]
Question = tuple[Server, str, str]


class Asking:
    """Asks each server each question once, and one that was silent nothing more."""

    def __init__(self, ask: Ask = lookup.ask, seconds: float = SECONDS) -> None:
        self._ask = ask
        self._until = time.monotonic() + seconds
        self._known: dict[Question, tuple[str, ...] | ResolverUnreachable] = {}
        self._silent: dict[Server, ResolverUnreachable] = {}

    def __call__(self, server: Server, name: str, type_: str) -> tuple[str, ...]:
        """What the server says. Raises ResolverUnreachable."""
        outcome = self._outcome((server, name, type_))
        if isinstance(outcome, ResolverUnreachable):
            raise outcome
        return outcome

    def ahead(self, questions: Iterable[Question]) -> None:
        """Ask at the same time what will be asked for one by one. No server keeps another waiting,
        and the pools are left when all have answered or failed.
        """
        with ExitStack() as pools:
            of: dict[Server, ThreadPoolExecutor] = {}
            for question in questions:
                server = question[0]
                if server not in of:
                    of[server] = pools.enter_context(ThreadPoolExecutor(AT_ONCE))
                of[server].submit(self._outcome, question)

    def left(self, most: float) -> float:
        """How many seconds are left for something that may take so many."""
        return max(0.0, min(most, self._until - time.monotonic()))

    def _outcome(self, question: Question) -> tuple[str, ...] | ResolverUnreachable:
        if question not in self._known:
            self._known[question] = self._asked(question)
        return self._known[question]

    def _asked(self, question: Question) -> tuple[str, ...] | ResolverUnreachable:
        server, name, type_ = question
        if server in self._silent:
            return self._silent[server]
        if time.monotonic() >= self._until:
            return ResolverUnreachable(
                f"DNS server {server.name} was not asked for {name} {type_}: the time for one "
                f"attempt was over after {len(self._known)} questions."
            )
        try:
            return self._ask(server, name, type_)
        except ResolverUnreachable as error:
            if error.how == "silent":
                self._silent[server] = error
            return error
