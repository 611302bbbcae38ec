"""Which address a network interface gets."""

from __future__ import annotations

import pytest

from local_aws.emulated.interfaces import free_address


@pytest.mark.parametrize(
    ("block", "used", "last", "expected"),
    [
        ("10.0.0.0/28", set(), None, "10.0.0.4"),
        ("10.0.0.0/28", {"10.0.0.4"}, None, "10.0.0.5"),
        ("10.0.0.0/28", set(), "10.0.0.4", "10.0.0.5"),  # not the one just given back
        ("10.0.0.0/28", {"10.0.0.13"}, "10.0.0.14", "10.0.0.4"),  # round again
        ("10.0.0.0/28", {f"10.0.0.{n}" for n in range(4, 15)}, None, None),
        ("2001:db8::/64", set(), "2001:db8::4", "2001:db8::5"),
    ],
)
def test_addresses_go_round(
    block: str, used: set[str], last: str | None, expected: str | None
) -> None:
    assert free_address(block, used, last) == expected
