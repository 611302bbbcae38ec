"""How a name, its zone and its load balancer are chosen: the table of docs/names.md, tried."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signpost.errors import (
    AmbiguousLoadBalancer,
    HostnameInvalid,
    InvalidConfiguration,
    LoadBalancerNotFound,
    SignpostError,
    ZoneNotFound,
)
from signpost.model.zone import Zone
from signpost.names import hostnames
from signpost.names.placement import place
from signpost.settings import Settings
from tests.support.balancers import GATEWAY, INSIDE, OUTSIDE, SECOND
from tests.support.parameters import EXAMPLE, SETTINGS
from tests.support.placing import placed, service
from tests.support.zones import DEV, PROD, PUBLIC, SHOP, SPLIT

WEB = "web.ecs.internal"


def test_among_zones_of_one_name_the_vpc_decides() -> None:
    assert placed(service(), [INSIDE], [DEV, PROD]) == {"ZPROD": [(WEB, "A", INSIDE.dns_name)]}


def test_split_horizon_gives_each_zone_the_balancer_that_fits() -> None:
    assert placed(service(), [INSIDE, OUTSIDE], [PUBLIC, SPLIT]) == {
        "ZPUBLIC": [("web.example.com", "A", OUTSIDE.dns_name)],
        "ZSPLIT": [("web.example.com", "A", INSIDE.dns_name)],
    }


def test_a_private_zone_takes_an_internet_facing_balancer_if_there_is_no_other() -> None:
    assert placed(service(), [OUTSIDE], [SPLIT, PUBLIC]) == {
        "ZSPLIT": [("web.example.com", "A", OUTSIDE.dns_name)],
        "ZPUBLIC": [("web.example.com", "A", OUTSIDE.dns_name)],
    }


def test_a_public_zone_never_takes_an_internal_balancer() -> None:
    with pytest.raises(ZoneNotFound, match=r"inside .*ZPUBLIC"):
        placed(service(), [INSIDE], [PUBLIC])


def test_a_dual_stack_balancer_gets_both_types() -> None:
    dual = replace(INSIDE, ip_address_type="dualstack-without-public-ipv4")
    assert [record[1] for record in placed(service(), [dual], [PROD])["ZPROD"]] == ["A", "AAAA"]


def test_gateway_balancers_are_no_candidates() -> None:
    assert placed(service(), [GATEWAY, INSIDE], [PROD]) == {"ZPROD": [(WEB, "A", INSIDE.dns_name)]}


def test_two_candidates_are_ambiguous_and_both_are_named() -> None:
    with pytest.raises(AmbiguousLoadBalancer, match=r"inside .*second"):
        placed(service(), [INSIDE, SECOND], [PROD])


@pytest.mark.parametrize("tag", ["second", "arn:second"])
def test_a_tag_settles_which_balancer(tag: str) -> None:
    found = placed(service(load_balancers=(tag,)), [INSIDE, SECOND], [PROD])
    assert found == {"ZPROD": [(WEB, "A", SECOND.dns_name)]}


def test_a_tag_that_settles_one_zone_leaves_the_other_alone() -> None:
    found = placed(service(load_balancers=("second",)), [INSIDE, SECOND, OUTSIDE], [SPLIT, PUBLIC])
    assert {zone: sets[0][2] for zone, sets in found.items()} == {
        "ZSPLIT": SECOND.dns_name,
        "ZPUBLIC": OUTSIDE.dns_name,
    }


def test_a_tag_that_names_no_balancer_of_the_service() -> None:
    with pytest.raises(LoadBalancerNotFound, match="nobody"):
        placed(service(load_balancers=("nobody",)), [INSIDE], [PROD])


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


@pytest.mark.parametrize("tag", ["ZPUBLIC", "example.com", "EXAMPLE.com."])
def test_the_zone_tag_narrows_the_default_name(tag: str) -> None:
    zones = [PROD, PUBLIC]
    assert set(placed(service(), [OUTSIDE], zones)) == {"ZPROD", "ZPUBLIC"}
    assert set(placed(service(zone=tag), [OUTSIDE], zones)) == {"ZPUBLIC"}


def test_a_zone_tag_outside_the_list() -> None:
    with pytest.raises(ZoneNotFound, match="ZOTHER"):
        placed(service(zone="ZOTHER"), [INSIDE], [PROD])


def test_no_zone_for_the_vpc_names_the_vpc_and_the_zones_tried() -> None:
    with pytest.raises(ZoneNotFound, match=r"vpc-prod.*ZDEV"):
        placed(service(), [INSIDE], [DEV])


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


def test_cname_has_the_ttl_of_the_tag_or_the_parameter() -> None:
    (tagged,) = place(service(record_kind="CNAME", ttl=5), [INSIDE], [PROD], SETTINGS).placements
    (default,) = place(service(record_kind="CNAME"), [INSIDE], [PROD], SETTINGS).placements
    assert (tagged.record_sets[0].ttl, default.record_sets[0].ttl) == (5, 60)


def test_no_cname_at_the_apex() -> None:
    with pytest.raises(InvalidConfiguration, match="apex"):
        placed(service(hostnames=("ecs.internal",)), [INSIDE], [PROD], record_kind="CNAME")


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


@pytest.mark.parametrize("name", ["_web", "web_", "-"])
def test_a_service_whose_name_makes_no_hostname(name: str) -> None:
    with pytest.raises(HostnameInvalid, match="signpost:hostname"):
        placed(service(name), [INSIDE], [PROD])


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HOSTED_ZONE_IDS", " , "),
        ("OWNER_ID", "Not_A_Label"),
        ("HOSTNAME_TEMPLATE", "{zone}"),
        ("HOSTNAME_TEMPLATE", "{service}.{planet}"),
        ("HOSTNAME_TEMPLATE", "{service}.{"),
        ("RECORD_KIND", "A"),
        ("RECORD_TTL", "0"),
        ("RECORD_TTL", "ten"),
        ("POLICY", ""),
        ("ADOPT_IDENTICAL", "yes"),
        ("ACCOUNT_ID", ""),
    ],
)
def test_a_bad_parameter_is_named_with_its_value(variable: str, value: str) -> None:
    with pytest.raises(InvalidConfiguration, match=variable) as raised:
        Settings.from_env(EXAMPLE | {variable: value})
    assert repr(value.strip()) in str(raised.value)


@pytest.mark.parametrize("variable", EXAMPLE)
def test_a_missing_parameter_is_named(variable: str) -> None:
    with pytest.raises(InvalidConfiguration, match=variable):
        Settings.from_env({key: value for key, value in EXAMPLE.items() if key != variable})


def test_two_installations_with_one_owner_id_tell_each_other_apart() -> None:
    here, there = SETTINGS, replace(SETTINGS, region="us-east-1")
    assert len({here.installation, there.installation}) == 2
    assert here.account not in here.installation


def test_every_error_of_the_domain_has_a_docstring() -> None:
    classes = [SignpostError]
    for kind in classes:
        classes += kind.__subclasses__()
    assert all(kind.__doc__ for kind in classes)
    assert len(classes) > 20
