"""What a ledger may look like in Route 53, and what it is called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signpost.errors import InvalidConfiguration, LedgerCorrupt
from signpost.ledger import ledger
from signpost.model.record_set import MAX_TXT_CHARACTERS, Alias, RecordSet

ZONE = "ecs.internal"
WRITTEN = ledger.Ledger(
    installation="0" * 16,
    region="eu-west-1",
    cluster="prod",
    service="web",
    execution="run-1",
    previous=None,
    at="2026-11-24T12:00:00Z",
    record_sets=(RecordSet(f"web.{ZONE}", "CNAME", 60, ("lb.example",)),),
)
TEXT = ledger.render(WRITTEN, ZONE)
RECORD = ledger.record_set(f"web.prod.signpost._signpost.{ZONE}", TEXT)


def read(record: RecordSet) -> ledger.Ledger:
    return ledger.read(record, installation="0" * 16, cluster="prod", service="web", zone_name=ZONE)


def signed(body: str) -> str:
    """A ledger of another program that knows the format: its checksum fits."""
    return f"{body} check={ledger._checksum(body)}"


def test_what_was_written_is_read() -> None:
    assert read(RECORD) == WRITTEN


@pytest.mark.parametrize(
    "changes",
    [
        {"set_identifier": "blue", "routing": "Weight=1"},
        {"values": (), "ttl": None, "alias": Alias("ZLB", "lb.example")},
        {"alias": Alias("ZLB", "lb.example")},
        {"values": (*RECORD.values, '"another"')},
        {"values": ()},
    ],
    ids=["weighted", "an alias", "both", "two values", "none"],
)
def test_only_a_simple_record_with_one_value_is_a_ledger(changes: dict[str, object]) -> None:
    with pytest.raises(LedgerCorrupt):
        read(replace(RECORD, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "loosely",
    [
        TEXT,
        f'"{TEXT[:100]}"  "{TEXT[100:]}"',
        f'"{TEXT[:100]}""{TEXT[100:]}"',
        f' "{TEXT}"',
        f'"{TEXT}" ',
        f'"{TEXT}" x',
        f'"{TEXT.replace("run-1", chr(92) + "162un-1")}"',
    ],
    ids=["no quotes", "two spaces", "no space", "before", "after", "more", "an escape"],
)
def test_strings_that_are_not_quoted_as_written_are_not_guessed_at(loosely: str) -> None:
    with pytest.raises(LedgerCorrupt, match="not as Signpost writes them"):
        read(replace(RECORD, values=(loosely,)))


def test_the_limit_counts_what_route_53_counts_quotes_and_all() -> None:
    room = MAX_TXT_CHARACTERS - len(TEXT)
    longest = replace(WRITTEN, execution="e" * (room - 40))

    with pytest.raises(InvalidConfiguration, match="more than the 4000"):
        ledger.render(longest, ZONE)


@pytest.mark.parametrize("ttl", ["9" * 11, "0" * 19, "9" * 5000])
def test_a_ttl_of_more_digits_than_there_can_be_is_corrupt(ttl: str) -> None:
    body = TEXT.rpartition(" check=")[0].replace("CNAME/60/", f"CNAME/{ttl}/")

    with pytest.raises(LedgerCorrupt, match="can't be read"):
        read(ledger.record_set(RECORD.name, signed(body)))


@pytest.mark.parametrize(("one", "other"), [("Web", "web"), ("a_b", "a-b"), ("x-", "x")])
def test_names_that_differ_in_what_a_label_can_not_say_have_ledgers_of_their_own(
    one: str, other: str
) -> None:
    names = {
        ledger.ledger_name(service=service, cluster=cluster, owner="signpost", zone_name=ZONE)
        for service, cluster in ((one, "c"), (other, "c"), ("s", one), ("s", other))
    }

    assert len(names) == 4
