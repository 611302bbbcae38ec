"""All ledgers of a zone, in one contiguous listing: nothing else of the zone is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from signpost.aws import route53
from signpost.errors import HostnameInvalid, LedgerCorrupt
from signpost.ledger import ledger
from signpost.ledger.claims import is_claim
from signpost.ledger.ledger import Ledger
from signpost.ledger.seal import Seal
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone


@dataclass(frozen=True)
class ListedLedger:
    """A record set among the ledgers, and what it says.

    `problem` is a sentence where it can't be trusted; `ledger` is None where it can't even be read.
    Another installation's signature can't be checked, and is no problem by itself: compare `label`.
    """

    zone: Zone
    record_set: RecordSet
    ledger: Ledger | None
    problem: str | None

    @property
    def is_unsigned(self) -> bool:
        """Whether nothing but its signature is wrong with it."""
        return self.problem is not None and ledger.UNSIGNED in self.problem

    @property
    def label(self) -> str:
        """The label of an owner and its installation that its name tells."""
        marker = f".{ledger.SUBTREE}.{self.zone.name}"
        return self.record_set.name.removesuffix(marker).rpartition(".")[2]


def ledgers_in(client: Any, zone: Zone, seal: Seal | None) -> Iterator[ListedLedger]:
    """What stands among the ledgers of a zone, whoever wrote it.

    One ListResourceRecordSets call for each 300 of them, and one where there are none. Raises
    ZoneNotFound, Throttled, AwsUnavailable or AccessDenied.
    """
    for found in route53.below(client, zone.id, f"{ledger.SUBTREE}.{zone.name}"):
        if not is_claim(found.name, zone.name):
            yield understood(zone, found, seal)


def understood(zone: Zone, found: RecordSet, seal: Seal | None) -> ListedLedger:
    """What a record set that stands among the ledgers says. Under the seal's own label only what
    it has signed can be trusted; without a seal no signature is looked at.
    """
    unread = ListedLedger(zone, found, None, None)
    try:
        read = ledger.read_any(found, zone)
        expected = ledger.ledger_name(
            service=read.service, cluster=read.cluster, label=unread.label, zone_name=zone.name
        )
    except (LedgerCorrupt, HostnameInvalid) as wrong:
        return replace(unread, problem=str(wrong))
    problem = None
    if found.name != expected:
        problem = f"it says what {expected} should say"
    elif seal and unread.label == seal.label and not ledger.is_signed(found, zone, seal):
        problem = ledger.UNSIGNED
    said = problem and f"The ledger {found.name} can't be trusted: {problem}."
    return replace(unread, ledger=read, problem=said)
