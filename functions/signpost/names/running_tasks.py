"""A service's running tasks, as they travel between the steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from signpost.model import Json


@dataclass(frozen=True)
class Task:
    """A running task of the service, with the addresses that its names may lead to."""

    id: str
    vpc_id: str
    addresses: tuple[str, ...]  # IPv4 or IPv6, each in its shortest form; may be none


@dataclass(frozen=True)
class RunningTasks:
    """Those whose addresses are published, the next ones, and how many others there are."""

    published: tuple[Task, ...] = ()
    spare: tuple[Task, ...] = ()  # for which there is no room, unless their addresses stand already
    running: int = 0  # all of them
    without_address: int = 0  # of those

    def to_json(self) -> Json:
        """All fields, for the payload."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`; an execution from before an upgrade has no `spare`."""
        published, spare = (
            tuple(Task(one["id"], one["vpc_id"], tuple(one["addresses"])) for one in tasks)
            for tasks in (value["published"], value.get("spare", ()))
        )
        return cls(published, spare, value["running"], value["without_address"])
