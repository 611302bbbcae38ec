"""What a ledger may look like in Route 53, and what it is called."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signpost.errors import HostnameInvalid, InvalidConfiguration, LedgerCorrupt
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
ALIAS = RecordSet(f"web.{ZONE}", "A", alias=Alias("Z1ABCDE", "lb.example"))
ALIAS_TEXT = ledger.render(replace(WRITTEN, record_sets=(ALIAS,)), ZONE)


def read(record: RecordSet) -> ledger.Ledger:
    return ledger.read(record, installation="0" * 16, cluster="prod", service="web", zone_name=ZONE)


def signed(body: str) -> str:
    """A ledger of another program that knows the format: its checksum fits."""
    return f"{body} check={ledger._checksum(body)}"


def edited(old: str, new: str) -> str:
    """A ledger of one alias, as such a program would edit it."""
    assert old in ALIAS_TEXT
    return signed(ALIAS_TEXT.rpartition(" check=")[0].replace(old, new))


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


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("v=spf1 -all", "no Signpost ledger"),
        ("signpost=2 anything", "upgrade Signpost"),
        (ALIAS_TEXT[:-5], "checksum"),
        (edited("alias=A/", "alias=MX/"), "claims"),
        (edited("/0/web", "/0/we_b"), "no hostname"),
        (edited("/0/web", "/7/web"), "can't be read"),
        (edited("/0/web", "/0/web,web"), "twice"),
        (edited("region=", "planet="), "planet"),
        (signed(ALIAS_TEXT.split(" alias=")[0]), "incomplete"),
    ],
)
def test_a_bad_ledger_says_what_is_wrong_with_it(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        ledger.parse(text, ZONE)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"installation": "f" * 16}, "another installation"),
        ({"service": "other"}, "about service other"),
        ({"cluster": "dev"}, "of cluster dev"),
    ],
)
def test_somebody_elses_ledger_is_refused(changes: dict[str, str], why: str) -> None:
    theirs = replace(WRITTEN, **changes)  # type: ignore[arg-type]

    with pytest.raises(LedgerCorrupt, match=why):
        read(ledger.record_set("x", ledger.render(theirs, ZONE)))


def test_eight_names_of_full_length_fit() -> None:
    rest = f"{'x' * 60}.{'y' * 60}.{'z' * 40}.{ZONE}"
    longest = [f"{letter * 60}.{rest}" for letter in "abcdefgh"]
    target = f"internal-{'l' * 32}-1234567890.ap-southeast-2.elb.amazonaws.com"
    sets = tuple(
        RecordSet(name, type_, alias=Alias("Z32O12XQLNTSW2", target))
        for name in longest
        for type_ in ("A", "AAAA")
    )
    full = replace(
        WRITTEN,
        cluster="c" * 255,
        service="s" * 255,
        execution="e" * 80,
        previous="p" * 80,
        record_sets=sets,
    )

    assert len(ledger.to_txt(ledger.render(full, ZONE))) <= MAX_TXT_CHARACTERS


def test_a_ledger_that_does_not_fit_is_a_named_error() -> None:
    sets = tuple(
        RecordSet(f"{n:063d}.{'x' * 60}.ecs.internal", "CNAME", 60, (f"{n}.example",))
        for n in range(40)
    )

    with pytest.raises(InvalidConfiguration, match="fewer or shorter names"):
        ledger.render(replace(WRITTEN, record_sets=sets), ZONE)


def test_plain_names_stand_in_the_ledgers_name_as_they_are() -> None:
    assert (
        ledger.ledger_name(service="web", cluster="prod", owner="signpost", zone_name=ZONE)
        == "web.prod.signpost._signpost.ecs.internal"
    )


def test_a_zone_that_leaves_no_room_is_a_named_error() -> None:
    zone = ".".join(["z" * 60] * 4)[:230]

    with pytest.raises(HostnameInvalid, match="no ledger fits"):
        ledger.ledger_name(service="web", cluster="prod", owner="signpost", zone_name=zone)
