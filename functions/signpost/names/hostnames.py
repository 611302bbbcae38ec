"""Hostnames: what may be one, the default one, and the zone that a name belongs to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from signpost.errors import HostnameInvalid

MAX_NAME = 253  # octets, without the trailing dot (RFC 1035, section 2.3.4)
WILDCARD = "_any"  # what a tag has for a leading `*`; no hostname's label has a `_` (RFC 1123)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def check(name: str, where: str) -> str:
    """The hostname in lower case and without trailing dot; a leading `*.` may stand in it.

    `where` says in the message where the name came from.
    Raises HostnameInvalid unless it follows RFC 1123, section 2.1.
    """
    hostname = name.lower().removesuffix(".")
    if len(hostname) > MAX_NAME:
        raise HostnameInvalid(
            f"{_short(name)} ({where}) has {len(hostname)} characters; {MAX_NAME} are the most. "
            "Set the tag signpost:hostname to a shorter name."
        )
    labels = hostname.split(".")
    if labels[0] == "*" and len(labels) > 1:
        labels = labels[1:]
    for label in labels:
        if not _LABEL.fullmatch(label) or not name.isascii():
            raise HostnameInvalid(
                f"{_short(name)} ({where}) can't be a hostname: its label {_short(label)} must "
                "be 1 to 63 letters, digits and hyphens, with no hyphen first or last. "
                "Set the tag signpost:hostname to a name that can be."
            )
    return hostname


def from_tag(given: str) -> str:
    """A name of the tag as DNS has it: `_any.shop` is `*.shop`, which ECS takes in no tag (Amazon
    ECS API Reference: Tag). Raises HostnameInvalid for one that has a `*` all the same.
    """
    first, dot, rest = given.partition(".")
    if "*" in given:
        raise HostnameInvalid(
            f"{_short(given)} (in the tag signpost:hostname) has a *, which ECS takes in no tag: "
            f"write {WILDCARD} for a first label that stands for any name, such as "
            f"{WILDCARD}.shop.example.com."
        )
    return f"*{dot}{rest}" if first.lower() == WILDCARD else given


def default(template: str, *, service: str, cluster: str, zone: str) -> str:
    """The name that `HostnameTemplate` gives: lower case, `_` as `-`, nothing else changed.

    Raises HostnameInvalid where that is no hostname.
    """
    name = fill(template, service=service, cluster=cluster, zone=zone)
    return check(name, f"made from {template} for service {service} of cluster {cluster}")


def fill(template: str, *, service: str, cluster: str, zone: str) -> str:
    """A template or pattern with what its braces stand for."""
    name = template.replace("{zone}", zone)
    return name.replace("{service}", _as_label(service)).replace("{cluster}", _as_label(cluster))


def is_in(name: str, zone_name: str) -> bool:
    """Whether a name is the zone's apex or below it."""
    return name == zone_name or name.endswith("." + zone_name)


def zone_name_of(name: str, zone_names: Iterable[str]) -> str | None:
    """The zone name that is the longest suffix of a hostname, None if there is none."""
    return max((zone for zone in zone_names if is_in(name, zone)), key=len, default=None)


def _as_label(name: str) -> str:
    return name.lower().replace("_", "-")


def _short(value: str) -> str:
    return repr(value if len(value) <= 100 else value[:97] + "...")
