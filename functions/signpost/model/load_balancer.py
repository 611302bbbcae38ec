"""A load balancer that serves a service, and its listener rules as far as hostnames go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from signpost.model import Json


@dataclass(frozen=True)
class LoadBalancer:
    """A load balancer that serves the service, of whatever generation."""

    name: str
    kind: str  # application, network, gateway or classic
    dns_name: str
    hosted_zone_id: str
    scheme: str  # internet-facing or internal
    vpc_id: str  # of the target group (classic: of the load balancer)
    ip_address_type: str
    arn: str | None  # classic load balancers have none
    target_groups: tuple[str, ...] = ()
    rules: tuple[HostRule, ...] | None = None  # None where they were not asked for
    # What its certificates are for; None where that was not asked or can't be told. It decides
    # nothing but a warning.
    certified: tuple[str, ...] | None = field(default=None, compare=False)

    @property
    def id(self) -> str:
        """What identifies it within an account and region: the ARN, or a classic one's name."""
        return self.arn or self.name

    @property
    def dual_stack(self) -> bool:
        """Whether its name has AAAA answers too (`dualstack`, `dualstack-without-public-ipv4`)."""
        return self.ip_address_type.startswith("dualstack")

    def to_json(self) -> Json:
        """All fields, for the payload."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        rules, certified = value["rules"], value["certified"]
        return cls(
            **{
                **value,
                "target_groups": tuple(value["target_groups"]),
                "rules": None if rules is None else tuple(map(HostRule.from_json, rules)),
                "certified": None if certified is None else tuple(certified),
            }
        )


@dataclass(frozen=True)
class HostRule:
    """One rule of one listener. Those of a listener stand together, in order of priority."""

    listener: str
    hosts: tuple[str, ...]  # host-header values, in lower case; empty: any host
    ours: bool  # forwards to a target group of the service
    only_host: bool = True  # no condition on anything but the host
    has_regex: bool = False  # a host condition with regular expressions
    arn: str | None = None  # of one of ours that a host can be added to

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `dataclasses.asdict`."""
        return cls(**{**value, "hosts": tuple(value["hosts"])})

    @property
    def by_host(self) -> bool:
        """Whether it is for certain hosts only."""
        return bool(self.hosts) or self.has_regex

    def may_take(self, name: str) -> bool:
        """Whether requests for a host can meet this rule. Regular expressions are not read."""
        # A wildcard record stands for any name in its place.
        host = name.replace("*", "any")
        return not self.by_host or self.has_regex or any(_matches(p, host) for p in self.hosts)

    def may_settle(self, names: Iterable[str]) -> bool:
        """Whether the rule by itself may decide where requests for one of these names go, each
        absolute or relative to a zone that is not known.
        """
        if not self.only_host or self.has_regex:
            return False
        begun = [f"{name.lower().removesuffix('.').replace('*', 'any')}." for name in names]
        fixed = [re.split(r"[*?]", host)[0] for host in self.hosts]
        return any(one.startswith(name) or name.startswith(one) for one in fixed for name in begun)


def load_balancer_of(arn: str) -> str | None:
    """The ARN of the load balancer that a listener or a listener rule belongs to; None for any
    other ARN. Both begin as that of the load balancer does.
    """
    head, _, path = arn.partition("/")
    before, _, kind = head.rpartition(":")
    parts = path.split("/")
    if kind not in ("listener", "listener-rule") or len(parts) < 4:
        return None
    return f"{before}:loadbalancer/{'/'.join(parts[:3])}"


def listener_of(rule_arn: str) -> str:
    """The ARN of the listener that a listener rule belongs to."""
    return rule_arn.rpartition("/")[0].replace(":listener-rule/", ":listener/", 1)


def _matches(pattern: str, host: str) -> bool:
    """ALB's wildcards: `*` is any characters or none, `?` exactly one (ELBv2 API Reference,
    "HostHeaderConditionConfig"); case does not matter.
    """
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.fullmatch("".join(parts), host, re.IGNORECASE) is not None
