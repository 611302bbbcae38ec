"""What of a service's names can't be, and why, as it travels between the steps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from signpost import errors
from signpost.errors import SignpostError
from signpost.model import Json


@dataclass(frozen=True)
class Refused:
    """A name in a zone, a whole zone, or a name wherever it would be (`zone` is None).

    `record` is the one type of a name that is refused while the service keeps the name itself.
    What is `final` was found out at the write, or after all waiting: this execution tries it no
    more.
    """

    error: str  # the error's name
    reason: str  # its sentence
    zone: str | None = None  # its id
    name: str | None = None
    record: str | None = None
    final: bool = False

    @classmethod
    def of(cls, error: SignpostError, **about: Any) -> Self:
        """What an error means for a part of a plan."""
        return cls(type(error).__name__, str(error), **about)

    def raised(self, more: str = "") -> SignpostError:
        """It as an error, of which `more` is to be said."""
        kind: type[SignpostError] = getattr(errors, self.error, errors.ChangeRefused)
        return kind(f"{self.reason} {more}".rstrip())

    def concerns(self, zone_id: str) -> bool:
        """Whether it is about a zone too."""
        return self.zone in (None, zone_id)

    def to_json(self) -> Json:
        """For the payload and the receipt."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(**value)


def digest(refused: Iterable[Refused]) -> str:
    """What tells that the same was refused before: 16 hex digits; empty where nothing is."""
    said = sorted(f"{one.zone} {one.name} {one.record} {one.error}" for one in refused)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16] if said else ""
