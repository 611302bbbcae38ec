"""All ledgers of a zone: what they say, and what reading them costs."""

from __future__ import annotations

import math

import pytest

from signpost.aws import route53
from signpost.ledger import ledger
from signpost.ledger.ledger import Ledger
from signpost.ledger.listing import ListedLedger, ledgers_in
from signpost.model.record_set import Alias, RecordSet
from signpost.model.zone import Zone
from tests.support.route53 import StrictRoute53, simple

NAME = "ecs.internal"
LIST = "ListResourceRecordSets"


def ledger_of(
    service: str,
    owner: str = "signpost",
    *,
    at: str | None = None,
    installation: str = "0123456789abcdef",
) -> RecordSet:
    """A ledger as it is written; `at` puts it under the name of another service's."""
    alias = Alias("Z32O12XQLNTSW2", "lb.eu-west-1.elb.amazonaws.com")
    written = Ledger(
        installation=installation,
        region="eu-west-1",
        cluster="prod",
        service=service,
        execution="run-2",
        previous="run-1",
        at="2026-11-24T12:00:00Z",
        record_sets=(RecordSet(f"{service}.{NAME}", "A", alias=alias),),
    )
    name = ledger.ledger_name(service=at or service, cluster="prod", owner=owner, zone_name=NAME)
    return ledger.record_set(name, ledger.render(written, NAME))


class Estate:
    """A zone with much else in it: names that sort right before and right after the ledgers."""

    def __init__(self) -> None:
        self.aws = StrictRoute53()
        self.zone = Zone(self.aws.create_zone(NAME, vpcs=("vpc-1",)), NAME, private=True)
        around = ("_sign", "_signpost-2", "signpost-2._signpost", "signposts._signpost", "web")
        self.put(*(RecordSet(f"{name}.{NAME}", "A", 60, ("10.0.0.1",)) for name in around))

    def put(self, *records: RecordSet) -> None:
        changes = [("CREATE", route53.to_wire(record)) for record in records]
        for start in range(0, len(changes), 50):  # a batch holds 32,000 characters of values
            self.aws.edit(self.zone.id, *changes[start : start + 50])

    def listed(self, owner: str | None = "signpost") -> list[ListedLedger]:
        self.aws.calls.clear()
        return list(ledgers_in(self.aws.client(), self.zone, owner))


@pytest.fixture
def estate() -> Estate:
    return Estate()


@pytest.mark.parametrize("count", [0, 1, 299, 300, 301, 650])
def test_the_ledgers_are_read_in_one_contiguous_listing(estate: Estate, count: int) -> None:
    estate.put(*(ledger_of(f"s{number}") for number in range(count)))

    listed = estate.listed()

    assert {one.ledger.service for one in listed if one.ledger} == {f"s{n}" for n in range(count)}
    assert len(listed) == count
    assert estate.aws.calls.count() == estate.aws.calls.count(LIST) <= math.ceil(count / 300) + 1


def test_a_page_may_end_between_sets_of_one_name(estate: Estate) -> None:
    """All three Next* fields are needed then; a name may have 100 sets of a type."""
    wanted = [
        (f"{name}.signpost._signpost.{NAME}", f"{n:02d}") for name in "abcd" for n in range(90)
    ]
    weighted = (
        simple(name, "A", "10.0.0.1", SetIdentifier=identifier, Weight=1)
        for name, identifier in wanted
    )
    estate.aws.edit(estate.zone.id, *(("CREATE", record) for record in weighted))

    sets = [one.record_set for one in estate.listed()]

    assert [(found.name, found.set_identifier) for found in sets] == wanted


def test_owners_are_told_apart_and_can_all_be_listed(estate: Estate) -> None:
    estate.put(ledger_of("web", "signpost"), ledger_of("web", "other"))

    assert [one.owner for one in estate.listed("other")] == ["other"]
    assert {"other", "signpost"} <= {one.owner for one in estate.listed(None)}


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
    estate: Estate, record: RecordSet, why: str
) -> None:
    estate.put(record, ledger_of("zoo"))

    problems = {one.record_set.name: one.problem for one in estate.listed()}

    assert why in str(problems.pop(record.name))
    assert list(problems.values()) == [None]
