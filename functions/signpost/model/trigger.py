"""Why an execution runs, as its payload and its receipt carry it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from signpost.model import Json


@dataclass(frozen=True)
class Resign:
    """What a run by `signpost resign` may sign: what these ledgers list and ECS and DNS bear out,
    and these hostnames of them in any case.
    """

    ledgers: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trigger:
    """Why an execution runs: a normalised event or a run by hand."""

    # cloudtrail, deployment, service-action, tasks, listener-rules, load-balancer, sweep or manual
    kind: str
    name: str  # the API call or event name, "Run" by hand
    cluster: str | None
    service: str | None
    time: str  # ISO 8601, when it happened
    id: str | None = None
    actor: str | None = None
    reason: str | None = None
    dry_run: bool = False
    claimed: bool = True  # who, when and which event is what the input says; nobody here can tell
    skip: str | None = None  # why there is nothing to do, None when there is
    resign: Resign | None = None

    @property
    def reads_records(self) -> bool:
        """Whether its run looks at the records too, beside the ledger that events trust."""
        return self.kind in ("manual", "sweep")

    @property
    def creates(self) -> bool:
        """Whether there was no such service before, so that it has no names yet."""
        return self.name in ("CreateService", "CreateExpressGatewayService")

    def to_json(self) -> Json:
        """All fields, for the payload; `resign` only where it is one."""
        told = asdict(self)
        if self.resign is None:
            del told["resign"]
        return told

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        resign = value.get("resign")
        known = {key: tuple(names) for key, names in resign.items()} if resign else {}
        return cls(**{**value, "resign": Resign(**known) if resign else None})
