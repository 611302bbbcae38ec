"""Claims: where they stand, and what they say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.errors import HostnameInvalid
from signpost.ledger import claims
from signpost.ledger.seal import Seal
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from tests.support.zones import PROD

SEAL = Seal(b"key", "signpost-0123abcd")
LEDGER = "web.prod.signpost-0123abcd._signpost.ecs.internal"
labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("shop.ecs.internal", "shop"),
        ("a.b.ecs.internal", "a.b"),
        ("ecs.internal", "_apex"),
        ("*.ecs.internal", "_any"),
        ("*.shop.ecs.internal", "_any.shop"),
    ],
)
def test_a_claim_stands_below_the_ledgers_under_its_name(name: str, place: str) -> None:
    there = claims.claim_name(name, "ecs.internal")
    assert there == f"{place}._claims._signpost.ecs.internal"
    assert claims.is_claim(there, "ecs.internal")
    assert not claims.is_claim(LEDGER, "ecs.internal")


@given(st.lists(st.lists(labels, min_size=1, max_size=12), min_size=2, max_size=2, unique_by=tuple))
def test_no_two_names_have_one_claim_and_each_fits(parts: list[list[str]]) -> None:
    names = [f"{'.'.join(one)}.ecs.internal" for one in parts]
    first, second = (claims.claim_name(name, "ecs.internal") for name in names)
    assert first != second
    assert max(len(first), len(second)) <= 253
    assert "*" not in first


def test_a_zone_of_a_name_that_leaves_no_room_is_told() -> None:
    zone = ".".join(["z" * 55] * 4)
    with pytest.raises(HostnameInvalid, match="no claim fits"):
        claims.claim_name(f"{'a' * 20}.{zone}", zone)
    longest = zone[: 253 - len("_" + "0" * 16 + f".{claims.CLAIMS}.")]
    assert len(claims.claim_name(f"{'a' * 30}.{longest}", longest)) <= 253


def test_what_it_says_follows_from_place_and_owner_and_is_signed() -> None:
    one = claims.claim("shop.ecs.internal", PROD, LEDGER, SEAL)
    assert one == claims.claim("shop.ecs.internal", PROD, LEDGER, SEAL)
    assert one.values[0].startswith('"signpost-claim=1 of=web.prod.signpost-0123abcd mac=')
    assert claims.owner(one, PROD) == LEDGER
    others = [
        claims.claim("www.ecs.internal", PROD, LEDGER, SEAL),
        claims.claim("shop.ecs.internal", PROD, LEDGER.replace("web", "api"), SEAL),
        claims.claim("shop.ecs.internal", PROD, LEDGER, Seal(b"other", SEAL.label)),
        claims.claim("shop.ecs.internal", Zone("ZX", "ecs.internal", private=True), LEDGER, SEAL),
    ]
    assert one.values not in [other.values for other in others]


@pytest.mark.parametrize("values", [(), ('"x"',), ('"of=a"', '"of=b"'), ("no quotes",)])
def test_what_is_no_claim_is_nobodys(values: tuple[str, ...]) -> None:
    assert claims.owner(RecordSet("shop", "TXT", 60, values), PROD) == ""
