"""A DNS server on the loopback address that does to each question what a test says."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

HOST = "127.0.0.1"
_PORTS_TRIED = 20

# What is sent back for a question, given how many came before it and whether it came by TCP: octets
# as they are, one datagram each. By TCP nothing means that the connection is closed.
Behaviour = Callable[[dns.message.Message, int, bool], list[bytes]]


class OddServer:
    """A context manager; `asked` has the questions so far: by TCP or not, and with EDNS or not."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self.asked: list[tuple[str, bool]] = []
        self._udp, self._tcp = _bound()
        self.port: int = self._udp.getsockname()[1]

    def __enter__(self) -> OddServer:
        self._threads = [
            threading.Thread(target=serve, daemon=True) for serve in (self._serve, self._accept)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        for one in (self._udp, self._tcp):
            # Wakes the thread that waits there, which closing alone does not.
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._udp.close()
        self._tcp.close()

    def _serve(self) -> None:
        while True:
            wire, client = self._udp.recvfrom(65535)
            if not wire:
                return
            for datagram in self._answers(wire, False):
                self._udp.sendto(datagram, client)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._tcp.accept()
            except OSError:
                return
            with connection:
                wire = connection.recv(65535)
                for message in self._answers(wire[2:], True):
                    connection.sendall(len(message).to_bytes(2, "big") + message)

    def _answers(self, wire: bytes, by_tcp: bool) -> list[bytes]:
        query = dns.message.from_wire(wire)
        self.asked.append(("tcp" if by_tcp else "udp", query.edns >= 0))
        return self._behaviour(query, len(self.asked) - 1, by_tcp)


def reply(
    query: dns.message.Message,
    *values: str,
    rcode: str = "NOERROR",
    flags: int = dns.flags.AA,
    delegated: str = "",
) -> dns.message.Message:
    """An answer with these values, or one that refers to others for a name."""
    made = dns.message.make_response(query)
    made.flags |= flags
    made.set_rcode(dns.rcode.from_text(rcode))
    (question,) = query.question
    if values:
        made.answer.append(dns.rrset.from_text(question.name, 60, "IN", question.rdtype, *values))
    if delegated:
        made.authority.append(dns.rrset.from_text(delegated, 300, "IN", "NS", "ns.example."))
    return made


def _bound() -> tuple[socket.socket, socket.socket]:
    """A UDP and a TCP socket on one port."""
    for _ in range(_PORTS_TRIED):
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind((HOST, 0))
        try:
            return udp, socket.create_server(udp.getsockname())
        except OSError:
            udp.close()
    raise OSError(f"No port of {HOST} is free for both UDP and TCP")
