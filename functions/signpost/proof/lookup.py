"""Asking DNS servers, with dnspython. Of the steps, only VerifyRecord imports this module."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import dns.exception
import dns.flags
import dns.inet
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver

from signpost.errors import InvalidConfiguration, ResolverUnreachable

# How long each try waits for its answer: datagrams are lost now and then, and servers may be slow.
WAITS = (0.7, 1.0, 1.5, 2.3)
FINDING_SECONDS = 3.0  # that the addresses of a zone's name servers may take, all of them together
_SERVER = re.compile(
    r"\[(?P<bracketed>[^\]]+)\](:(?P<port6>[0-9]{1,5}))?"
    r"|(?P<v4>[0-9.]+)(:(?P<port4>[0-9]{1,5}))?"
    r"|(?P<v6>[0-9A-Fa-f:.]+)"
)
_ANSWERED = (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)
_REFUSED = dns.rcode.to_text(dns.rcode.REFUSED)
# What servers say that do not know EDNS (RFC 6891, section 7).
_NO_EDNS = (dns.rcode.FORMERR, dns.rcode.NOTIMP, dns.rcode.BADVERS)


@dataclass(frozen=True)
class Server:
    """A DNS server. `caching`: a resolver, which may repeat an older answer for a while."""

    name: str  # as configured, for messages
    address: str  # empty where none was found
    port: int = 53
    caching: bool = True
    others: tuple[str, ...] = ()  # more addresses of it, which are tried in turn
    zone: str = ""  # whose own name server it is


def configured(servers: Sequence[str]) -> list[Server]:
    """The parameter DnsServers: `ADDRESS` or `ADDRESS:PORT`, IPv6 in brackets with a port.

    Raises InvalidConfiguration for what is neither.
    """
    found = []
    for text in servers:
        match = _SERVER.fullmatch(text)
        host = match and (match["bracketed"] or match["v4"] or match["v6"])
        port = int((match and (match["port6"] or match["port4"])) or 53)
        if not host or not _is_address(host) or not 0 < port < 65536:
            raise InvalidConfiguration(
                f"DnsServers has {text!r}: write an IP address, optionally with :PORT."
            )
        found.append(Server(text, host, port))
    return found


def of_the_system() -> list[Server]:
    """The resolvers this function's host uses: in a VPC, the VPC's own."""
    try:
        resolver = dns.resolver.get_default_resolver()
    except dns.exception.DNSException as error:
        raise ResolverUnreachable(f"No resolver is configured here: {error}") from error
    return [Server(str(address), str(address)) for address in resolver.nameservers]


def authoritative(
    name_servers: Sequence[str], zone: str, seconds: float = FINDING_SECONDS
) -> list[Server]:
    """A public zone's own name servers, found in so many seconds. Raises ResolverUnreachable where
    none has an address.
    """
    found: dict[str, list[str]] = {}
    finding = [
        threading.Thread(target=_find_addresses, args=(name, found), daemon=True)
        for name in name_servers
    ]
    until = time.monotonic() + seconds
    for thread in finding:
        thread.start()
    for thread in finding:
        thread.join(max(0.0, until - time.monotonic()))
    known = dict(found)  # those that come too late still write
    if not any(known.values()):
        raise ResolverUnreachable(
            f"The name servers of {zone} ({', '.join(name_servers)}) can't be found: none of them "
            "has an address."
        )
    servers = []
    for name in name_servers:
        first, *others = known.get(name) or [""]
        servers.append(Server(name, first, caching=False, others=tuple(others), zone=zone))
    return servers


def _find_addresses(name: str, found: dict[str, list[str]]) -> None:
    try:
        infos = socket.getaddrinfo(name, 53, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError):
        infos = []
    ordered = sorted(infos, key=lambda info: info[0] != socket.AF_INET)
    found[name] = list(dict.fromkeys(str(info[4][0]) for info in ordered))


def ask(server: Server, name: str, type_: str) -> tuple[str, ...]:
    """The values of one type at a name, sorted; empty where there are none.

    TXT strings come joined; names come in lower case without final dot. Takes no longer than all of
    WAITS. Raises ResolverUnreachable when the server gives no answer in as many tries, refuses to,
    or is lame.
    """
    if not server.address:
        raise ResolverUnreachable(f"The name server {server.name} can't be found.", "silent")
    addresses = (server.address, *server.others)
    until = time.monotonic() + sum(WAITS)
    failures: list[str] = []
    edns = silent = True
    for number, seconds in enumerate(WAITS):
        at = replace(server, address=addresses[number % len(addresses)])
        # Some firewalls drop what has EDNS: the last try does without, if nothing has come at all.
        edns = edns and not (silent and number and number == len(WAITS) - 1)
        try:
            response = _exchange(
                at, name, type_, edns, min(seconds, max(0.0, until - time.monotonic()))
            )
        except (dns.exception.DNSException, OSError, EOFError, ValueError) as error:
            failures.append(_told(error))
            continue
        silent = False
        edns = edns and response.rcode() not in _NO_EDNS
        if response.rcode() not in _ANSWERED:
            failures.append(dns.rcode.to_text(response.rcode()))
        elif _is_lame(server, response):
            failures.append(f"not authoritative for {server.zone}")
        else:
            wanted = dns.rdatatype.from_text(type_)
            found = (rrset for rrset in response.answer if rrset.rdtype == wanted)
            return tuple(sorted(_text(item) for rrset in found for item in rrset))
    raise ResolverUnreachable(
        f"DNS server {server.name} gave no answer for {name} {type_} in {len(failures)} tries: "
        f"{', '.join(dict.fromkeys(failures))}.",
        "silent" if silent else "refused" if failures[-1] == _REFUSED else "",
    )


def _exchange(
    server: Server, name: str, type_: str, edns: bool, seconds: float
) -> dns.message.Message:
    """One question and what comes back, by TCP where a datagram has no room for it. Datagrams that
    are no answer to it are passed over.
    """
    query = dns.message.make_query(name, type_, use_edns=edns)
    if not server.caching:
        query.flags &= ~dns.flags.RD
    until = time.time() + seconds  # as dnspython counts
    family = dns.inet.af_for_address(server.address)
    to = dns.inet.low_level_address_tuple((server.address, server.port), family)
    with socket.socket(family, socket.SOCK_DGRAM) as own:
        own.setblocking(False)
        dns.query.send_udp(own, query, to, until)
        while True:
            try:
                response, _ = dns.query.receive_udp(
                    own, to, until, ignore_unexpected=True, raise_on_truncation=True
                )
            except dns.exception.Timeout:
                raise
            except dns.message.Truncated as cut:
                if cut.kwargs["message"].id == query.id:  # some leave out the question, too
                    break
            except dns.exception.DNSException:
                continue
            else:
                if isinstance(response, dns.message.Message) and query.is_response(response):
                    return response
    left = max(0.0, until - time.time())
    return dns.query.tcp(query, server.address, port=server.port, timeout=left)


def _is_lame(server: Server, response: dns.message.Message) -> bool:
    """Whether a zone's own name server does not serve the zone: its answers are not authoritative,
    and it does not refer to others for what the zone delegates.
    """
    if not server.zone or response.flags & dns.flags.AA:
        return False
    owners = [
        str(rrset.name).lower().removesuffix(".")
        for rrset in response.authority
        if rrset.rdtype == dns.rdatatype.NS
    ]
    return not any(owner.endswith(f".{server.zone}") for owner in owners)


def _told(error: Exception) -> str:
    if isinstance(error, dns.exception.Timeout):
        return "timed out"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _text(item: object) -> str:
    strings = getattr(item, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("utf-8", "replace")
    return str(item).lower().removesuffix(".")


def _is_address(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except OSError:
            continue
        return True
    return False
