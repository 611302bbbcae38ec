"""The zone data over the wire: a DNS server on the loopback address, UDP and TCP on one port."""

from __future__ import annotations

import threading
from types import TracebackType

from dnslib import AAAA, CNAME, NS, PTR, QTYPE, RCODE, RR, TXT, A, DNSError, DNSLabel, DNSRecord
from dnslib.server import DNSLogger, DNSServer, UDPServer

from tests.support.route53 import names, values
from tests.support.route53.dns_answers import Dns, DnsRecord

HOST = "127.0.0.1"
PATIENCE_SECONDS = 30.0  # of whoever asks, as this machine may be busy; only a failure takes it
_PORTS_TRIED = 20
_PLAIN_UDP = 512
_POLL_SECONDS = 0.02  # how long leaving the context takes at most
_NAME_DATA = {"CNAME": CNAME, "NS": NS, "PTR": PTR}


class DnsOverWire:
    """Serves any `resolve(name, type)`; a context manager. `address` is `127.0.0.1:PORT`.

    `asked`: the (name, type) questions so far. `failing`: an rcode to answer everything with.
    `silent`: give no answer at all.
    """

    def __init__(self, dns: Dns) -> None:
        self._dns = dns
        self.asked: list[tuple[str, str]] = []
        self.failing: str | None = None
        self.silent = False
        self._servers = _bind(self)
        self.port: int = self._servers[0].server.server_address[1]
        self.address = f"{HOST}:{self.port}"

    def __enter__(self) -> DnsOverWire:
        self._threads = [
            threading.Thread(target=one.server.serve_forever, args=(_POLL_SECONDS,), daemon=True)
            for one in self._servers
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
        for server, thread in zip(self._servers, self._threads, strict=True):
            server.stop()
            thread.join()
            server.server.server_close()

    def resolve(self, request: DNSRecord, handler: object) -> DNSRecord:
        """What dnslib calls for each question."""
        name = names.from_labels(request.q.qname.label)
        type_ = str(QTYPE.get(request.q.qtype))
        self.asked.append((name, type_))
        if self.silent:
            raise _Silence
        reply = request.reply(ra=0, aa=1)
        if self.failing is not None:
            reply.header.rcode = getattr(RCODE, self.failing)
            return reply
        if not name:  # the root: in none of the zones
            reply.header.rcode = RCODE.REFUSED
            return reply
        answer = self._dns.resolve(name, type_)
        reply.header.rcode = getattr(RCODE, answer.rcode)
        for record in answer.records:
            reply.add_answer(_wire(record))
        if answer.soa:
            reply.add_auth(_wire(answer.soa))
        is_udp = getattr(handler, "protocol", "tcp") == "udp"
        if is_udp and len(reply.pack()) > _room(request):
            return reply.truncate()
        return reply


class _Silence(DNSError):  # type: ignore[misc]
    """No answer, on purpose: dnslib drops a question that raises its own error."""


class _UdpServer(UDPServer):  # type: ignore[misc]
    # dnslib would let two servers share a UDP port.
    allow_reuse_address = False


def _wire(record: DnsRecord) -> RR:
    owner = DNSLabel(names.to_labels(record.name))
    type_ = getattr(QTYPE, record.type)
    if record.type in ("TXT", "SPF"):
        data = TXT(values.txt_strings(record.value))
    elif record.type in _NAME_DATA:
        target = names.to_labels(names.canonical(record.value))
        data = _NAME_DATA[record.type](DNSLabel(target))
    elif record.type in ("A", "AAAA"):
        data = (A if record.type == "A" else AAAA)(record.value)
    else:
        data = RR.fromZone(f"owner. 0 IN {record.type} {record.value}")[0].rdata
    return RR(owner, type_, ttl=record.ttl, rdata=data)


def _room(request: DNSRecord) -> int:
    sizes = [int(one.rclass) for one in request.ar if one.rtype == QTYPE.OPT]
    return max([_PLAIN_UDP, *sizes])


def _bind(resolver: DnsOverWire) -> tuple[DNSServer, DNSServer]:
    quiet = DNSLogger(log="-recv,-send,-request,-reply,-truncated,-error,-data")
    for _ in range(_PORTS_TRIED):
        udp = DNSServer(resolver, HOST, 0, logger=quiet, server=_UdpServer)
        try:
            port = udp.server.server_address[1]
            return udp, DNSServer(resolver, HOST, port, tcp=True, logger=quiet)
        except OSError:
            udp.server.server_close()
    raise OSError(f"No port of {HOST} is free for both UDP and TCP")
