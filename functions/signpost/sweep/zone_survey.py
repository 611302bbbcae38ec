"""One zone as a sweep sees it: all ledgers, and those records that their listing showed beside.

The ledgers stand together (`*._signpost.<zone>`), and names that begin with a letter follow right
behind. The last page of their listing shows as many of these as it has room for: in a small zone
all of them, for no call more. A deep survey lists the whole zone instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

from signpost.aws import route53
from signpost.aws.delegations import among, cuts_of
from signpost.ledger.claims import is_claim
from signpost.ledger.ledger import SUBTREE
from signpost.ledger.listing import ListedLedger, understood
from signpost.ledger.seal import Seal
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost.names.hostnames import is_in
from signpost.plan.zone_changes import Key


@dataclass(frozen=True)
class ZoneSurvey:
    """What was listed of a zone: from one place in Route 53's order up to, not at, another."""

    zone: Zone
    ledgers: tuple[ListedLedger, ...]
    records: Mapping[str, Sequence[RecordSet]]  # by name, the ledgers left out
    begin: str  # as `route53.order` has it
    end: str | None  # None: up to the end of the zone
    cuts: Mapping[str, RecordSet] = field(default_factory=dict)  # its delegations, where known
    asked: Set[str] = frozenset()  # names that were asked for one by one

    def lists(self, name: str) -> bool:
        """Whether all records at a name, or that there are none, are known."""
        if name in self.asked:
            return True
        if "*" in name and name not in self.records:
            return False  # an asterisk is listed as an escape: not to be looked for by order
        place = route53.order(name)
        return self.begin <= place and (self.end is None or place < self.end)

    def observed(
        self, owned: Iterable[RecordSet], wanted: Iterable[RecordSet]
    ) -> dict[Key, RecordSet]:
        """The records at the names concerned: as they are where they were listed, else as the
        ledger has them.
        """
        owned = list(owned)
        found = {record.key: record for record in owned if not self.lists(record.name)}
        for name in {record.name for record in (*owned, *wanted)}:
            if self.lists(name):
                found |= {record.key: record for record in self.records.get(name, ())}
        return found


def survey(client: Any, zone: Zone, seal: Seal | None, *, deep: bool) -> ZoneSurvey:
    """List a zone's ledgers, of all owners; `deep` lists all else too.

    `client` is a boto3 `route53` client. One call for each 300 ledgers (deep: record sets), and of
    a public zone those of `delegations.cuts_of`, whose delegations stay unknown where it is too
    large for them. Raises ZoneNotFound, Throttled, AwsUnavailable or AccessDenied.
    """
    subtree = f"{SUBTREE}.{zone.name}"
    begin = zone.name if deep else subtree
    ledgers: list[ListedLedger] = []
    records: dict[str, list[RecordSet]] = defaultdict(list)
    end: str | None = None
    for sets, following in route53.pages_from(client, zone.id, begin):
        for record in sets:
            if is_claim(record.name, zone.name):
                continue
            if is_in(record.name, subtree):
                ledgers.append(understood(zone, record, seal))
            else:
                records[record.name].append(record)
        if following is not None and not deep and not is_in(following, subtree):
            end = route53.order(following).partition("\\")[0]  # whose order is not told
            break
    if deep and not zone.private:
        cuts = among((one for sets in records.values() for one in sets), zone)
    else:
        cuts = cuts_of(client, zone) or {}
    return ZoneSurvey(zone, tuple(ledgers), records, route53.order(begin), end, cuts)
