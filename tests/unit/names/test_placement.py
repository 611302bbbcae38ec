"""Names that listener rules give, and what the receipt warns of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signpost.errors import InvalidConfiguration, ZoneNotFound
from signpost.model.load_balancer import HostRule, LoadBalancer
from signpost.model.service import Configuration, Service, ServiceState
from signpost.model.zone import Zone
from signpost.names.placement import NO_RULE, Desired, place
from signpost.settings import Settings
from tests.support.balancers import GATEWAY, INSIDE, OUTSIDE
from tests.support.parameters import EXAMPLE
from tests.support.zones import DEV, PROD, PUBLIC, SPLIT

NETWORK = replace(INSIDE, kind="network")


def ruled(*hosts: str, of: LoadBalancer = OUTSIDE, ours: bool = True) -> LoadBalancer:
    return replace(of, rules=tuple(HostRule("443", (host,), ours) for host in hosts))


def service(*hostnames: str, from_rules: bool = True) -> Service:
    wishes = Configuration(hostnames=hostnames, from_listener_rules=from_rules)
    return Service("prod", "web", ServiceState.PRESENT, "It runs.", wishes)


def desired(
    what: Service, balancers: list[LoadBalancer], zones: list[Zone], **parameters: str
) -> Desired:
    upper = {key.upper(): value for key, value in parameters.items()}
    return place(what, balancers, zones, Settings.from_env(EXAMPLE | upper))


def names(found: Desired) -> dict[str, list[str]]:
    return {one.zone.id: [record.name for record in one.record_sets] for one in found.placements}


def test_the_rules_hosts_are_the_names_each_in_its_zone() -> None:
    balancer = ruled("a.example.com", "b.ecs.internal", "other.org", of=OUTSIDE)
    found = desired(service(), [balancer], [PUBLIC, PROD])
    assert names(found) == {"ZPUBLIC": ["a.example.com"], "ZPROD": ["b.ecs.internal"]}
    (warning,) = found.warnings
    assert "other.org is in no zone" in warning


def test_a_wildcard_host_is_a_wildcard_record() -> None:
    assert names(desired(service(), [ruled("*.example.com")], [PUBLIC])) == {
        "ZPUBLIC": ["*.example.com"]
    }


def test_a_pattern_is_left_out_and_told() -> None:
    found = desired(service(), [ruled("a?.example.com", "a.example.com")], [PUBLIC])
    assert names(found) == {"ZPUBLIC": ["a.example.com"]}
    assert "a?.example.com is a pattern" in found.warnings[0]


def test_each_zone_has_the_hosts_of_its_own_load_balancer() -> None:
    inside = ruled("in.example.com", of=INSIDE)
    outside = ruled("out.example.com", of=OUTSIDE)
    assert names(desired(service(), [inside, outside], [PUBLIC, SPLIT])) == {
        "ZPUBLIC": ["out.example.com"],
        "ZSPLIT": ["in.example.com"],
    }


def test_without_such_a_rule_there_is_no_name_and_no_error() -> None:
    found = desired(service(), [ruled("a.example.com", ours=False)], [PUBLIC])
    assert (found.placements, found.reason) == ((), NO_RULE)


def test_names_of_the_tag_come_beside_those_of_the_rules() -> None:
    found = desired(service("www.example.com"), [ruled("a.example.com")], [PUBLIC])
    assert names(found) == {"ZPUBLIC": ["www.example.com", "a.example.com"]}


def test_the_parameter_makes_it_the_default_of_services_without_the_tag() -> None:
    plain, tagged = service(from_rules=False), service("www.example.com", from_rules=False)
    both = {"hostname_source": "listener-rules"}
    balancer = ruled("a.example.com")
    assert names(desired(plain, [balancer], [PUBLIC], **both)) == {"ZPUBLIC": ["a.example.com"]}
    assert names(desired(tagged, [balancer], [PUBLIC], **both)) == {"ZPUBLIC": ["www.example.com"]}


def test_a_load_balancer_without_rules_keeps_the_template_by_default_and_is_an_error_by_tag() -> (
    None
):
    plain = service(from_rules=False)
    found = desired(plain, [NETWORK], [PROD], hostname_source="listener-rules")
    assert names(found) == {"ZPROD": ["web.ecs.internal"]}
    with pytest.raises(InvalidConfiguration, match="network load balancer"):
        desired(service(), [NETWORK], [PROD])


def test_an_explicit_name_that_no_rule_serves_is_warned_of() -> None:
    explicit = service("www.example.com", from_rules=False)
    (warning,) = desired(explicit, [ruled("a.example.com")], [PUBLIC]).warnings
    assert "leads www.example.com to the service" in warning
    assert desired(explicit, [ruled("*.example.com")], [PUBLIC]).warnings == ()


def test_a_zone_is_still_needed_for_explicit_names() -> None:
    with pytest.raises(ZoneNotFound, match="vpc-prod"):
        desired(service("a", from_rules=False), [INSIDE], [DEV])


def test_gateway_load_balancers_have_no_name() -> None:
    found = desired(service(from_rules=False), [GATEWAY], [PROD])
    assert (found.placements, "gateway" in found.reason) == ((), True)
