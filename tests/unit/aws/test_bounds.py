"""The parameters that stand in Systems Manager, and how long they are remembered."""

from __future__ import annotations

from typing import Any

import pytest

from signpost.aws import bounds
from signpost.errors import AccessDenied, InvalidConfiguration
from tests.support.stub import Stub

PATH = "/signpost/dns"
VALUES = {"HostedZoneIds": "Z1, Z2,Z1", "AllowedHostnames": "**.{zone}", "DeniedHostnames": "none"}


class Store:
    """Systems Manager, and a clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ssm, self.now = Stub("ssm"), 1000.0
        bounds.forget_bounds()
        monkeypatch.setattr(bounds, "client", lambda _: self.ssm.client)
        monkeypatch.setattr("signpost.aws.bounds.time.monotonic", lambda: self.now)

    def has(self, **values: str) -> None:
        """What it answers next."""
        found = [{"Name": f"{PATH}/{key}", "Value": value} for key, value in values.items()]
        names = {"Names": [f"{PATH}/{name}" for name in bounds.NAMES]}
        self.ssm.stubber.add_response("get_parameters", {"Parameters": found}, names)


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Any:
    yield Store(monkeypatch)
    bounds.forget_bounds()


def test_the_parameters_are_lists_of_words(store: Store) -> None:
    store.has(**VALUES)

    found = bounds.read_bounds(PATH)

    assert found.hosted_zone_ids == ("Z1", "Z2")
    assert (found.hostnames.allowed, found.hostnames.denied) == (("**.{zone}",), ())


def test_a_changed_parameter_is_seen_within_a_minute_and_at_once_where_asked(store: Store) -> None:
    store.has(**VALUES)
    bounds.read_bounds(PATH)
    store.now += bounds.FRESH_SECONDS - 1
    assert bounds.read_bounds(PATH).hosted_zone_ids == ("Z1", "Z2")  # asks nobody

    store.has(**VALUES | {"HostedZoneIds": "Z3"})
    assert bounds.read_bounds(PATH, fresh=True).hosted_zone_ids == ("Z3",)

    store.now += bounds.FRESH_SECONDS
    store.has(**VALUES | {"HostedZoneIds": "Z4"})
    assert bounds.read_bounds(PATH).hosted_zone_ids == ("Z4",)


@pytest.mark.parametrize("name", VALUES)
def test_a_parameter_that_is_not_there_is_named(store: Store, name: str) -> None:
    store.has(**{key: value for key, value in VALUES.items() if key != name})

    with pytest.raises(InvalidConfiguration, match=name):
        bounds.read_bounds(PATH)


@pytest.mark.parametrize("name", ["HostedZoneIds", "AllowedHostnames"])
def test_a_parameter_that_lets_nothing_be_written_is_named(store: Store, name: str) -> None:
    store.has(**VALUES | {name: " , "})

    with pytest.raises(InvalidConfiguration, match=name):
        bounds.read_bounds(PATH)


def test_a_denial_is_named(store: Store) -> None:
    store.ssm.fails("get_parameters", "AccessDeniedException")

    with pytest.raises(AccessDenied, match="ssm:GetParameters on /signpost/dns"):
        bounds.read_bounds(PATH)
