"""Whose each ledger is, and which of the others' are worth a word."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signpost.ledger import ownership
from signpost.ledger.listing import ListedLedger, understood
from signpost.model.zone import Zone
from signpost.settings import Settings
from tests.support.ledgers import NAME, ledger_of
from tests.support.parameters import SETTINGS

ZONE = Zone("Z1", NAME, private=True, vpcs=("vpc-1",))
OTHER_OWNER = replace(SETTINGS, owner_id="other")
OTHER_ACCOUNT = replace(SETTINGS, account="210987654321")


def listed(service: str, settings: Settings = SETTINGS, *, cluster: str = "prod") -> ListedLedger:
    """A ledger that an installation of these settings has written."""
    found = ledger_of(
        service, settings.owner_id, cluster=cluster, installation=settings.installation
    )
    return understood(ZONE, found)


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        (listed("gone", OTHER_OWNER), "which ECS does not list"),
        (listed("gone", OTHER_ACCOUNT), "another installation"),
        (listed("gone", cluster="dev"), "not in ClusterNames"),
    ],
)
def test_ledgers_of_others_are_reported(theirs: ListedLedger, said: str) -> None:
    settings = replace(SETTINGS, cluster_names=("prod",))

    owned = ownership.sort_ledgers([theirs], settings)

    (sentence,) = ownership.left_alone(owned, [], settings)
    assert said in sentence
    assert (owned.count, owned.others) == (0, (theirs,))


def test_another_owners_ledger_of_a_service_that_is_there_is_not_worth_a_word() -> None:
    owned = ownership.sort_ledgers([listed("web", OTHER_OWNER)], SETTINGS)
    assert ownership.left_alone(owned, [("prod", "web")], SETTINGS) == []
