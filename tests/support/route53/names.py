r"""Domain names as Route 53 reads, stores, writes and orders them.

Stored and written: lower case, with the trailing dot, every character other than a-z, 0-9, `-`
and `_` as an octal escape (`\052` is `*`). Route 53 Developer Guide: DNS domain name format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tests.support.route53.errors import Refused

MAX_LABEL_OCTETS = 63
MAX_NAME_OCTETS = 255  # on the wire: each label with its length octet, and the root's
WILDCARD = r"\052"

_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789-_")
_TOKEN = re.compile(r"\\([0-3][0-7]{2})|([\x21-\x7e])")


def canonical(name: str) -> str:
    """The name as Route 53 stores it. Raises Refused with Route 53's words for what is wrong."""
    if name in ("", "."):
        raise _problem("DomainNameEmpty", "Domain name is empty", name)
    labels: list[bytearray] = [bytearray()]
    position = 0
    while position < len(name):
        token = _TOKEN.match(name, position)
        if token is None or token[2] == "\\":
            raise _problem(
                "UnsupportedCharacter", "Value contains unsupported characters", name[position]
            )
        position = token.end()
        if token[2] == ".":
            labels.append(bytearray())
        else:
            labels[-1].append(int(token[1], 8) if token[1] else ord(token[2]))
    if not labels[-1]:
        labels.pop()
    return _checked([bytes(label) for label in labels], name)


def from_labels(labels: Iterable[bytes]) -> str:
    """The stored form of a name that came as labels in a DNS question."""
    return "".join(f"{_escaped(label.lower())}." for label in labels)


def to_labels(name: str) -> tuple[bytes, ...]:
    """The labels of a stored name, for DNS on the wire."""
    return tuple(
        re.sub(rb"\\([0-7]{3})", lambda digits: bytes([int(digits[1], 8)]), label.encode())
        for label in name.removesuffix(".").split(".")
    )


def order(name: str) -> str:
    """What names are sorted by: labels reversed, with the trailing dot, in ASCII order.

    Route 53 API Reference: ListResourceRecordSets, "Sort order".
    """
    return ".".join(reversed(name.removesuffix(".").split("."))) + "."


def is_within(name: str, zone: str) -> bool:
    """Whether a stored name is the zone's own or below it."""
    return name == zone or name.endswith(f".{zone}")


def parent(name: str) -> str:
    """The stored name without its first label."""
    return name.partition(".")[2]


def _checked(labels: list[bytes], given: str) -> str:
    for label in labels:
        if not label:
            raise _problem("DomainLabelEmpty", "Domain label is empty", given)
        if len(label) > MAX_LABEL_OCTETS:
            shown = label.decode("latin-1")
            raise _problem("DomainLabelTooLong", "Domain label is too long", shown)
    if sum(len(label) + 1 for label in labels) + 1 > MAX_NAME_OCTETS:
        raise _problem("DomainNameTooLong", "Domain name is too long", given)
    return from_labels(labels)


def _escaped(label: bytes) -> str:
    return "".join(chr(octet) if octet in _PLAIN else f"\\{octet:03o}" for octet in label)


def _problem(kind: str, meaning: str, shown: str) -> Refused:
    return Refused(f"FATAL problem: {kind} ({meaning}) encountered with '{shown}'")
