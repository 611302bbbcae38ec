"""Listener rules of an application load balancer, as far as hostnames go: which names they give a
service, and whether they serve a name. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Self

from signpost import hostnames
from signpost.errors import HostnameInvalid


@dataclass(frozen=True)
class HostRule:
    """One rule of one listener. Those of a listener stand together, in order of priority."""

    listener: str
    hosts: tuple[str, ...]  # host-header values, in lower case; empty: any host
    ours: bool  # forwards to a target group of the service
    only_host: bool = True  # no condition on anything but the host
    has_regex: bool = False  # a host condition with regular expressions

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


def names_from(rules: Iterable[HostRule]) -> tuple[list[str], list[str]]:
    """The names that rules give a service, and why others of their values are none."""
    names: list[str] = []
    skipped: list[str] = []
    for rule in rules:
        if not rule.ours:
            continue
        if rule.has_regex:
            skipped.append(
                "A listener rule matches hosts by a regular expression: that is no name."
            )
        for host in rule.hosts:
            if "?" in host or "*" in host.removeprefix("*."):
                skipped.append(f"The listener rule's host {host} is a pattern, not a name.")
                continue
            try:
                names.append(hostnames.check(host, "in a listener rule"))
            except HostnameInvalid as wrong:
                skipped.append(str(wrong))
    return list(dict.fromkeys(names)), list(dict.fromkeys(skipped))


def unserved(rules: Sequence[HostRule], name: str) -> bool:
    """Whether the load balancer chooses by host, and no rule leads a name to the service.

    In each listener the first rule that must take the name decides; one that may take it, as it
    also looks at the path or something else, leaves it open.
    """
    if not any(rule.by_host for rule in rules):
        return False
    for _, listener in groupby(rules, key=lambda rule: rule.listener):
        for rule in listener:
            if not rule.may_take(name):
                continue
            if rule.ours:
                return False
            if rule.only_host and not rule.has_regex:
                break
    return True


def _matches(pattern: str, host: str) -> bool:
    """ALB's wildcards: `*` is any characters or none, `?` exactly one (ELBv2 API Reference,
    "HostHeaderConditionConfig"); case does not matter.
    """
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.fullmatch("".join(parts), host, re.IGNORECASE) is not None
