"""Whose each ledger in a zone is. Pure. One that is not surely ours is never acted upon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signpost.ledger.ledger import ASIDE
from signpost.model.record_set import RecordSet
from signpost.settings import Settings

if TYPE_CHECKING:  # it reads Route 53
    from signpost.ledger.listing import ListedLedger

ServiceKey = tuple[str, str]  # cluster and service
RecordKey = tuple[str, str, str | None]  # name, type and set identifier


@dataclass(frozen=True)
class Owned:
    """The ledgers of all zones, sorted by whose they are."""

    ledgers: Mapping[ServiceKey, Mapping[str, ListedLedger]]  # this installation's, by zone id
    unreadable: tuple[ListedLedger, ...]  # under our label, but not to be trusted
    others: tuple[ListedLedger, ...]  # of other owners, installations and clusters

    @property
    def count(self) -> int:
        """How many ledgers this installation has."""
        return sum(len(by_zone) for by_zone in self.ledgers.values())

    def records(self, key: ServiceKey) -> list[RecordSet]:
        """All that a service has."""
        ledgers = (listed.ledger for listed in self.ledgers.get(key, {}).values())
        return [record for ledger in ledgers if ledger for record in ledger.record_sets]

    def names(self, key: ServiceKey) -> dict[str, set[str]]:
        """The names that a service has, by zone id."""
        return {
            zone_id: {record.name for record in listed.ledger.record_sets}
            for zone_id, listed in self.ledgers.get(key, {}).items()
            if listed.ledger
        }


def sort_ledgers(listing: Iterable[ListedLedger], settings: Settings) -> Owned:
    """Sort what was listed of all zones."""
    ours: dict[ServiceKey, dict[str, ListedLedger]] = defaultdict(dict)
    unreadable: list[ListedLedger] = []
    others: list[ListedLedger] = []
    for listed in listing:
        if listed.label != settings.label:
            others.append(listed)
        elif listed.problem or listed.ledger is None:
            unreadable.append(listed)
        elif not in_scope(listed.ledger.cluster, settings):
            others.append(listed)
        else:
            key = (listed.ledger.cluster, listed.ledger.service)
            ours[key][listed.zone.id] = listed
    return Owned(dict(ours), tuple(unreadable), tuple(others))


def in_scope(cluster: str, settings: Settings) -> bool:
    """Whether this installation looks after a cluster."""
    return not settings.cluster_names or cluster in settings.cluster_names


def claims(
    listing: Iterable[ListedLedger],
    own: str,
    ours: Set[RecordKey],
    observed: Set[RecordKey],
    settings: Settings,
) -> dict[RecordKey, str]:
    """Who owns which record set, by all ledgers of a zone but `own`, which lists `ours`.

    A ledger that anybody could have written takes away nothing that is ours; but what it may list
    is not free either, and where it can't be read that is all of the rest that was `observed`.
    """
    found: dict[RecordKey, str] = {}
    for listed in listing:
        name, ledger = listed.record_set.name, listed.ledger
        if name == own or listed.record_set.type != "TXT":
            continue
        if ledger is None:
            owner = f"whoever wrote the ledger {name}, which can't be read"
            found |= dict.fromkeys(observed - ours - found.keys(), owner)
            continue
        owner = f"service {ledger.service} of cluster {ledger.cluster}"
        keys = {record.key for record in ledger.record_sets}
        if listed.label == settings.label and not listed.problem:
            found |= dict.fromkeys(keys, owner)
        else:
            owner += f", as the ledger {name} says"
            if listed.label not in (settings.label, settings.label + ASIDE) and (
                ledger.installation == settings.installation
            ):
                owner += " from before OwnerId was changed (see `signpost resign`)"
            found |= dict.fromkeys(keys - ours - found.keys(), owner)
    return found


def left_alone(owned: Owned, settings: Settings) -> list[str]:
    """Sentences about the ledgers of others: reported, and left alone."""
    said = []
    for listed in owned.others:
        name, ledger = listed.record_set.name, listed.ledger
        if ledger is None:
            said.append(f"{name} can't be read.")
        elif listed.label == settings.label + ASIDE:
            said.append(f"{name} is what `signpost resign` left unsigned: see there.")
        elif listed.label == settings.label:
            said.append(f"{name} is of cluster {ledger.cluster}, which is not in ClusterNames.")
        elif listed.label.rpartition("-")[0] == settings.owner_id:
            said.append(
                f"{name} belongs to another installation ({ledger.installation}, region "
                f"{ledger.region}) of the same OwnerId: another stack, or this one before it was "
                "made anew (then see `signpost resign`)."
            )
        elif ledger.installation == settings.installation:
            said.append(
                f"{name} is from before OwnerId was changed to {settings.owner_id}: see `signpost "
                "resign`."
            )
    return said
