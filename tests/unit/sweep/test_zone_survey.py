"""What a sweep's listing of a zone shows, and what it costs."""

from __future__ import annotations

import pytest

from signpost.aws import route53
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost.sweep.zone_survey import ZoneSurvey, survey
from tests.support.route53 import StrictRoute53
from tests.unit.ledger.test_listing import NAME, ledger_of


class Estate:
    """A zone that a test fills."""

    def __init__(self) -> None:
        self.aws = StrictRoute53()
        self.zone = Zone(self.aws.create_zone(NAME, vpcs=("vpc-1",)), NAME, private=True)

    def put(self, *records: RecordSet) -> None:
        changes = [("CREATE", route53.to_wire(record)) for record in records]
        for start in range(0, len(changes), 50):  # a batch holds 32,000 characters of values
            self.aws.edit(self.zone.id, *changes[start : start + 50])

    def surveyed(self, *, deep: bool = False) -> ZoneSurvey:
        self.aws.calls.clear()
        return survey(self.aws.client(), self.zone, deep=deep)


def address(name: str) -> RecordSet:
    return RecordSet(f"{name}.{NAME}", "A", 60, ("10.0.0.1",))


@pytest.fixture
def estate() -> Estate:
    return Estate()


def test_in_a_small_zone_one_call_shows_the_records_too(estate: Estate) -> None:
    estate.put(ledger_of("web"), address("web"))

    found = estate.surveyed()

    assert found.observed([], [address("web"), address("gone")]) == {
        address("web").key: address("web")
    }
    assert estate.aws.calls.count() == 1


def test_what_the_last_page_had_no_room_for_is_taken_from_the_ledger(estate: Estate) -> None:
    estate.put(*(ledger_of(f"s{number:03d}") for number in range(299)))
    estate.put(*(address(name) for name in ("a", "b", "c")))

    found = estate.surveyed()

    assert [found.lists(f"{name}.{NAME}") for name in ("a", "b", "c")] == [True, False, False]
    assert found.observed([address("c")], []) == {address("c").key: address("c")}
    assert estate.aws.calls.count() == 1


def test_a_name_whose_records_may_go_on_on_the_next_page_is_not_known(estate: Estate) -> None:
    estate.put(*(ledger_of(f"s{number:03d}") for number in range(299)))
    six = RecordSet(f"a.{NAME}", "AAAA", 60, ("2001:db8::1",))
    estate.put(address("a"), six)

    assert not estate.surveyed().lists(f"a.{NAME}")


@pytest.mark.parametrize("name", ["1st", "*"])
def test_names_that_stand_before_the_ledgers_are_not_known(estate: Estate, name: str) -> None:
    estate.put(ledger_of("web"), address(name))
    assert not estate.surveyed().lists(f"{name}.{NAME}")


def test_a_deep_survey_knows_every_name(estate: Estate) -> None:
    estate.put(*(ledger_of(f"s{number:03d}") for number in range(299)))
    names = ("1st", "a", "z")
    estate.put(*map(address, names))

    found = estate.surveyed(deep=True)

    assert len(found.ledgers) == 299
    assert {record.name for record in found.observed([], map(address, names)).values()} == {
        f"{name}.{NAME}" for name in names
    }


def test_the_ledgers_of_all_owners_are_listed(estate: Estate) -> None:
    estate.put(ledger_of("web", "signpost"), ledger_of("web", "other"))
    assert [one.owner for one in estate.surveyed().ledgers] == ["other", "signpost"]
