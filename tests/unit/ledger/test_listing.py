"""All ledgers of a zone: what they say, and what reading them costs."""

from __future__ import annotations

import math
from typing import Any

import pytest

from signpost.ledger.listing import ListedLedger, ledgers_in
from signpost.ledger.seal import Seal
from signpost.model.record_set import RecordSet
from tests.support.ledgers import NAME, LedgerEstate, ledger_of
from tests.support.parameters import SEAL, SETTINGS
from tests.support.route53 import simple

BELOW = f"._signpost.{NAME}"
BELOW_US = f"{SETTINGS.label}{BELOW}"
LIST = "ListResourceRecordSets"


@pytest.fixture
def estate() -> LedgerEstate:
    """A zone with much else in it: names that sort right before and right after the ledgers."""
    around = ("_sign", "_signpost-2", "_signposts", "web")
    return LedgerEstate(*(RecordSet(f"{name}.{NAME}", "A", 60, ("10.0.0.1",)) for name in around))


def listed(estate: LedgerEstate, seal: Seal | None = SEAL) -> list[ListedLedger]:
    estate.aws.calls.clear()
    return list(ledgers_in(estate.aws.client(), estate.zone, seal))


def signed(estate: LedgerEstate, service: str, **more: Any) -> RecordSet:
    return ledger_of(service, zone_id=estate.zone.id, **more)


@pytest.mark.parametrize("count", [0, 1, 299, 300, 301, 650])
def test_the_ledgers_are_read_in_one_contiguous_listing(estate: LedgerEstate, count: int) -> None:
    estate.put(*(signed(estate, f"s{number}") for number in range(count)))

    found = listed(estate)

    assert {one.ledger.service for one in found if one.ledger} == {f"s{n}" for n in range(count)}
    assert not any(one.problem for one in found)
    assert len(found) == count
    assert estate.aws.calls.count() == estate.aws.calls.count(LIST) <= math.ceil(count / 300) + 1


def test_a_page_may_end_between_sets_of_one_name(estate: LedgerEstate) -> None:
    """All three Next* fields are needed then; a name may have 100 sets of a type."""
    wanted = [
        (f"{name}.signpost._signpost.{NAME}", f"{n:02d}") for name in "abcd" for n in range(90)
    ]
    weighted = (
        simple(name, "A", "10.0.0.1", SetIdentifier=identifier, Weight=1)
        for name, identifier in wanted
    )
    estate.aws.edit(estate.zone.id, *(("CREATE", record) for record in weighted))

    sets = [one.record_set for one in listed(estate)]

    assert [(found.name, found.set_identifier) for found in sets] == wanted


def test_labels_are_told_apart(estate: LedgerEstate) -> None:
    estate.put(signed(estate, "web"), signed(estate, "web", label="other-01234567"))

    assert [one.label for one in listed(estate)] == ["other-01234567", SETTINGS.label]


def test_a_signature_is_looked_at_where_it_can_be(estate: LedgerEstate) -> None:
    """Another installation has another key; without a key nothing can be said."""
    strangers = Seal(b"another", "")
    theirs = signed(estate, "web", label="other-01234567", seal=strangers)
    estate.put(signed(estate, "api"), signed(estate, "web", seal=strangers), theirs)

    def problems(seal: Seal | None) -> dict[str, bool]:
        found = listed(estate, seal)
        return {one.record_set.name.removesuffix(BELOW): bool(one.problem) for one in found}

    mine = f"prod.{SETTINGS.label}"
    assert problems(SEAL) == {
        f"web.{mine}": True,
        f"api.{mine}": False,
        "web.prod.other-01234567": False,
    }
    assert not any(problems(None).values())


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (ledger_of("web", at="api"), "says what web.prod.signpost"),
        (RecordSet(f"web.prod.{BELOW_US}", "TXT", 60, ('"x"',)), "no Signpost"),
        (RecordSet(f"x.{BELOW_US}", "A", 60, ("10.0.0.1",)), "A 10.0.0.1 (TTL 60) is no Signpost"),
        (RecordSet(BELOW_US, "TXT", 60, ('"a"', '"signpost=2 b"')), "2 values"),
    ],
)
def test_what_is_no_ledger_of_its_name_is_listed_with_the_reason(
    estate: LedgerEstate, record: RecordSet, why: str
) -> None:
    estate.put(record, signed(estate, "zoo"))

    problems = {one.record_set.name: one.problem for one in listed(estate)}

    assert why in str(problems.pop(record.name))
    assert list(problems.values()) == [None]
