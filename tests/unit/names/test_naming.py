"""Which names a service's tags and `HostnameTemplate` give it: docs/names.md, tried."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signpost.errors import (
    HostnameInvalid,
    ZoneNotFound,
)
from signpost.model.load_balancer import LoadBalancer
from signpost.model.service import Service
from signpost.model.zone import Zone
from signpost.names.placement import place
from signpost.names.running_tasks import RunningTasks, Task
from signpost.names.task_placement import place_tasks
from tests.support.balancers import INSIDE, OUTSIDE
from tests.support.parameters import SETTINGS
from tests.support.placing import placed, service
from tests.support.zones import DEV, PROD, PUBLIC, SHOP, SPLIT


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


# --- each view for itself ------------------------------------------------------------------

IN_PROD = Zone("ZIN", "dev.example.com", private=True, vpcs=("vpc-prod",))
ELSEWHERE = Zone("ZELSE", "dev.example.com", private=True, vpcs=("vpc-dev",))
DEEPER = Zone("ZDEEP", "dev.ecs.internal", private=True, vpcs=("vpc-dev",))
DEV_PUBLIC = Zone("ZDEVPUB", "dev.example.com", private=False)
API = "api.dev.example.com"


def names_in(what: Service, balancers: list[LoadBalancer], zones: list[Zone]) -> dict[str, str]:
    return {
        zone: " ".join(record[0] for record in sets)
        for zone, sets in placed(what, balancers, zones).items()
    }


@pytest.mark.parametrize(
    ("balancers", "zones", "tags", "expected"),
    [
        ([OUTSIDE], [PUBLIC, IN_PROD], {}, {"ZPUBLIC": API, "ZIN": API}),
        ([INSIDE], [PUBLIC, IN_PROD], {}, {"ZIN": API}),
        ([INSIDE, OUTSIDE], [IN_PROD, PUBLIC], {}, {"ZPUBLIC": API, "ZIN": API}),
        ([OUTSIDE], [PUBLIC, ELSEWHERE], {}, {"ZPUBLIC": API}),
        ([OUTSIDE], [PUBLIC, IN_PROD], {"zone": "ZPUBLIC"}, {"ZPUBLIC": API}),
        ([OUTSIDE], [PUBLIC, IN_PROD], {"zone": "example.com"}, {"ZPUBLIC": API}),
        ([OUTSIDE], [PUBLIC, IN_PROD], {"zone": "dev.example.com"}, {"ZIN": API}),
        ([OUTSIDE], [PUBLIC, DEV_PUBLIC, SPLIT], {}, {"ZDEVPUB": API, "ZSPLIT": API}),
        ([OUTSIDE], [SPLIT, IN_PROD], {}, {"ZIN": API}),
    ],
)
def test_a_zone_of_another_view_or_vpc_hides_none(
    balancers: list[LoadBalancer],
    zones: list[Zone],
    tags: dict[str, str],
    expected: dict[str, str],
) -> None:
    wanted = service(hostnames=(API,), **tags)
    assert names_in(wanted, balancers, zones) == expected
    assert names_in(wanted, balancers, zones[::-1]) == expected


def test_the_longest_private_zone_of_the_balancers_vpc() -> None:
    wanted = service(hostnames=("api.dev.ecs.internal",))
    assert names_in(wanted, [INSIDE], [PROD, DEEPER]) == {"ZPROD": "api.dev.ecs.internal"}
    seen = replace(DEEPER, vpcs=("vpc-dev", "vpc-prod"))
    assert names_in(wanted, [INSIDE], [PROD, seen]) == {"ZDEEP": "api.dev.ecs.internal"}


def test_a_relative_or_default_name_is_made_of_the_zones_of_its_own_view() -> None:
    for wanted, label in ((service(hostnames=("api",)), "api"), (service(), "web")):
        assert names_in(wanted, [OUTSIDE], [PUBLIC, IN_PROD]) == {
            "ZPUBLIC": f"{label}.example.com",
            "ZIN": f"{label}.dev.example.com",
        }


def test_a_name_whose_home_is_left_out_is_not_put_into_a_shorter_zone() -> None:
    with pytest.raises(ZoneNotFound, match=API):
        placed(service(hostnames=(API,), zone="example.com"), [OUTSIDE], [PUBLIC, DEV_PUBLIC])


@pytest.mark.parametrize(
    ("balancers", "zones", "tags", "said"),
    [
        (
            [OUTSIDE],
            [PUBLIC, IN_PROD],
            {"hostnames": (API,), "zone": "example.com"},
            [
                f"{API} has no answer in vpc-prod: zone dev.example.com (ZIN, private, vpc-prod) "
                "answers there, and is left out by the tag signpost:zone."
            ],
        ),
        (
            [OUTSIDE],
            [DEV_PUBLIC, SPLIT],
            {"hostnames": ("api",)},
            [
                f"{API} has no answer in vpc-prod: zone example.com (ZSPLIT, private, vpc-prod) "
                "answers there, and does not get the name."
            ],
        ),
        (
            [INSIDE, OUTSIDE],
            [PUBLIC, SPLIT],
            {"zone": "ZSPLIT"},
            [
                "web.example.com has no answer in public DNS: zone example.com (ZPUBLIC, public) "
                "answers there, and is left out by the tag signpost:zone."
            ],
        ),
        ([INSIDE], [PUBLIC, SPLIT], {"hostnames": ("web.example.com",)}, []),
        ([OUTSIDE], [PUBLIC, SPLIT], {}, []),
        ([OUTSIDE], [PUBLIC, ELSEWHERE], {"hostnames": (API,)}, []),
        ([INSIDE], [PROD, DEEPER, DEV], {}, []),
    ],
)
def test_a_name_that_stays_unpublished_where_it_could_be_is_warned_of(
    balancers: list[LoadBalancer], zones: list[Zone], tags: dict[str, str], said: list[str]
) -> None:
    assert list(place(service(**tags), balancers, zones, SETTINGS).warnings) == said


@pytest.mark.parametrize(
    ("target", "vpc", "zones", "expected"),
    [
        ("tasks", "vpc-prod", [PUBLIC, IN_PROD], {"ZIN": API}),
        ("tasks", "vpc-prod", [SPLIT, ELSEWHERE], {"ZSPLIT": API}),
        ("tasks-public", "vpc-prod", [PUBLIC, IN_PROD], {"ZPUBLIC": API, "ZIN": API}),
        ("tasks-public", "vpc-ops", [PUBLIC, IN_PROD], {"ZPUBLIC": API}),
    ],
)
def test_names_that_lead_to_tasks_find_their_zones_so_too(
    target: str, vpc: str, zones: list[Zone], expected: dict[str, str]
) -> None:
    wanted = service(hostnames=(API,), target=target)
    running = RunningTasks((Task("1", vpc, ("198.51.100.7",)),), running=1)
    found = place_tasks(wanted, running, zones, SETTINGS)
    names = {one.zone.id: " ".join(r.name for r in one.record_sets) for one in found.placements}
    assert names == expected
    assert found.warnings == ()


def test_tasks_of_two_vpcs_each_answer_in_the_zone_of_theirs() -> None:
    """While a deployment moves a service from subnets of one VPC to another's."""
    shared = replace(SPLIT, vpcs=("vpc-prod", "vpc-dev"))
    tasks = (Task("1", "vpc-prod", ("10.0.0.1",)), Task("2", "vpc-dev", ("10.9.0.1",)))
    wanted = service(hostnames=(API,), target="tasks")
    found = place_tasks(wanted, RunningTasks(tasks, running=2), [shared, IN_PROD], SETTINGS)
    values = {
        one.zone.id: [record.values for record in one.record_sets] for one in found.placements
    }
    assert values == {"ZIN": [("10.0.0.1",)], "ZSPLIT": [("10.0.0.1",), ("10.9.0.1",)]}
