"""The words of a ledger that say which record sets it lists.

    alias=A,AAAA/ZONE-ID/TARGET/0/NAME,NAME   record sets that are aliases (1: with target health)
    value=CNAME/60/VALUE,VALUE/NAME           those with values, and their TTL
    every=A/60/ADDRESSES/NAME                 one record set with all these addresses
    multi=A/60/ADDRESSES/NAME                 a multivalue record set for each address

Behind NAMES there may follow `/IDENTIFIER` and `/ROUTING` of record sets that share their names.
Record sets that differ only in name and type share a word, and names are relative to the zone (`@`
is the apex): eight names of full length fit. ADDRESSES are the addresses' octets, one after the
other, in URL-safe base64 without padding: 400 of them fit.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import defaultdict
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import quote, unquote

from signpost.errors import HostnameInvalid
from signpost.model import packing
from signpost.model.record_set import Alias, RecordSet
from signpost.names.hostnames import check, is_in

RECORD_WORDS = ("alias", "value", "every", "multi")
OWNABLE_TYPES = ("A", "AAAA", "CNAME")
_TTL = re.compile(r"[0-9]{1,10}")  # 0 to 2147483647 (Route 53 API Reference, "ResourceRecordSet")
_OCTETS = {"A": 4, "AAAA": 16}


def order(record: RecordSet) -> tuple[str, str, str]:
    """A sort key: what is written does not depend on how it was found."""
    return (record.name, record.type, record.set_identifier or "")


# --- writing -------------------------------------------------------------------------------


def render_words(record_sets: Iterable[RecordSet], zone_name: str) -> list[str]:
    """The words for record sets of a zone."""
    types_by_data: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for record in packing.pack(sorted(record_sets, key=order)):
        types_by_data[(_data(record), record.name, _among(record))].append(record.type)
    names_by_word: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for (data, name, among), types in types_by_data.items():
        word = (data, ",".join(sorted(types)), among)
        names_by_word[word].append(encode(_relative(name, zone_name)))
    words = []
    for (data, types_text, among), names in sorted(names_by_word.items()):
        kind, _, rest = data.partition("=")
        words.append(f"{kind}={types_text}/{rest}/{','.join(sorted(names))}{among}")
    return words


def _among(record: RecordSet) -> str:
    """What tells a record set from the others of its name and type."""
    if record.set_identifier is None:
        return ""
    routing = f"/{encode(record.routing)}" if record.routing else ""
    return f"/{encode(record.set_identifier)}{routing}"


def _data(record: RecordSet) -> str:
    if record.alias:
        health = "1" if record.alias.evaluate_target_health else "0"
        target = f"{encode(record.alias.hosted_zone_id)}/{encode(record.alias.dns_name)}"
        return f"alias={target}/{health}"
    if record.type in _OCTETS:
        kind = "multi" if record.multivalue else "every"
        return f"{kind}={record.ttl}/{_to_base64(record.values)}"
    return f"value={record.ttl}/{','.join(encode(value) for value in record.values)}"


def encode(value: str) -> str:
    """Text without what separates words and fields."""
    return quote(value, safe=":@*")


def _to_base64(addresses: Sequence[str]) -> str:
    packed = b"".join(ip_address(address).packed for address in sorted(addresses))
    return urlsafe_b64encode(packed).decode().rstrip("=")


# --- reading -------------------------------------------------------------------------------


def parse_words(kind: str, value: str, zone_name: str, most: int) -> list[RecordSet]:
    """The record sets of one word, at most so many: anybody may have written it, and what it says
    in short would fill a function's memory. Raises ValueError saying what is wrong with it.
    """
    fields = value.split("/")
    alias: Alias | None = None
    ttl: int | None = None
    values: tuple[str, ...] = ()
    if kind == "alias" and len(fields) in (5, 6, 7) and fields[3] in ("0", "1"):
        alias = Alias(unquote(fields[1]), unquote(fields[2]), fields[3] == "1")
        rest = fields[4:]
    elif len(fields) in (4, 5, 6) and _TTL.fullmatch(fields[1]):
        ttl, rest = int(fields[1]), fields[3:]
        values = _values(kind, fields[0], fields[2])
    else:
        raise ValueError(f"it has a word {kind[:20]!r} that can't be read")
    identifier, routing = (*map(unquote, rest[1:]), None, None)[:2]
    types = fields[0].split(",")
    if not set(types) <= set(OWNABLE_TYPES):
        raise ValueError(f"it claims record types {fields[0][:40]!r}")
    names = rest[0].split(",")
    if len(types) * len(names) * (len(values) if kind == "multi" else 1) > most:
        raise ValueError("it lists more record sets than a batch can make")
    names = [_absolute(unquote(name), zone_name) for name in names]
    return [
        *packing.unpack(
            RecordSet(
                name, type_, ttl, values, alias, identifier, routing, multivalue=kind == "multi"
            )
            for name in names
            for type_ in types
        )
    ]


def _values(kind: str, type_: str, field: str) -> tuple[str, ...]:
    if kind == "value":
        return tuple(unquote(item) for item in field.split(","))
    if kind not in ("every", "multi") or type_ not in _OCTETS:
        raise ValueError(f"it has a word {kind[:20]!r} that can't be read")
    return _from_base64(field, _OCTETS[type_])


def _from_base64(text: str, octets: int) -> tuple[str, ...]:
    try:
        packed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise ValueError(f"it has addresses {text[:40]!r} that can't be read") from None
    if not packed or len(packed) % octets:
        raise ValueError(f"it has addresses {text[:40]!r} of which one is cut off")
    family = IPv4Address if octets == 4 else IPv6Address
    parts = (packed[start : start + octets] for start in range(0, len(packed), octets))
    return tuple(sorted(str(family(part)) for part in parts))


def _absolute(relative: str, zone_name: str) -> str:
    name = zone_name if relative == "@" else f"{relative}.{zone_name}"
    try:
        return check(name, "in a ledger")
    except HostnameInvalid:
        raise ValueError(f"it claims {relative[:80]!r}, which is no hostname") from None


def _relative(name: str, zone_name: str) -> str:
    if not is_in(name, zone_name):
        raise ValueError(f"{name} is not in zone {zone_name}")
    return "@" if name == zone_name else name[: -len(zone_name) - 1]
