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
    """Those whose addresses are published, and how many others there are."""

    published: tuple[Task, ...] = ()
    running: int = 0  # all of them
    without_address: int = 0  # of those

    def to_json(self) -> Json:
        """All fields, for the payload."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        tasks = (
            Task(task["id"], task["vpc_id"], tuple(task["addresses"]))
            for task in value["published"]
        )
        return cls(tuple(tasks), value["running"], value["without_address"])
