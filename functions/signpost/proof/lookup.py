"""Asking DNS servers, with dnspython. Of the steps, only VerifyRecord imports this module."""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver

from signpost.errors import InvalidConfiguration, ResolverUnreachable

TIMEOUT_SECONDS = 2.0
_SERVER = re.compile(
    r"\[(?P<bracketed>[^\]]+)\](:(?P<port6>[0-9]{1,5}))?"
    r"|(?P<v4>[0-9.]+)(:(?P<port4>[0-9]{1,5}))?"
    r"|(?P<v6>[0-9A-Fa-f:.]+)"
)
_ANSWERED = (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)


@dataclass(frozen=True)
class Server:
    """A DNS server. `caching`: a resolver, which may repeat an older answer for a while."""

    name: str  # as configured, for messages
    address: str
    port: int = 53
    caching: bool = True


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


def authoritative(name_servers: Sequence[str]) -> list[Server]:
    """A public zone's own name servers. Raises ResolverUnreachable where a name has no address."""
    found = []
    for name in name_servers:
        try:
            infos = socket.getaddrinfo(name, 53, socket.AF_INET, socket.SOCK_DGRAM)
        except OSError as error:
            raise ResolverUnreachable(f"The name server {name} can't be found: {error}") from error
        found.append(Server(name, str(infos[0][4][0]), caching=False))
    return found


def ask(server: Server, name: str, type_: str) -> tuple[str, ...]:
    """The values of one type at a name, sorted; empty where there are none.

    TXT strings come joined; names come in lower case without final dot. Raises
    ResolverUnreachable when the server gives no answer, or refuses to.
    """
    query = dns.message.make_query(name, type_, use_edns=True)
    if not server.caching:
        query.flags &= ~dns.flags.RD
    try:
        response, _ = dns.query.udp_with_fallback(
            query, server.address, port=server.port, timeout=TIMEOUT_SECONDS
        )
    except (dns.exception.DNSException, OSError) as error:
        raise ResolverUnreachable(
            f"DNS server {server.name} gave no answer for {name} {type_}: {error or 'timed out'}."
        ) from error
    if response.rcode() not in _ANSWERED:
        raise ResolverUnreachable(
            f"DNS server {server.name} answered {dns.rcode.to_text(response.rcode())} for "
            f"{name} {type_}."
        )
    wanted = dns.rdatatype.from_text(type_)
    return tuple(
        sorted(_text(item) for rrset in response.answer if rrset.rdtype == wanted for item in rrset)
    )


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
