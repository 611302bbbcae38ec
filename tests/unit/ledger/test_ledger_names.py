"""What ledgers are called: each service has its own place in DNS, where case does not count."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from signpost.errors import HostnameInvalid
from signpost.ledger.ledger import ASIDE, SUBTREE, ledger_name

# What ECS takes (Amazon ECS API Reference: CreateService), most of it hard to tell apart in DNS.
NAMES = st.text(st.sampled_from("wW-_0aF"), min_size=1, max_size=255) | st.text(
    st.sampled_from("wW-_"), min_size=1, max_size=3
)
PAIRS = st.tuples(NAMES, NAMES)
LABEL = "signpost-0123abcd"


def zone_of(octets: int) -> str:
    """A zone's name of so many octets."""
    return ".".join(["z" * 60] * 4)[-octets:].removeprefix(".").rjust(octets, "z")


def name_of(pair: tuple[str, str], zone_name: str, label: str = LABEL) -> str | None:
    service, cluster = pair
    try:
        return ledger_name(service=service, cluster=cluster, label=label, zone_name=zone_name)
    except HostnameInvalid:
        return None


@given(PAIRS, st.integers(min_value=1, max_value=240), st.sampled_from([LABEL, LABEL + ASIDE, "s"]))
@example(("Web", "Prod"), 212, LABEL)
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
    assert name_of(pair, zone_of(octets)) == f"{labels}.{LABEL}.{SUBTREE}.{zone_of(octets)}"
