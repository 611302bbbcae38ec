"""Record sets in the payload and the receipt: the answers of one name and type in one entry.

A service of 100 tasks has 100 record sets a name. A state's input holds 256 KB, so they travel as
one entry with all their addresses; each has its address as identifier, so nothing is lost.

Where no person reads them they are `grouped`: what differs only in name and type is one entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from signpost.model import Json
from signpost.model.record_set import RecordSet


def pack(record_sets: Iterable[RecordSet]) -> list[RecordSet]:
    """Multivalue record sets that differ only in their address become one with all addresses."""
    packed: dict[object, RecordSet] = {}
    for record in record_sets:
        if not _is_own_answer(record):
            packed[record.key] = record
            continue
        key = (record.name, record.type, record.ttl, "multivalue")
        together = packed.get(key)
        if together is None:
            packed[key] = replace(record, set_identifier=None)
        else:
            packed[key] = replace(together, values=together.values + record.values)
    return list(packed.values())


def unpack(record_sets: Iterable[RecordSet]) -> tuple[RecordSet, ...]:
    """The inverse of `pack`."""
    return tuple(
        single
        for record in record_sets
        for single in (_answers(record) if _is_packed(record) else [record])
    )


def to_json(record_sets: Iterable[RecordSet]) -> list[Json]:
    """For the payload."""
    return [record.to_json() for record in pack(record_sets)]


def from_json(values: Iterable[Mapping[str, Any]]) -> tuple[RecordSet, ...]:
    """The inverse of `to_json`."""
    return unpack(map(RecordSet.from_json, values))


def grouped(record_sets: Iterable[RecordSet], zone_name: str) -> list[Json]:
    """For the payload: an entry for all that say the same, with `names` relative to their zone (@
    is its apex; elsewhere with a final dot) and `types`; what is not set is left out.
    """
    types: dict[tuple[RecordSet, str], list[str]] = defaultdict(list)
    for record in pack(record_sets):
        types[replace(record, name="", type=""), below(record.name, zone_name)].append(record.type)
    names: dict[tuple[RecordSet, tuple[str, ...]], list[str]] = defaultdict(list)
    for (said, name), of_name in types.items():
        names[said, tuple(of_name)].append(name)
    return [
        {"names": of_types, "types": list(kinds), **_set_fields(said)}
        for (said, kinds), of_types in names.items()
    ]


def ungrouped(entries: Iterable[Mapping[str, Any]], zone_name: str) -> tuple[RecordSet, ...]:
    """The inverse of `grouped`, in the order of the entries."""
    return tuple(
        record
        for entry in entries
        for name in entry["names"]
        for type_ in entry["types"]
        for record in from_json([{**_UNSET, **_said(entry), **_place(name, type_, zone_name)}])
    )


_UNSET = RecordSet("", "").to_json()


def _set_fields(record: RecordSet) -> Json:
    return {key: value for key, value in record.to_json().items() if value != _UNSET[key]}


def _said(entry: Mapping[str, Any]) -> Json:
    return {key: value for key, value in entry.items() if key in _UNSET}


def _place(name: str, type_: str, zone_name: str) -> Json:
    return {"name": above(name, zone_name), "type": type_}


def above(name: str, zone_name: str) -> str:
    """The inverse of `below`."""
    if name == "@":
        return zone_name
    return name[:-1] if name.endswith(".") else f"{name}.{zone_name}"


def below(name: str, zone_name: str) -> str:
    """A name relative to its zone: @ is the apex, and elsewhere it has a final dot."""
    if name == zone_name:
        return "@"
    below = name.removesuffix(f".{zone_name}")
    return f"{name}." if below == name else below


def _is_own_answer(record: RecordSet) -> bool:
    return record.multivalue and record.values == (record.set_identifier,)


def _is_packed(record: RecordSet) -> bool:
    return record.multivalue and record.set_identifier is None


def _answers(record: RecordSet) -> list[RecordSet]:
    return [replace(record, set_identifier=address, values=(address,)) for address in record.values]
