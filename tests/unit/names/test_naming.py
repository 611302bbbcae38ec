"""Which names a service's tags and `HostnameTemplate` give it: docs/names.md, tried."""

from __future__ import annotations

import pytest

from signpost.errors import (
    HostnameInvalid,
    ZoneNotFound,
)
from signpost.model.zone import Zone
from tests.support.balancers import INSIDE, OUTSIDE
from tests.support.placing import placed, service
from tests.support.zones import PROD, PUBLIC, SHOP


@pytest.mark.parametrize(
    ("hostnames", "zones", "expected"),
    [
        (("api",), [PROD], {"ZPROD": ["api.ecs.internal"]}),
        (("api", "www"), [PROD], {"ZPROD": ["api.ecs.internal", "www.ecs.internal"]}),
        (("API.ECS.Internal.",), [PROD], {"ZPROD": ["api.ecs.internal"]}),
        (("ecs.internal",), [PROD], {"ZPROD": ["ecs.internal"]}),
        (("a.b.ecs.internal",), [PROD], {"ZPROD": ["a.b.ecs.internal"]}),
        (("x.shop.example.com",), [PUBLIC, SHOP], {"ZSHOP": ["x.shop.example.com"]}),
        (("shop.example.com",), [PUBLIC, SHOP], {"ZSHOP": ["shop.example.com"]}),
        (("api.example.com",), [PUBLIC, SHOP, PROD], {"ZPUBLIC": ["api.example.com"]}),
        (("_any.shop.example.com",), [PUBLIC, SHOP], {"ZSHOP": ["*.shop.example.com"]}),
        (("_ANY", "api"), [PROD], {"ZPROD": ["*.ecs.internal", "api.ecs.internal"]}),
    ],
)
def test_hostnames_relative_and_absolute_go_to_the_longest_suffix(
    hostnames: tuple[str, ...], zones: list[Zone], expected: dict[str, list[str]]
) -> None:
    found = placed(service(hostnames=hostnames), [OUTSIDE], zones)
    assert {zone: [record[0] for record in sets] for zone, sets in found.items()} == expected


@pytest.mark.parametrize("name", ["web.example.org", "ecs.internal.example.org."])
def test_a_name_outside_the_listed_zones(name: str) -> None:
    with pytest.raises(ZoneNotFound, match="ZPROD"):
        placed(service(hostnames=(name,)), [INSIDE], [PROD])


@pytest.mark.parametrize("name", ["*", "*.ecs.internal", "a.*.ecs.internal", "_any.*"])
def test_a_star_in_the_tag_is_refused_with_the_spelling_that_ecs_takes(name: str) -> None:
    with pytest.raises(HostnameInvalid, match=r"_any\.shop\.example\.com"):
        placed(service(hostnames=(name,)), [INSIDE], [PROD])


@pytest.mark.parametrize("name", ["a._any.ecs.internal", "_any2.ecs.internal", "_anyone"])
def test_only_the_first_label_can_stand_for_any_name(name: str) -> None:
    with pytest.raises(HostnameInvalid):
        placed(service(hostnames=(name,)), [INSIDE], [PROD])


@pytest.mark.parametrize("tag", ["ZPUBLIC", "example.com", "EXAMPLE.com."])
def test_the_zone_tag_narrows_the_default_name(tag: str) -> None:
    zones = [PROD, PUBLIC]
    assert set(placed(service(), [OUTSIDE], zones)) == {"ZPROD", "ZPUBLIC"}
    assert set(placed(service(zone=tag), [OUTSIDE], zones)) == {"ZPUBLIC"}


def test_a_zone_tag_outside_the_list() -> None:
    with pytest.raises(ZoneNotFound, match="ZOTHER"):
        placed(service(zone="ZOTHER"), [INSIDE], [PROD])


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("{service}.{zone}", "my-web.ecs.internal"),
        ("{service}.{cluster}.{zone}", "my-web.prod.ecs.internal"),
        ("{cluster}-{service}.{zone}", "prod-my-web.ecs.internal"),
        ("{service}.ecs.internal", "my-web.ecs.internal"),
    ],
)
def test_the_default_name_comes_from_the_template(template: str, name: str) -> None:
    found = placed(service("My_Web"), [INSIDE], [PROD], hostname_template=template)
    assert found["ZPROD"][0][0] == name


@pytest.mark.parametrize("name", ["_web", "web_", "-"])
def test_a_service_whose_name_makes_no_hostname(name: str) -> None:
    with pytest.raises(HostnameInvalid, match="signpost:hostname"):
        placed(service(name), [INSIDE], [PROD])
