"""Where a service stands: has it the names that it should have? What is told of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from signpost.ledger.ownership import ServiceKey
from signpost_cli.change import Change
from signpost_cli.checks.words import some
from signpost_cli.render import count


class Names(StrEnum):
    """What a service has, against what it should have. By its ledgers, not by its records."""

    RIGHT = "has its names"
    WAITS = "waits"  # something is wrong, and an execution is at work on it
    NONE = "has none"
    SOME = "lacks some"
    OTHERS = "has others than it should"
    EDITED = "has records that were deleted or edited"
    TOO_MANY = "has names and should have none"
    NO_SERVICE = "is gone and has names still"
    UNWANTED = "should have none"
    UNTOLD = "can't be told"


@dataclass(frozen=True)
class Standing:
    """One service. `reason` says what is wrong, or why it should have none, or can't be told."""

    key: ServiceKey
    names: Names
    reason: str = ""
    arn: str = ""
    error: str = ""  # the name of what its executions would end with
    waiting: Change | None = None  # the execution that runs
    failed: Change | None = None

    @property
    def label(self) -> str:
        """For messages: `prod/web`."""
        return "/".join(self.key)

    def to_json(self) -> dict[str, Any]:
        """For `--json`."""
        cluster, service = self.key
        execution = self.waiting or self.failed
        return {
            "cluster": cluster,
            "service": service,
            "names": self.names.value,
            "reason": self.reason or None,
            "execution": execution and execution.arn,
        }


@dataclass(frozen=True)
class Standings:
    """All services, with those that only a ledger names."""

    all: tuple[Standing, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()  # what, reason

    def of(self, key: ServiceKey | None) -> Standing | None:
        """A service's."""
        return next((one for one in self.all if one.key == key), None)


_COUNTED = {  # one, several
    Names.RIGHT: ("has its names", "have their names"),
    Names.WAITS: ("waits", "wait"),
    Names.NONE: ("has none", "have none"),
    Names.SOME: ("lacks some", "lack some"),
    Names.OTHERS: ("has others than it should", "have others than they should"),
    Names.EDITED: ("has records that were edited", "have records that were edited"),
    Names.TOO_MANY: ("has some and should have none", "have some and should have none"),
    Names.UNWANTED: ("should have none", "should have none"),
    Names.UNTOLD: ("can't be told", "can't be told"),
}


def told(standings: Sequence[Standing]) -> str:
    """How many services there are, and how they stand; why some should have no name."""
    here = [one for one in standings if one.names is not Names.NO_SERVICE]
    heaps: dict[Names, list[Standing]] = defaultdict(list)
    for one in here:
        heaps[one.names].append(one)
    parts = [
        f"{len(heaps[names])} {words[len(heaps[names]) != 1]}"
        for names, words in _COUNTED.items()
        if heaps[names]
    ]
    text = f"{count(len(here), 'service')} and their names, by the ledgers: {', '.join(parts)}."
    if len(here) == 1:
        text = text.replace("and their names", "and its names")
    return " ".join([text, *_unwanted(heaps[Names.UNWANTED])])


def _unwanted(standings: Sequence[Standing]) -> list[str]:
    """Who should have none and why, those with one reason together."""
    reasons: dict[str, list[str]] = defaultdict(list)
    for one in standings:
        reasons[one.reason].append(one.label)
    told = [f"{some(labels, 3)}: {reason}" for reason, labels in reasons.items()]
    return told[:3] + ([f"And so on, for {len(told) - 3} more reasons."] if told[3:] else [])
