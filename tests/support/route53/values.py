"""The values of resource records: what Route 53 takes for a type, and when two are the same.

Route 53 Developer Guide: Supported DNS record types; Quotas.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable

from tests.support.route53 import names
from tests.support.route53.errors import Refused

MAX_STRING_OCTETS = 255
NAME_TYPES = ("CNAME", "NS", "PTR")

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\([0-3][0-7]{2}|.)", re.DOTALL)


def problems(type_: str, values: Iterable[str]) -> list[str]:
    """What Route 53 says about the values of one record set; empty if it takes them."""
    found = []
    seen = set()
    for value in values:
        try:
            _check(type_, value)
        except Refused as refused:
            found += [f"Invalid Resource Record: '{words}'" for words in refused.refusals]
        if comparable(type_, value) in seen:
            found.append(f"Duplicate Resource Record: '{value}'")
        seen.add(comparable(type_, value))
    return found


def comparable(type_: str, value: str) -> str:
    """The form in which values are compared: the final dot of a name says nothing, all else does.

    Whether Route 53 also ignores the case of letters in values is not documented: it counts here.
    """
    return value.removesuffix(".") if type_ in NAME_TYPES else value


def txt_strings(value: str) -> list[bytes]:
    """The strings of a TXT value, without quotes and escapes. Raises Refused."""
    strings = []
    position = 0
    while position < len(value):
        quoted = _QUOTED.match(value, position)
        if quoted is None:
            raise _problem(
                "InvalidCharacterString", "Value should be enclosed in quotation marks", value
            )
        strings.append(_unescaped(quoted[1]))
        gap = re.compile(r"[ \t]*").match(value, quoted.end())
        position = gap.end() if gap else quoted.end()
        if position == quoted.end() and position < len(value):
            raise _problem(
                "InvalidCharacterString", "Value should be enclosed in quotation marks", value
            )
    return strings


def _check(type_: str, value: str) -> None:
    if type_ == "A" and not _is_address(value, ipaddress.IPv4Address):
        raise _problem("ARRDATAIllegalIPv4Address", "Value is not a valid IPv4 address", value)
    if type_ == "AAAA" and not _is_address(value, ipaddress.IPv6Address):
        raise _problem("AAAARRDATAIllegalIPv6Address", "Value is not a valid IPv6 address", value)
    if type_ in NAME_TYPES:
        names.canonical(value)
    if type_ in ("TXT", "SPF"):
        strings = txt_strings(value)
        if not strings:
            raise _problem(
                "InvalidCharacterString", "Value should be enclosed in quotation marks", value
            )
        if any(len(string) > MAX_STRING_OCTETS for string in strings):
            raise _problem("CharacterStringTooLong", "Value is too long", value)


def _unescaped(text: str) -> bytes:
    for character in text:
        if not " " <= character <= "~":
            raise _problem(
                "UnsupportedCharacter", "Value contains unsupported characters", character
            )
    return _ESCAPE.sub(
        lambda match: chr(int(match[1], 8)) if len(match[1]) == 3 else match[1], text
    ).encode("latin-1")


def _is_address(
    value: str, kind: type[ipaddress.IPv4Address] | type[ipaddress.IPv6Address]
) -> bool:
    try:
        kind(value)
    except ValueError:
        return False
    return "%" not in value


def _problem(kind: str, meaning: str, shown: str) -> Refused:
    return Refused(f"FATAL problem: {kind} ({meaning}) encountered with '{shown}'")
