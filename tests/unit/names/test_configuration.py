"""The `signpost:` tags: leading zeros smuggle no number past its range."""

from __future__ import annotations

import pytest

from signpost.errors import InvalidConfiguration
from signpost.names.configuration import from_tags


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("signpost:ttl", "000000001999999999"),
        ("signpost:ttl", "0"),
        ("signpost:ttl", "604801"),
        ("signpost:ttl", "٣"),
        ("signpost:min-healthy", "0000000019999999"),
        ("signpost:min-healthy", "0"),
        ("signpost:min-healthy", "1001"),
        ("signpost:min-healthy", "9" * 5000),
    ],
)
def test_a_number_out_of_range_is_no_configuration(tag: str, value: str) -> None:
    with pytest.raises(InvalidConfiguration, match=tag):
        from_tags({tag: value})


def test_the_ends_of_the_ranges_are_in_them() -> None:
    found = from_tags({"signpost:ttl": "604800", "signpost:min-healthy": "1000"})

    assert (found.ttl, found.min_healthy) == (604800, 1000)
