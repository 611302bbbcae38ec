"""The HTTP requests of the API: which operation a method and path is, and with what parameters."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.support.route53 import names, wire
from tests.support.route53.errors import Refused, UnsupportedByStandIn, invalid_input
from tests.support.route53.record_sets import Key

_ROUTES = (
    ("POST", r"hostedzone/([^/]+)/rrset", "ChangeResourceRecordSets"),
    ("GET", r"hostedzone/([^/]+)/rrset", "ListResourceRecordSets"),
    ("GET", r"hostedzone/([^/]+)", "GetHostedZone"),
    ("GET", r"change/([^/]+)", "GetChange"),
    ("GET", r"hostedzone", "ListHostedZones"),
    ("GET", r"hostedzonesbyname", "ListHostedZonesByName"),
)


@dataclass(frozen=True)
class Request:
    """One request: the operation, the id in its path (of a zone or change), the rest."""

    operation: str
    id: str | None
    query: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def zone_id(self) -> str | None:
        """The hosted zone that it is about."""
        return None if self.operation == "GetChange" else self.id

    def parameters(self) -> dict[str, Any]:
        """What was asked, for the call log. Raises InvalidInput for a body that can't be read."""
        if self.operation == "ChangeResourceRecordSets":
            comment, changes = wire.read_change_batch(self.body)
            return {"comment": comment, "changes": changes}
        return {"id": self.id, **self.query} if self.operation == "GetChange" else dict(self.query)


def read(method: str, url: str, body: bytes) -> Request:
    """The operation that a request is."""
    parts = urlsplit(url)
    path = parts.path.removeprefix("/2013-04-01/").rstrip("/")
    for verb, pattern, operation in _ROUTES:
        match = re.fullmatch(pattern, path)
        if verb == method and match:
            id_ = unquote(match[1]) if match.groups() else None
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            return Request(operation, id_, query, body)
    raise UnsupportedByStandIn(f"{method} {parts.path} is no operation that is known here")


def start_of_list(query: dict[str, str]) -> Key | None:
    """Where ListResourceRecordSets begins; None for the first record set. Raises InvalidInput.

    Type without name, or identifier without both, is refused (ListResourceRecordSets: Request
    parameters).
    """
    name, type_, identifier = (query.get(part) for part in ("name", "type", "identifier"))
    if type_ is not None and name is None:
        raise invalid_input("The input is not valid: type is specified without name.")
    if identifier is not None and (name is None or type_ is None):
        raise invalid_input(
            "The input is not valid: identifier is specified without name and type."
        )
    if type_ is not None and type_ not in wire.TYPES:
        raise invalid_input(f"The input is not valid: '{type_}' is no record type.")
    if name is None:
        return None
    try:
        return Key(names.canonical(name), type_ or "", identifier)
    except Refused as refused:
        raise invalid_input(str(refused)) from refused


def max_items(query: dict[str, str], most: int) -> int:
    """How many items a page may have: what was asked for, `most` at most. Raises InvalidInput."""
    text = query.get("maxitems", str(most))
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise invalid_input(f"The input is not valid: maxitems '{text}' is no positive number.")
    return min(int(text), most)
