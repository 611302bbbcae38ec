"""Listener rules of an application load balancer, as far as hostnames go: which names they give a
service, and whether they serve a name. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from signpost.errors import HostnameInvalid
from signpost.model.load_balancer import HostRule
from signpost.names import hostnames


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
