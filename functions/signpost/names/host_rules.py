"""Listener rules of an application load balancer, as far as hostnames go: which names they give a
service, and whether they serve a name. Pure.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence, Set
from itertools import groupby

from signpost.errors import HostnameInvalid
from signpost.model.load_balancer import HostRule
from signpost.names import hostnames
from signpost.names.naming import MAX_NAMES


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


def fitting(names: Sequence[str], held: Set[str]) -> list[str]:
    """As many of the rules' names as a service may have: first those that it has, by its ledgers,
    then the first of the others.
    """
    new = [name for name in names if name not in held]
    refused = new[max(0, MAX_NAMES - len(names) + len(new)) :]
    return [name for name in names if name not in refused]


MOST_HOSTS = 5  # of a rule (ELB User Guide, "Quotas for your Application Load Balancers")


def how_to_lead(rules: Iterable[HostRule], names: Sequence[str]) -> str:
    """The command that makes a rule of the service's take these names too; empty where no single
    command does.
    """
    for rule in rules:
        if rule.arn and len(rule.hosts) + len(names) <= MOST_HOSTS:
            hosts = f"Field=host-header,Values={','.join((*rule.hosts, *names))}"
            return f"aws elbv2 modify-rule --rule-arn {rule.arn} --conditions {shlex.quote(hosts)}"
    return ""


def is_certified(certified: Iterable[str], name: str) -> bool:
    """Whether a certificate is for a name: a wildcard stands for one label (RFC 6125, 6.4.3)."""
    parent = f"*.{name.partition('.')[2]}"
    return any(one in (name, parent) for one in certified)


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
