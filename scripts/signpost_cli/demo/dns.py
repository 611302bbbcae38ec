"""Asking the local DNS server, once or all the time."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import dns.exception
import dns.message
import dns.query

INTERVAL_SECONDS = 0.02
PATIENCE_SECONDS = 20.0  # a busy machine answers late, which is not "no answer"


@dataclass(frozen=True)
class Server:
    """The DNS server of the local AWS."""

    address: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Server:
        """From `ADDRESS:PORT`."""
        address, _, port = text.rpartition(":")
        return cls(address, int(port))

    def addresses(self, name: str) -> tuple[str, ...]:
        """The A answers for a name, sorted."""
        query = dns.message.make_query(name, "A")
        response = dns.query.udp(query, self.address, port=self.port, timeout=PATIENCE_SECONDS)
        return tuple(sorted(str(item) for answer in response.answer for item in answer))


class Prober:
    """Asks for a name before, after and all the time while a scene is played, and counts what came
    back.
    """

    def __init__(self, server: Server, name: str) -> None:
        self._server, self._name = server, name
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._probe, daemon=True)
        self.answered = 0
        self.unanswered = 0
        self.seen: list[tuple[str, ...]] = []

    def __enter__(self) -> Prober:
        self._ask()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._ask()

    def _probe(self) -> None:
        while not self._stop.wait(INTERVAL_SECONDS):
            self._ask()

    def _ask(self) -> None:
        try:
            found = self._server.addresses(self._name)
        except (dns.exception.DNSException, OSError):
            found = ()
        if not found:
            self.unanswered += 1
            return
        self.answered += 1
        if not self.seen or self.seen[-1] != found:
            self.seen.append(found)
