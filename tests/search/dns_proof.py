"""DNS as VerifyRecord asks it, answered from a Route 53's zones at its own time.

A public zone's name servers answer by their own names. Of a private zone two resolvers are asked,
each of which sees one VPC.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest import mock

from signpost.errors import ResolverUnreachable
from signpost.proof import lookup
from signpost.proof.asking import SECONDS, Asking
from signpost.proof.lookup import Server
from tests.search.estates import OTHER, VPC
from tests.support.route53 import NoAnswer, NxDomain, StrictRoute53

_VPCS = {"10.0.0.2": VPC, "10.1.0.2": OTHER}
SERVERS = ",".join(_VPCS)


@contextmanager
def answered_by(route53: StrictRoute53) -> Iterator[None]:
    """Meanwhile questions of the proof end here."""

    def authoritative(name_servers: Sequence[str], zone: str, _: float = 0.0) -> list[Server]:
        return [Server(name, name, caching=False, zone=zone) for name in name_servers]

    def ask(server: Server, name: str, type_: str) -> tuple[str, ...]:
        zone = next((one.id for one in route53.zones if server.name in one.name_servers), None)
        resolver = route53.resolver(vpc=_VPCS.get(server.address), zone_id=zone)
        try:
            values = resolver.query(name, type_)
        except NxDomain:
            return ()
        except NoAnswer as error:
            how = "refused" if str(error) == "REFUSED" else ""
            raise ResolverUnreachable(f"{server.name} answered {error}.", how) from error
        return tuple(sorted(values if type_ == "TXT" else (one.lower() for one in values)))

    with (
        mock.patch.object(lookup, "authoritative", authoritative),
        # One question after the other, in the order in which answers are wanted.
        mock.patch.object(Asking, "ahead", return_value=None),
        mock.patch.object(Asking.__init__, "__defaults__", (ask, SECONDS)),
    ):
        yield
