"""A hosted zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from signpost.model import Json

PUBLIC = "public"  # the view of all who are in no VPC that sees a private zone
_VPCS = 3  # that a message names: a zone may have 300 (Route 53 Developer Guide, "Quotas")


@dataclass(frozen=True)
class Zone:
    """A hosted zone as GetHostedZone tells of it."""

    id: str
    name: str
    private: bool
    vpcs: tuple[str, ...] = ()
    name_servers: tuple[str, ...] = ()
    linked_service: str = ""  # principal of the AWS service that made it and alone may change it
    public_fallback: bool = False  # a name that it lacks is asked for in public DNS

    def __str__(self) -> str:
        """For messages: `ecs.internal (Z123, private, vpc-1)`; of many VPCs the first."""
        more = [f"{len(self.vpcs) - _VPCS} more VPCs"] if len(self.vpcs) > _VPCS else []
        view = ["private", *self.vpcs[:_VPCS], *more] if self.private else ["public"]
        return f"{self.name} ({', '.join([self.id, *view])})"

    def is_seen_in(self, view: str) -> bool:
        """Whether it answers those who ask from a VPC, by id; or, a public one, in PUBLIC. In a VPC
        any private zone that has a name hides public ones, however long (Route 53 Developer Guide,
        "Considerations when working with a private hosted zone").
        """
        return view in self.vpcs if self.private else view == PUBLIC

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
