"""What a sweep's listing of a zone shows, and what it costs."""

from __future__ import annotations

import pytest

from signpost.aws import route53
from signpost.aws.zones import forget_zones
from signpost.model.record_set import RecordSet
from signpost.sweep.zone_survey import ZoneSurvey, survey
from tests.support.ledgers import NAME, LedgerEstate, ledger_of
from tests.support.parameters import SEAL, SETTINGS
from tests.support.route53 import StrictRoute53, simple


def surveyed(estate: LedgerEstate, *, deep: bool = False) -> ZoneSurvey:
    estate.aws.calls.clear()
    return survey(estate.aws.client(), estate.zone, SEAL, deep=deep)


def address(name: str) -> RecordSet:
    return RecordSet(f"{name}.{NAME}", "A", 60, ("10.0.0.1",))


@pytest.fixture
def estate() -> LedgerEstate:
    return LedgerEstate()


def test_in_a_small_zone_one_call_shows_the_records_too(estate: LedgerEstate) -> None:
    estate.put(ledger_of("web"), address("web"))

    found = surveyed(estate)

    assert found.observed([], [address("web"), address("gone")]) == {
        address("web").key: address("web")
    }
    assert estate.aws.calls.count() == 1


def test_what_the_last_page_had_no_room_for_is_taken_from_the_ledger(estate: LedgerEstate) -> None:
    estate.put(*(ledger_of(f"s{number:03d}") for number in range(299)))
    estate.put(*(address(name) for name in ("a", "b", "c")))

    found = surveyed(estate)

    assert [found.lists(f"{name}.{NAME}") for name in ("a", "b", "c")] == [True, False, False]
    assert found.observed([address("c")], []) == {address("c").key: address("c")}
    assert estate.aws.calls.count() == 1


def test_a_name_whose_records_may_go_on_on_the_next_page_is_not_known(estate: LedgerEstate) -> None:
    estate.put(*(ledger_of(f"s{number:03d}") for number in range(299)))
    six = RecordSet(f"a.{NAME}", "AAAA", 60, ("2001:db8::1",))
    estate.put(address("a"), six)

    assert not surveyed(estate).lists(f"a.{NAME}")


def test_whether_a_name_stands_before_one_with_an_escape_is_not_known(
    estate: LedgerEstate,
) -> None:
    estate.put(*(ledger_of(f"s{number:03d}") for number in range(299)))
    estate.put(address("a"))
    estate.aws.edit(estate.zone.id, ("CREATE", simple(rf"b\056a.{NAME}", "A", "192.0.2.1")))

    found = surveyed(estate)

    assert [found.lists(f"{name}.{NAME}") for name in ("a", "b", "b0")] == [True, False, False]


@pytest.mark.parametrize("name", ["1st", "*"])
def test_names_that_stand_before_the_ledgers_are_not_known(estate: LedgerEstate, name: str) -> None:
    estate.put(ledger_of("web"), address(name))
    assert not surveyed(estate).lists(f"{name}.{NAME}")


def test_a_deep_survey_knows_every_name(estate: LedgerEstate) -> None:
    estate.put(*(ledger_of(f"s{number:03d}") for number in range(299)))
    names = ("1st", "a", "z")
    estate.put(*map(address, names))

    found = surveyed(estate, deep=True)

    assert len(found.ledgers) == 299
    assert {record.name for record in found.observed([], map(address, names)).values()} == {
        f"{name}.{NAME}" for name in names
    }


def test_the_ledgers_of_all_installations_are_listed(estate: LedgerEstate) -> None:
    estate.put(ledger_of("web"), ledger_of("web", "other-01234567"))
    assert [one.label for one in surveyed(estate).ledgers] == ["other-01234567", SETTINGS.label]


@pytest.mark.parametrize(("deep", "calls"), [(False, 2), (True, 1)])
def test_the_delegations_of_a_public_zone_are_surveyed(deep: bool, calls: int) -> None:
    aws = StrictRoute53()
    zone_id = aws.create_zone("example.com")
    zone = route53.get_zone(aws.client(), zone_id)
    for name in ("7.example.com", "a.example.com"):
        aws.edit(zone_id, ("CREATE", simple(name, "NS", "ns1.example.net.")))
    aws.calls.clear()
    forget_zones()

    found = survey(aws.client(), zone, SEAL, deep=deep)

    assert found.cuts.keys() == {"7.example.com", "a.example.com"}
    assert aws.calls.count() == calls
