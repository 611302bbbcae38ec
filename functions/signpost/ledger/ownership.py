"""Whose each ledger in a zone is. Pure. One that is not surely ours is never acted upon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from signpost.settings import Settings, installation_of

if TYPE_CHECKING:  # it reads Route 53
    from signpost.ledger.listing import ListedLedger

ServiceKey = tuple[str, str]  # cluster and service


@dataclass(frozen=True)
class Owned:
    """The ledgers of all zones, sorted by whose they are."""

    ledgers: Mapping[ServiceKey, Mapping[str, ListedLedger]]  # this installation's, by zone id
    unreadable: tuple[ListedLedger, ...]  # under our owner id, but not to be trusted
    others: tuple[ListedLedger, ...]  # of other owners, installations and clusters

    @property
    def count(self) -> int:
        """How many ledgers this installation has."""
        return sum(len(by_zone) for by_zone in self.ledgers.values())


def sort_ledgers(listing: Iterable[ListedLedger], settings: Settings) -> Owned:
    """Sort what was listed of all zones."""
    ours: dict[ServiceKey, dict[str, ListedLedger]] = defaultdict(dict)
    unreadable: list[ListedLedger] = []
    others: list[ListedLedger] = []
    for listed in listing:
        if listed.owner != settings.owner_id:
            others.append(listed)
        elif listed.problem or listed.ledger is None:
            unreadable.append(listed)
        elif listed.ledger.installation != settings.installation or not in_scope(
            listed.ledger.cluster, settings
        ):
            others.append(listed)
        else:
            key = (listed.ledger.cluster, listed.ledger.service)
            ours[key][listed.zone.id] = listed
    return Owned(dict(ours), tuple(unreadable), tuple(others))


def in_scope(cluster: str, settings: Settings) -> bool:
    """Whether this installation looks after a cluster."""
    return not settings.cluster_names or cluster in settings.cluster_names


def left_alone(owned: Owned, services: Iterable[ServiceKey], settings: Settings) -> list[str]:
    """Sentences about the ledgers of others: reported, and left alone."""
    known = set(services)
    said = []
    for listed in owned.others:
        name, ledger = listed.record_set.name, listed.ledger
        if ledger is None:
            said.append(f"{name} of owner {listed.owner} can't be read.")
        elif listed.owner == settings.owner_id and ledger.installation != settings.installation:
            said.append(
                f"{name} belongs to another installation ({ledger.installation}, region "
                f"{ledger.region}) of the same OwnerId."
            )
        elif listed.owner == settings.owner_id:
            said.append(f"{name} is of cluster {ledger.cluster}, which is not in ClusterNames.")
        elif (
            ledger.installation == installation_of(settings.account, settings.region, listed.owner)
            and in_scope(ledger.cluster, settings)
            and (ledger.cluster, ledger.service) not in known
        ):
            said.append(
                f"{name} of owner {listed.owner} names service {ledger.service} of cluster "
                f"{ledger.cluster}, which ECS does not list."
            )
    return said
