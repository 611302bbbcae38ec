"""One zone's part of a plan while it is made."""

from __future__ import annotations

from dataclasses import dataclass

from signpost.ledger.ledger import Ledger
from signpost.model.zone import Zone
from signpost.plan.zone_changes import RecordChanges
from signpost.plan.zone_reading import Found


@dataclass(frozen=True)
class Part:
    """What was found in a zone, and what is to change there."""

    found: Found
    changes: RecordChanges
    notes: bool = False  # its ledger is written once more although nothing else changes

    @property
    def zone(self) -> Zone:
        """The zone."""
        return self.found.state.zone

    @property
    def ledger(self) -> Ledger | None:
        """Its ledger, as it is."""
        return self.found.state.ledger

    @property
    def needs_batch(self) -> bool:
        """Whether record sets change, or the ledger lists others than there should be: one that
        was deleted by hand and is not wanted any more leaves only its ledger to be mended.
        """
        listed = self.ledger.record_sets if self.ledger else ()
        return self.notes or bool(self.changes) or set(listed) != set(self.changes.after)

    @property
    def rank(self) -> tuple[bool, bool]:
        """Names appear in their new zone before they go from an old one; ledgers go last, when
        those that lead to this execution are written.
        """
        return not self.changes.creates, not self.changes.after
