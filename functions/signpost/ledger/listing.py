"""All ledgers of a zone, in one contiguous listing: nothing else of the zone is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from signpost.aws import route53
from signpost.errors import HostnameInvalid, LedgerCorrupt
from signpost.ledger import ledger
from signpost.ledger.ledger import Ledger
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone


@dataclass(frozen=True)
class ListedLedger:
    """A record set among the ledgers, and what it says.

    `problem` is a sentence where it can't be trusted; `ledger` is None where it can't even be read.
    A ledger of another installation is no problem by itself: compare `ledger.installation`.
    """

    zone: Zone
    record_set: RecordSet
    ledger: Ledger | None
    problem: str | None

    @property
    def owner(self) -> str:
        """The owner id that its name tells."""
        marker = f".{ledger.SUBTREE}.{self.zone.name}"
        return self.record_set.name.removesuffix(marker).rpartition(".")[2]


def ledgers_in(client: Any, zone: Zone, owner: str | None) -> Iterator[ListedLedger]:
    """What stands among an owner's ledgers in a zone; those of all owners with `owner` None.

    One ListResourceRecordSets call for each 300 of them, and one where there are none. Raises
    ZoneNotFound, Throttled, AwsUnavailable or AccessDenied.
    """
    subtree = f"{ledger.SUBTREE}.{zone.name}"
    start = subtree if owner is None else f"{owner}.{subtree}"
    for found in route53.below(client, zone.id, start):
        yield understood(zone, found)


def understood(zone: Zone, found: RecordSet) -> ListedLedger:
    """What a record set that stands among the ledgers says."""
    unread = ListedLedger(zone, found, None, None)
    try:
        if found.type != "TXT":
            raise LedgerCorrupt(f"{found} stands among the ledgers and is none.")
        read = ledger.read_any(found, zone.name)
        expected = ledger.ledger_name(
            service=read.service, cluster=read.cluster, owner=unread.owner, zone_name=zone.name
        )
    except (LedgerCorrupt, HostnameInvalid) as wrong:
        return replace(unread, problem=str(wrong))
    problem = f"The ledger {found.name} can't be trusted: it says what {expected} should say."
    return replace(unread, ledger=read, problem=None if found.name == expected else problem)
