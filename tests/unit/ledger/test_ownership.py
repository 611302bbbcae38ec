"""Whose each ledger is, and which of the others' are worth a word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from signpost.ledger import ownership
from signpost.ledger.listing import ListedLedger, understood
from signpost.ledger.seal import Seal
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost.settings import Settings
from tests.support.ledgers import NAME, ledger_of
from tests.support.parameters import SEAL, SETTINGS

ZONE = Zone("Z1", NAME, private=True, vpcs=("vpc-1",))
OTHER_STACK = replace(SETTINGS, stack_id=f"{SETTINGS.stack_id}-anew")
FOREIGN = replace(OTHER_STACK, owner_id="other")
OTHER_OWNER = replace(SETTINGS, owner_id="other")
STRANGERS = Seal(b"another key", "")


def listed(
    service: str, settings: Settings = SETTINGS, *, seal: Seal = SEAL, **more: Any
) -> ListedLedger:
    """A ledger that an installation of these settings has written."""
    found = ledger_of(
        service, settings.label, installation=settings.installation, seal=seal, **more
    )
    return understood(ZONE, found, SEAL)


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        (listed("gone", OTHER_STACK), "another installation"),
        (listed("gone", OTHER_OWNER), "before OwnerId was changed to signpost"),
        (listed("gone", cluster="dev"), "not in ClusterNames"),
    ],
)
def test_ledgers_of_others_are_reported(theirs: ListedLedger, said: str) -> None:
    settings = replace(SETTINGS, cluster_names=("prod",))

    owned = ownership.sort_ledgers([theirs], settings)

    (sentence,) = ownership.left_alone(owned, settings)
    assert said in sentence
    assert (owned.count, owned.others) == (0, (theirs,))


def test_the_ledgers_of_somebody_elses_installation_are_not_worth_a_word() -> None:
    owned = ownership.sort_ledgers([listed("web", FOREIGN)], SETTINGS)
    assert ownership.left_alone(owned, SETTINGS) == []


def test_what_this_installation_has_not_signed_is_not_its_own() -> None:
    forged = listed("web", seal=STRANGERS)

    owned = ownership.sort_ledgers([forged, listed("api")], SETTINGS)

    assert list(owned.ledgers) == [("prod", "api")]
    assert owned.unreadable == (forged,)


# --- claims


def key(name: str) -> tuple[str, str, None]:
    return (f"{name}.{NAME}", "A", None)


@pytest.mark.parametrize("settings", [SETTINGS, OTHER_STACK])
def test_what_an_unsigned_ledger_lists_is_claimed_unless_it_is_ours(settings: Settings) -> None:
    theirs = [listed(one, settings, seal=STRANGERS) for one in ("web", "api")]
    observed = {key("web"), key("api")}

    found = ownership.claims(theirs, "own", {key("web")}, observed, SETTINGS)

    assert list(found) == [key("api")]
    assert "as the ledger api.prod.signpost-" in found[key("api")]


def test_what_another_service_of_ours_has_signed_is_claimed_also_from_us() -> None:
    """Two ledgers of ours that list one record set: whose it is now, the record has to tell."""
    found = ownership.claims([listed("web")], "own", {key("web")}, {key("web")}, SETTINGS)

    assert found == {key("web"): "service web of cluster prod"}


def test_a_ledger_that_can_not_be_read_may_list_anything() -> None:
    edited = replace(ledger_of("web"), values=('"edited"',))

    found = ownership.claims(
        [listed("api"), understood(ZONE, edited, SEAL)],
        "own",
        {key("mine")},
        {key("mine"), key("api"), key("www")},
        SETTINGS,
    )

    assert found[key("api")] == "service api of cluster prod"
    assert "can't be read" in found[key("www")]
    assert key("mine") not in found


def test_the_own_ledger_claims_nothing() -> None:
    own = listed("web")
    assert ownership.claims([own], own.record_set.name, set(), {key("web")}, SETTINGS) == {}


def test_what_can_not_be_a_ledger_claims_nothing() -> None:
    beside = understood(
        ZONE, RecordSet(listed("web").record_set.name, "A", 60, ("10.0.0.1",)), SEAL
    )
    assert ownership.claims([beside], "own", set(), {key("web")}, SETTINGS) == {}
