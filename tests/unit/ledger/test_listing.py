"""All ledgers of a zone: what they say, and what reading them costs."""

from __future__ import annotations

import math

import pytest

from signpost.ledger.listing import ListedLedger, ledgers_in
from signpost.model.record_set import RecordSet
from tests.support.ledgers import NAME, LedgerEstate, ledger_of
from tests.support.route53 import simple

LIST = "ListResourceRecordSets"


@pytest.fixture
def estate() -> LedgerEstate:
    """A zone with much else in it: names that sort right before and right after the ledgers."""
    around = ("_sign", "_signpost-2", "signpost-2._signpost", "signposts._signpost", "web")
    return LedgerEstate(*(RecordSet(f"{name}.{NAME}", "A", 60, ("10.0.0.1",)) for name in around))


def listed(estate: LedgerEstate, owner: str | None = "signpost") -> list[ListedLedger]:
    estate.aws.calls.clear()
    return list(ledgers_in(estate.aws.client(), estate.zone, owner))


@pytest.mark.parametrize("count", [0, 1, 299, 300, 301, 650])
def test_the_ledgers_are_read_in_one_contiguous_listing(estate: LedgerEstate, count: int) -> None:
    estate.put(*(ledger_of(f"s{number}") for number in range(count)))

    found = listed(estate)

    assert {one.ledger.service for one in found if one.ledger} == {f"s{n}" for n in range(count)}
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


def test_owners_are_told_apart_and_can_all_be_listed(estate: LedgerEstate) -> None:
    estate.put(ledger_of("web", "signpost"), ledger_of("web", "other"))

    assert [one.owner for one in listed(estate, "other")] == ["other"]
    assert {"other", "signpost"} <= {one.owner for one in listed(estate, None)}


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (ledger_of("web", at="api"), "says what web.prod.signpost"),
        (RecordSet(f"web.prod.signpost._signpost.{NAME}", "TXT", 60, ('"x"',)), "no Signpost"),
        (RecordSet(f"x.signpost._signpost.{NAME}", "A", 60, ("10.0.0.1",)), "is none"),
        (RecordSet(f"signpost._signpost.{NAME}", "TXT", 60, ('"a"', '"b"')), "2 values"),
    ],
)
def test_what_is_no_ledger_of_its_name_is_listed_with_the_reason(
    estate: LedgerEstate, record: RecordSet, why: str
) -> None:
    estate.put(record, ledger_of("zoo"))

    problems = {one.record_set.name: one.problem for one in listed(estate)}

    assert why in str(problems.pop(record.name))
    assert list(problems.values()) == [None]
