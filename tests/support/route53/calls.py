"""What was asked of Route 53, by whom, when and with what outcome."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Call:
    """One request on the wire; a client's own retries are calls of their own.

    `outcome` is `ok`, Route 53's error code, or the class name of the transport error; `lost`
    says that its answer did not arrive, whatever it was; `accepted` that it was carried out,
    whether or not its answer arrived. `changes` of ChangeResourceRecordSets are in `parameters` as
    (action, record set) pairs.
    """

    number: int  # of all calls, from 1
    operation_number: int  # of the calls of this operation, from 1
    operation: str
    zone_id: str | None
    at: float
    tag: str
    parameters: dict[str, Any] = field(default_factory=dict)
    outcome: str = ""
    lost: bool = False
    accepted: bool = False


class CallLog:
    """All calls in order."""

    def __init__(self) -> None:
        self._calls: list[Call] = []

    def __iter__(self) -> Iterator[Call]:
        return iter(list(self._calls))

    def __len__(self) -> int:
        return len(self._calls)

    def __getitem__(self, index: int) -> Call:
        return self._calls[index]

    def since(self, number: int) -> list[Call]:
        """The calls after so many."""
        return self._calls[number:]

    def start(self, operation: str, zone_id: str | None, at: float, tag: str) -> Call:
        """Note that a call came in."""
        made = sum(call.operation == operation for call in self._calls)
        call = Call(len(self._calls) + 1, made + 1, operation, zone_id, at, tag)
        self._calls.append(call)
        return call

    def of(
        self, operation: str = "*", *, zone_id: str | None = None, tag: str | None = None
    ) -> list[Call]:
        """The calls of an operation, in a zone, by a caller."""
        return [
            call
            for call in self._calls
            if operation in ("*", call.operation)
            and zone_id in (None, call.zone_id)
            and tag in (None, call.tag)
        ]

    def count(
        self, operation: str = "*", *, zone_id: str | None = None, tag: str | None = None
    ) -> int:
        """How many calls `of` finds."""
        return len(self.of(operation, zone_id=zone_id, tag=tag))

    def clear(self) -> None:
        """Forget the calls, for instance those that set a story up. Numbers begin at 1 again."""
        self._calls.clear()
