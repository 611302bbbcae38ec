"""A DNS server on the loopback address, UDP and TCP on one port, that answers from Route 53."""

from __future__ import annotations

import logging
import socketserver
import threading
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError
from dnslib import QTYPE, RR, TXT, DNSError, DNSHeader, DNSRecord

from local_aws.dns_answers import Answer, Code, Record, View, World, resolve, txt_strings
from local_aws.errors import LocalAwsError
from local_aws.ports import HOST

PORTS_TRIED = 200
_PLAIN_UDP = 512  # octets that a question without EDNS can take
_POLL_SECONDS = 0.2  # how long a server takes to notice that it shall stop

logger = logging.getLogger(__name__)


class DnsServer:
    """One view of the zones on one port."""

    def __init__(self, view: View, read: Callable[[], World], first_port: int) -> None:
        self._udp, self._tcp = _bind(first_port)
        self.port: int = self._udp.server_address[1]
        self.address = f"{HOST}:{self.port}"
        for server in (self._udp, self._tcp):
            server.respond = lambda query, is_udp: respond(query, view, read, is_udp)
            threading.Thread(
                target=server.serve_forever,
                args=(_POLL_SECONDS,),
                daemon=True,
                name=f"dns-{self.port}",
            ).start()

    def stop(self) -> None:
        """Close both sockets."""
        for server in (self._udp, self._tcp):
            server.shutdown()
            server.server_close()


def respond(query: bytes, view: View, read: Callable[[], World], is_udp: bool) -> bytes | None:
    """The response to one query in wire format; None for what is no DNS query at all."""
    try:
        request = DNSRecord.parse(query)
    except (DNSError, ValueError, IndexError):
        return None
    if request.header.qr or not request.questions:
        return None
    reply = request.reply(ra=0, aa=1)
    try:
        answer = resolve(read(), str(request.q.qname), str(QTYPE.get(request.q.qtype)), view)
    except (BotoCoreError, ClientError):
        logger.exception("No answer from the emulator's Route 53")
        answer = Answer(Code.SERVFAIL)
    reply.header.rcode = answer.code.value
    reply.header.aa = int(not answer.is_referral)
    for record in answer.records:
        reply.add_answer(*_wire(record))
    for record in answer.authority:
        reply.add_auth(*_wire(record))
    packed: bytes = reply.pack()
    if is_udp and len(packed) > _room(request):
        packed = DNSRecord(
            DNSHeader(id=request.header.id, qr=1, aa=1, tc=1, rd=request.header.rd), q=request.q
        ).pack()
    return packed


def _wire(record: Record) -> list[RR]:
    if record.type in ("TXT", "SPF"):
        data = TXT(txt_strings(record.data))
        return [RR(record.name, QTYPE.TXT, ttl=record.ttl, rdata=data)]
    return list(RR.fromZone(f"{record.name}. {record.ttl} IN {record.type} {_dotted(record)}"))


def _dotted(record: Record) -> str:
    """Names in data are absolute, whether or not Route 53 was given the trailing dot."""
    if record.type in ("CNAME", "NS", "PTR", "MX", "SRV") and not record.data.endswith("."):
        return f"{record.data}."
    return record.data


def _room(request: DNSRecord) -> int:
    sizes = [int(one.rclass) for one in request.ar if one.rtype == QTYPE.OPT]
    return max([_PLAIN_UDP, *sizes])


class _UdpServer(socketserver.ThreadingUDPServer):
    daemon_threads = True
    max_packet_size = 4096
    allow_reuse_address = False  # on Linux, two servers could then share a UDP port unnoticed
    respond: Callable[[bytes, bool], bytes | None]


class _TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    respond: Callable[[bytes, bool], bytes | None]


class _UdpHandler(socketserver.BaseRequestHandler):
    server: _UdpServer

    def handle(self) -> None:
        query, sock = self.request
        response = self.server.respond(query, True)
        if response is not None:
            sock.sendto(response, self.client_address)


class _TcpHandler(socketserver.BaseRequestHandler):
    server: _TcpServer

    def handle(self) -> None:
        self.request.settimeout(10)
        try:
            while length := self._exactly(2):
                query = self._exactly(int.from_bytes(length, "big"))
                response = self.server.respond(query, False)
                if response is None:
                    return
                self.request.sendall(len(response).to_bytes(2, "big") + response)
        except OSError:
            return  # the client went away

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self.request.recv(count - len(data))
            if not more:
                return b""
            data += more
        return data


def _bind(first_port: int) -> tuple[_UdpServer, _TcpServer]:
    """Both servers on the first port from `first_port` on that both protocols have free."""
    for port in range(first_port, first_port + PORTS_TRIED):
        try:
            udp = _UdpServer((HOST, port), _UdpHandler)
        except OSError:
            continue
        try:
            return udp, _TcpServer((HOST, port), _TcpHandler)
        except OSError:
            udp.server_close()
    raise LocalAwsError(
        f"No free port for DNS from {first_port} to {first_port + PORTS_TRIED - 1}."
    )
