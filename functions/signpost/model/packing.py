"""Record sets in the payload and the receipt: the answers of one name and type in one entry.

A service of 100 tasks has 100 record sets a name. A state's input holds 256 KB, so they travel as
one entry with all their addresses; each has its address as identifier, so nothing is lost.
"""

from __future__ import annotations

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


def _is_own_answer(record: RecordSet) -> bool:
    return record.multivalue and record.values == (record.set_identifier,)


def _is_packed(record: RecordSet) -> bool:
    return record.multivalue and record.set_identifier is None


def _answers(record: RecordSet) -> list[RecordSet]:
    return [replace(record, set_identifier=address, values=(address,)) for address in record.values]
