"""A hosted zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from signpost.model import Json


@dataclass(frozen=True)
class Zone:
    """A hosted zone as GetHostedZone tells of it."""

    id: str
    name: str
    private: bool
    vpcs: tuple[str, ...] = ()
    name_servers: tuple[str, ...] = ()

    def __str__(self) -> str:
        """For messages: `ecs.internal (Z123, private, vpc-1)`."""
        view = "private, " + ", ".join(self.vpcs) if self.private else "public"
        return f"{self.name} ({self.id}, {view})"

    def to_json(self) -> Json:
        """All fields, for the payload."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(
            **{
                **value,
                "vpcs": tuple(value["vpcs"]),
                "name_servers": tuple(value["name_servers"]),
            }
        )
