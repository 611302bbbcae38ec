"""What a sweep compares, and what it finds: a service with its wishes, a finding, a problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum

from signpost.errors import SignpostError
from signpost.model.record_set import RecordSet
from signpost.model.refused import Refused
from signpost.model.service import Service

MANY_REMOVALS = 3  # a sweep may always remove so many ledgers


class Kind(StrEnum):
    """What is wrong with a service's names; repaired in this order."""

    WITHOUT_NAMES = "service-without-names"
    ELSEWHERE = "names-point-elsewhere"
    WITHOUT_RECORDS = "ledger-without-records"  # some are missing or were edited
    NOT_WANTED = "names-not-wanted"  # the service is there and should have none
    WITHOUT_SERVICE = "names-without-service"


@dataclass(frozen=True)
class Wish:
    """A service as ECS has it now and the record sets it should have, by zone id; `reason` says
    why it should have none.

    With a `problem`, what it should have can't be told until a person has done something.
    """

    service: Service
    wanted: Mapping[str, Sequence[RecordSet]] = field(default_factory=dict)
    reason: str = ""
    problem: SignpostError | None = None
    asked: Mapping[str, str] = field(default_factory=dict)  # see `Desired.asked`
    unfit: Set[str] = frozenset()  # see `Desired.unfit`
    refused: tuple[Refused, ...] = ()  # see `Desired.refused`


@dataclass(frozen=True)
class Finding:
    """A service whose names are not as they should be, for an execution to repair."""

    cluster: str
    service: str
    kind: Kind
    reason: str
    removed_ledgers: int


@dataclass(frozen=True)
class Problem:
    """What no execution can repair until a person has done something."""

    cluster: str | None
    service: str | None
    error: str
    reason: str


@dataclass(frozen=True)
class Drift:
    """All that was found."""

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    ledgers: int  # of this installation

    @property
    def removals(self) -> list[Finding]:
        """The findings whose repair removes a ledger."""
        return [finding for finding in self.findings if finding.removed_ledgers]

    def brakes(self, percent: int) -> bool:
        """Whether so many ledgers would go that a mistake is likelier than so many deletions."""
        removed = sum(finding.removed_ledgers for finding in self.findings)
        return removed > MANY_REMOVALS and removed * 100 > percent * self.ledgers
