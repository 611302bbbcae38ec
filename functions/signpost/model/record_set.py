"""Record sets, Signpost's own and others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from signpost.model import Json

# Of one value, all strings and their quotes: Route 53 Developer Guide, "TXT record type".
MAX_TXT_CHARACTERS = 4000


@dataclass(frozen=True)
class Alias:
    """The target of an ALIAS record set."""

    hosted_zone_id: str
    dns_name: str
    evaluate_target_health: bool = False


@dataclass(frozen=True)
class RecordSet:
    """A record set: either `alias`, or `ttl` (seconds) and `values` (sorted, as Route 53 has them).

    `routing` keeps what a record set of somebody else has beyond that (weights, regions, health
    checks), so that it can be shown and compared; Signpost's own have none.
    """

    name: str
    type: str
    ttl: int | None = None
    values: tuple[str, ...] = ()
    alias: Alias | None = None
    set_identifier: str | None = None
    routing: str | None = None
    multivalue: bool = False  # one of several answers to a name, with its value as identifier

    @property
    def key(self) -> tuple[str, str, str | None]:
        """What may exist once in a zone."""
        return (self.name, self.type, self.set_identifier)

    @property
    def target(self) -> str:
        """Where it points, for comparison and messages."""
        return self.alias.dns_name if self.alias else " ".join(self.values)

    def __str__(self) -> str:
        """For messages: `web.ecs.internal A alias to lb.example (Weight=1)`."""
        routing = f" ({self.routing})" if self.routing else ""
        if self.alias:
            return f"{self.name} {self.type} alias to {self.alias.dns_name}{routing}"
        return f"{self.name} {self.type} {self.target} (TTL {self.ttl}){routing}"

    def to_json(self) -> Json:
        """All fields, for the payload and the receipt."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        alias = value["alias"]
        return cls(
            **{
                **value,
                "values": tuple(value["values"]),
                "alias": Alias(**alias) if alias else None,
            }
        )
