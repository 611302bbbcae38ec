"""What stands behind alias targets outside the zones: load balancers and their addresses."""

from __future__ import annotations

import hashlib
from collections.abc import Container

from tests.support.route53 import names
from tests.support.route53.batch import TargetZones


class LoadBalancers:
    """Load balancers' names; those nobody described exist and have stable made-up addresses.

    `zones`: the hosted zone ids of load balancers and what names in them end with, for instance
    `{"Z35SXDOTRQ7X7K": "us-east-1.elb.amazonaws.com"}`. An alias whose target does not lie there
    is refused; of ids that are not listed any target is taken.
    `gone`: names that no longer exist: aliases to them are refused, and they answer nothing.
    """

    def __init__(self) -> None:
        self.zones: dict[str, str] = {}
        self.gone: set[str] = set()
        self._addresses: dict[str, tuple[str, ...]] = {}

    def set_addresses(self, name: str, *addresses: str) -> None:
        """Let a load balancer answer with these addresses, IPv4 and IPv6 mixed; none is allowed."""
        self._addresses[_bare(name)] = addresses

    def addresses(self, name: str, type_: str) -> tuple[str, ...]:
        """Its addresses of type A or AAAA. A name that nobody described has both."""
        bare = _bare(name)
        if self.is_gone(name) or type_ not in ("A", "AAAA"):
            return ()
        known = self._addresses.get(bare)
        if known is None:
            digest = hashlib.sha256(bare.encode()).digest()
            known = (
                f"192.0.2.{digest[0] % 254 + 1}",
                f"198.51.100.{digest[1] % 254 + 1}",
                f"2001:db8::{digest[2] + 1:x}",
            )
        return tuple(one for one in known if (":" in one) == (type_ == "AAAA"))

    def is_gone(self, name: str) -> bool:
        """Whether a load balancer of that name no longer exists."""
        return _bare(name) in {_bare(gone) for gone in self.gone}

    def is_one(self, name: str) -> bool:
        """Whether a load balancer has the name: described, or in ELB's own domain."""
        bare = _bare(name)
        if self.is_gone(name):
            return False
        return bare in self._addresses or (
            bare.endswith(".amazonaws.com.") and ".elb." in f".{bare}"
        )

    def targets(self, own_zones: Container[str]) -> TargetZones:
        """What ChangeResourceRecordSets can check of alias targets."""
        return TargetZones(self._suffix, self.is_gone, own_zones.__contains__)

    def _suffix(self, zone_id: str) -> str | None:
        suffix = self.zones.get(zone_id)
        return None if suffix is None else names.canonical(suffix)


def _bare(name: str) -> str:
    return names.canonical(name).removeprefix("dualstack.")
