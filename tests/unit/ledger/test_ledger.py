"""What a ledger may look like in Route 53, and what it is called."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signpost.errors import HostnameInvalid, InvalidConfiguration, LedgerCorrupt
from signpost.ledger import ledger
from signpost.ledger.seal import Seal
from signpost.model.record_set import MAX_TXT_CHARACTERS, Alias, RecordSet
from signpost.model.zone import Zone
from tests.support.parameters import MAC, SEAL, SETTINGS

ZONE = "ecs.internal"
WRITTEN = ledger.Ledger(
    installation=SETTINGS.installation,
    region="eu-west-1",
    cluster="prod",
    service="web",
    execution="run-1",
    previous=None,
    at="2026-11-24T12:00:00Z",
    record_sets=(RecordSet(f"web.{ZONE}", "CNAME", 60, ("lb.example",)),),
)
NAME = f"web.prod.{SETTINGS.label}._signpost.{ZONE}"
THE_ZONE = Zone("Z1", ZONE, private=True)


def render(written: ledger.Ledger, name: str = NAME) -> str:
    return ledger.render(written, zone=THE_ZONE, name=name, seal=SEAL)


TEXT = render(WRITTEN)
RECORD = ledger.record_set(NAME, TEXT)
ALIAS = RecordSet(f"web.{ZONE}", "A", alias=Alias("Z1ABCDE", "lb.example"))
ALIAS_TEXT = render(replace(WRITTEN, record_sets=(ALIAS,)))


def read(record: RecordSet) -> ledger.Ledger:
    return ledger.read(
        record,
        installation=SETTINGS.installation,
        cluster="prod",
        service="web",
        zone=THE_ZONE,
        seal=SEAL,
    )


def signed(body: str) -> str:
    """A ledger with these words, by whoever has the key."""
    return f"{body} mac={SEAL.signature('Z1', NAME, body)}"


def edited(old: str, new: str) -> str:
    """A ledger of one alias, as such a program would edit it."""
    assert old in ALIAS_TEXT
    return signed(ALIAS_TEXT.rpartition(" mac=")[0].replace(old, new))


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
        render(longest)


@pytest.mark.parametrize("ttl", ["9" * 11, "0" * 19, "9" * 5000])
def test_a_ttl_of_more_digits_than_there_can_be_is_corrupt(ttl: str) -> None:
    body = TEXT.rpartition(" mac=")[0].replace("CNAME/60/", f"CNAME/{ttl}/")

    with pytest.raises(LedgerCorrupt, match="can't be read"):
        read(ledger.record_set(RECORD.name, signed(body)))


@pytest.mark.parametrize(("one", "other"), [("Web", "web"), ("a_b", "a-b"), ("x-", "x")])
def test_names_that_differ_in_what_a_label_can_not_say_have_ledgers_of_their_own(
    one: str, other: str
) -> None:
    names = {
        ledger.ledger_name(service=service, cluster=cluster, label="signpost", zone_name=ZONE)
        for service, cluster in ((one, "c"), (other, "c"), ("s", one), ("s", other))
    }

    assert len(names) == 4


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("v=spf1 -all", "no Signpost ledger"),
        ("signpost=3 anything", "upgrade Signpost"),
        (ALIAS_TEXT.partition(" mac=")[0], "no signature"),
        (edited("alias=A/", "alias=MX/"), "claims"),
        (edited("/0/web", "/0/we_b"), "no hostname"),
        (edited("/0/web", "/7/web"), "can't be read"),
        (edited("/0/web", "/0/web,web"), "twice"),
        (edited("region=", "planet="), "planet"),
        (edited("alias=A/", "Alias=A/"), "Alias"),
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
        read(ledger.record_set(NAME, render(theirs)))


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

    assert len(ledger.to_txt(render(full))) <= MAX_TXT_CHARACTERS


def test_a_ledger_that_does_not_fit_is_a_named_error() -> None:
    sets = tuple(
        RecordSet(f"{n:063d}.{'x' * 60}.ecs.internal", "CNAME", 60, (f"{n}.example",))
        for n in range(40)
    )

    with pytest.raises(InvalidConfiguration, match="fewer or shorter names"):
        render(replace(WRITTEN, record_sets=sets))


def test_plain_names_stand_in_the_ledgers_name_as_they_are() -> None:
    assert (
        ledger.ledger_name(service="web", cluster="prod", label="signpost", zone_name=ZONE)
        == "web.prod.signpost._signpost.ecs.internal"
    )


@pytest.mark.parametrize(
    "service", ["Web", "web_1", "-web", "w" * 64, "W" * 255, "0123abcd", "web-0123abcd", "_"]
)
def test_a_name_that_is_no_label_or_looks_digested_has_a_label_of_its_own(service: str) -> None:
    name = ledger.ledger_name(service=service, cluster="c", label="signpost", zone_name=ZONE)

    label = name.removesuffix(".c.signpost._signpost.ecs.internal")
    assert re.fullmatch(r"([a-z0-9][a-z0-9-]*-)?[0-9a-f]{8}", label)
    assert len(label) <= 63
    assert label != service


def test_a_zone_that_leaves_no_room_is_a_named_error() -> None:
    zone = ".".join(["z" * 60] * 4)[:230]

    with pytest.raises(HostnameInvalid, match="no ledger of service web of cluster prod fits"):
        ledger.ledger_name(service="web", cluster="prod", label="signpost", zone_name=zone)


# --- who wrote it ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "forged",
    [
        # Format 2 as anybody can write it who has read the code.
        RECORD.values[0].rpartition(" mac=")[0] + f' mac={"A" * 22}"',
        ledger.to_txt(
            ledger.render(WRITTEN, zone=THE_ZONE, name=NAME, seal=Seal(b"guessed", SEAL.label))
        ),
        # Signed by us, for another zone, and for another service's place.
        ledger.to_txt(
            ledger.render(WRITTEN, zone=replace(THE_ZONE, id="Z2"), name=NAME, seal=SEAL)
        ),
        ledger.to_txt(render(WRITTEN, name=f"api.prod.{SETTINGS.label}._signpost.{ZONE}")),
        # Signed by us, and changed since: a name more, a letter of another case, a word moved.
        ledger.to_txt(TEXT.replace("/web mac=", "/web,www mac=")),
        ledger.to_txt(TEXT.replace("lb.example", "LB.example")),
        ledger.to_txt(TEXT.replace(" mac=", " told=x mac=")),
        ledger.to_txt(f"{TEXT}="),
        ledger.to_txt(TEXT[:-1]),
    ],
)
def test_what_this_installation_has_not_signed_for_this_very_place_is_refused(forged: str) -> None:
    assert forged != RECORD.values[0]

    with pytest.raises(LedgerCorrupt, match="not this installation's"):
        read(replace(RECORD, values=(forged,)))


def test_a_signature_does_not_tell_the_key() -> None:
    assert MAC not in repr(SEAL).encode()


def test_what_later_versions_note_is_kept_as_it_is() -> None:
    notes = ("hold=@", "wish=www/2026-11-27T12:00:00Z,api", "told=HostnameTaken", "x-y=1%20")

    noted = read(ledger.record_set(NAME, render(replace(WRITTEN, notes=notes))))

    assert noted == replace(WRITTEN, notes=notes)


def test_a_service_that_only_waits_for_a_name_can_have_a_ledger() -> None:
    waiting = replace(WRITTEN, record_sets=(), notes=("wish=www",))

    assert read(ledger.record_set(NAME, render(waiting))) == waiting


def test_record_sets_that_share_a_name_keep_what_tells_them_apart() -> None:
    sets = tuple(
        RecordSet(
            f"web.{ZONE}", type_, alias=Alias("Z1ABCDE", "lb.example"), set_identifier=which,
            routing=f"Weight={weight}",
        )
        for which, weight in (("blue / green", 10), ("green", 0))
        for type_ in ("A", "AAAA")
    )  # fmt: skip

    shared = read(ledger.record_set(NAME, render(replace(WRITTEN, record_sets=sets))))

    assert set(shared.record_sets) == set(sets)


@pytest.mark.parametrize(
    "word",
    [
        "value=" + ",".join(["A"] * 900) + "/60/192.0.2.1/" + ",".join(["a"] * 900),
        "multi=A/60/" + "AAAA" * 400 + "/" + ",".join(f"n{number}" for number in range(600)),
        "value=A/60/x/" + ",".join(f"n{number}" for number in range(1001)),
    ],
    ids=["types", "addresses", "names"],
)
def test_what_would_fill_a_functions_memory_is_refused_before_it_is_unpacked(word: str) -> None:
    body = TEXT.rpartition(" mac=")[0]

    with pytest.raises(ValueError, match="more record sets than a batch can make"):
        ledger.parse(signed(f"{body} {word}"), ZONE)


@pytest.mark.parametrize("digested", ["Web", "web_1"])
def test_no_plain_name_has_the_label_of_a_digested_one(digested: str) -> None:
    def label(service: str) -> str:
        name = ledger.ledger_name(service=service, cluster="c", label="x", zone_name=ZONE)
        return name.partition(".")[0]

    assert label(label(digested)) != label(digested)


# --- what it is called: each service has its own place in DNS, where case does not count -------

# What ECS takes (Amazon ECS API Reference: CreateService), most of it hard to tell apart in DNS.
ECS_NAMES = st.text(st.sampled_from("wW-_0aF"), min_size=1, max_size=255) | st.text(
    st.sampled_from("wW-_"), min_size=1, max_size=3
)
PAIRS = st.tuples(ECS_NAMES, ECS_NAMES)
OWNER = "signpost-0123abcd"


def zone_of(octets: int) -> str:
    """A zone's name of so many octets."""
    return ".".join(["z" * 60] * 4)[-octets:].removeprefix(".").rjust(octets, "z")


def name_of(pair: tuple[str, str], zone_name: str, label: str = OWNER) -> str | None:
    service, cluster = pair
    try:
        return ledger.ledger_name(
            service=service, cluster=cluster, label=label, zone_name=zone_name
        )
    except HostnameInvalid:
        return None


@given(
    PAIRS,
    st.integers(min_value=1, max_value=240),
    st.sampled_from([OWNER, OWNER + ledger.ASIDE, "s"]),
)
@example(("Web", "Prod"), 212, OWNER)
@example(("Web", "Prod"), 212, "s")
def test_a_name_fits_into_dns_or_is_a_named_error(
    pair: tuple[str, str], octets: int, label: str
) -> None:
    name = name_of(pair, zone_of(octets), label)

    if name is not None:
        assert len(name) <= 253
        assert all(0 < len(one) <= 63 for one in name.split("."))


@given(PAIRS, PAIRS, st.integers(min_value=1, max_value=220))
@example(("Web", "prod"), ("web", "prod"), 10)
@example(("a_b", "prod"), ("a-b", "prod"), 10)
@example(("a-b", "c"), ("a", "b-c"), 10)
def test_two_services_never_have_one_place(
    one: tuple[str, str], other: tuple[str, str], octets: int
) -> None:
    names = [name_of(pair, zone_of(octets)) for pair in (one, other)]

    assert one == other or None in names or names[0].lower() != names[1].lower()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("pair", "octets", "labels"),
    [
        (("web", "prod"), 10, "web.prod"),
        (("Web", "web_1"), 10, "web-29751047.web-1-c703c3ba"),
        (("web-c7d3a65b", "prod"), 10, "web-c7d3a65b-ebe1af18.prod"),
        (("w" * 70, "prod"), 10, f"{'w' * 54}-4c6302c9.prod"),
        (("w" * 70, "prod"), 110, f"{'w' * 47}-4c6302c9.prod"),
        (("w" * 40, "p" * 40), 160, f"{'w' * 22}-3242d89a.{'p' * 22}-51dd12fa"),
        (("_" * 40, "p" * 40), 160, f"12abb1b3.{'p' * 22}-51dd12fa"),
        (("web", "prod"), 216, "web.prod"),
    ],
)
def test_names_stay_what_they_were(pair: tuple[str, str], octets: int, labels: str) -> None:
    assert name_of(pair, zone_of(octets)) == f"{labels}.{OWNER}.{ledger.SUBTREE}.{zone_of(octets)}"
