"""What may be a hostname."""

from __future__ import annotations

import pytest

from signpost.errors import HostnameInvalid
from signpost.names import hostnames


@pytest.mark.parametrize(
    "name",
    [
        "-web.ecs.internal",
        "web-.ecs.internal",
        "w_b.ecs.internal",
        "web..ecs.internal",
        "a" * 64 + ".ecs.internal",
        ".".join(["a" * 60] * 5) + ".ecs.internal",
        "we\u212a.ecs.internal",
        "web.*.ecs.internal",
        "*",
        "",
    ],
)
def test_what_can_be_no_hostname_is_refused_not_mangled(name: str) -> None:
    with pytest.raises(HostnameInvalid):
        hostnames.check(name, "in a test")


@pytest.mark.parametrize("name", ["a", "3com", "x" * 63, "*.web.ecs.internal", "xn--bcher-kva.de"])
def test_what_can_be_a_hostname(name: str) -> None:
    assert hostnames.check(name, "in a test") == name
