"""Which zone takes which load balancer; names from listener rules; what the receipt warns of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.errors import (
    AmbiguousLoadBalancer,
    InvalidConfiguration,
    LoadBalancerNotFound,
    ZoneNotFound,
)
from signpost.model.load_balancer import HostRule, LoadBalancer
from signpost.model.record_set import Alias, RecordSet
from signpost.model.service import Configuration, Service, ServiceState, TargetGroup
from signpost.model.zone import Zone
from signpost.names.placement import NO_RULE, Desired, place
from signpost.settings import Settings
from tests.support.balancers import GATEWAY, INSIDE, OUTSIDE, SECOND
from tests.support.parameters import EXAMPLE, SETTINGS
from tests.support.placing import placed, service
from tests.support.zones import DEV, PROD, PUBLIC, SPLIT

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


def test_no_zone_for_the_vpc_names_the_vpc_and_the_zones_tried() -> None:
    with pytest.raises(ZoneNotFound, match=r"vpc-prod.*ZDEV"):
        placed(service(), [INSIDE], [DEV])


def test_cname_has_the_ttl_of_the_tag_or_the_parameter() -> None:
    (tagged,) = place(service(record_kind="CNAME", ttl=5), [INSIDE], [PROD], SETTINGS).placements
    (default,) = place(service(record_kind="CNAME"), [INSIDE], [PROD], SETTINGS).placements
    assert (tagged.record_sets[0].ttl, default.record_sets[0].ttl) == (5, 60)


def test_no_cname_at_the_apex() -> None:
    with pytest.raises(InvalidConfiguration, match="apex"):
        placed(service(hostnames=("ecs.internal",)), [INSIDE], [PROD], record_kind="CNAME")


# --- names from listener rules ---------------------------------------------------------------

NETWORK = replace(INSIDE, kind="network")


def ruled(*hosts: str, of: LoadBalancer = OUTSIDE, ours: bool = True) -> LoadBalancer:
    return replace(of, rules=tuple(HostRule("443", (host,), ours) for host in hosts))


def named(*hostnames: str, from_rules: bool = True) -> Service:
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
    found = desired(named(), [balancer], [PUBLIC, PROD])
    assert names(found) == {"ZPUBLIC": ["a.example.com"], "ZPROD": ["b.ecs.internal"]}
    (warning,) = found.warnings
    assert "other.org is in no zone" in warning


def test_a_wildcard_host_is_a_wildcard_record() -> None:
    assert names(desired(named(), [ruled("*.example.com")], [PUBLIC])) == {
        "ZPUBLIC": ["*.example.com"]
    }


def test_a_pattern_is_left_out_and_told() -> None:
    found = desired(named(), [ruled("a?.example.com", "a.example.com")], [PUBLIC])
    assert names(found) == {"ZPUBLIC": ["a.example.com"]}
    assert "a?.example.com is a pattern" in found.warnings[0]


def test_each_zone_has_the_hosts_of_its_own_load_balancer() -> None:
    inside = ruled("in.example.com", of=INSIDE)
    outside = ruled("out.example.com", of=OUTSIDE)
    assert names(desired(named(), [inside, outside], [PUBLIC, SPLIT])) == {
        "ZPUBLIC": ["out.example.com"],
        "ZSPLIT": ["in.example.com"],
    }


def test_without_such_a_rule_there_is_no_name_and_no_error() -> None:
    found = desired(named(), [ruled("a.example.com", ours=False)], [PUBLIC])
    assert (found.placements, found.reason) == ((), NO_RULE)


def test_names_of_the_tag_come_beside_those_of_the_rules() -> None:
    found = desired(named("www.example.com"), [ruled("a.example.com")], [PUBLIC])
    assert names(found) == {"ZPUBLIC": ["www.example.com", "a.example.com"]}


def test_the_parameter_makes_it_the_default_of_services_without_the_tag() -> None:
    plain, tagged = named(from_rules=False), named("www.example.com", from_rules=False)
    both = {"hostname_source": "listener-rules"}
    balancer = ruled("a.example.com")
    assert names(desired(plain, [balancer], [PUBLIC], **both)) == {"ZPUBLIC": ["a.example.com"]}
    assert names(desired(tagged, [balancer], [PUBLIC], **both)) == {"ZPUBLIC": ["www.example.com"]}


HOSTS = [f"h{number:02d}.example.com" for number in range(25)]


@given(st.permutations(HOSTS), st.sets(st.sampled_from([*HOSTS, "gone.example.com"])))
def test_a_limit_refuses_new_hosts_and_never_one_that_is_served(
    hosts: list[str], held: set[str]
) -> None:
    records = [RecordSet(name, "A", alias=Alias("ZLB", "lb.example")) for name in held]
    found = place(named(), [ruled(*hosts)], [PUBLIC], SETTINGS, records)
    served, kept = set(names(found)["ZPUBLIC"]), held & set(hosts)

    assert kept <= served <= set(hosts)
    assert len(served) == max(20, len(kept))
    new = [host for host in hosts if host not in kept]
    assert served - kept == set(new[: 20 - len(kept)] if len(kept) < 20 else [])
    left = [host for host in new if host not in served]
    assert [f"left out: {', '.join(left[:3])}" in warning for warning in found.warnings] == (
        [True] if left else []
    )


@pytest.mark.parametrize(
    ("count", "left"), [(20, None), (23, "h20.example.com, h21"), (25, "and 2 more.")]
)
def test_hosts_that_do_not_fit_are_told(count: int, left: str | None) -> None:
    warnings = desired(named(), [ruled(*HOSTS[:count])], [PUBLIC]).warnings
    assert [left in warning for warning in warnings if left] == ([True] if left else [])
    assert bool(warnings) == bool(left)


def test_a_load_balancer_without_rules_keeps_the_template_by_default_and_is_an_error_by_tag() -> (
    None
):
    plain = named(from_rules=False)
    found = desired(plain, [NETWORK], [PROD], hostname_source="listener-rules")
    assert names(found) == {"ZPROD": ["web.ecs.internal"]}
    with pytest.raises(InvalidConfiguration, match="network load balancer"):
        desired(named(), [NETWORK], [PROD])


def test_an_explicit_name_that_no_rule_serves_is_warned_of() -> None:
    explicit = named("www.example.com", from_rules=False)
    (warning,) = desired(explicit, [ruled("a.example.com")], [PUBLIC]).warnings
    assert "leads www.example.com to the service" in warning
    assert desired(explicit, [ruled("*.example.com")], [PUBLIC]).warnings == ()


LISTENER_RULE = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/a/1/2/3"


def managed(*names: str, certified: tuple[str, ...] | None, host: str) -> tuple[str, ...]:
    """The warnings for a service with these names behind a load balancer that ECS made."""
    service = replace(named(*names, from_rules=False), managed_by="Express Mode")
    rules = (HostRule("2", (host,), ours=True, arn=LISTENER_RULE),)
    balancer = replace(ruled(), rules=rules, certified=certified)
    return desired(service, [balancer], [PUBLIC]).warnings


def test_a_name_that_no_certificate_is_for_is_warned_of_with_the_commands() -> None:
    names = ("www.example.com", "shop.example.com")
    (warning,) = managed(*names, certified=("web-1a2b.on.aws",), host="*.example.com")
    assert "is for www.example.com, shop.example.com" in warning
    assert "--domain-name www.example.com --subject-alternative-names shop.example.com" in warning
    listener = LISTENER_RULE.replace("listener-rule", "listener").removesuffix("/3")
    assert f"add-listener-certificates --listener-arn {listener} --certificates" in warning


@pytest.mark.parametrize("certified", [None, (), ("www.example.com",), ("*.example.com",)])
def test_a_certificate_for_it_or_none_that_is_known_needs_no_warning(
    certified: tuple[str, ...] | None,
) -> None:
    assert managed("www.example.com", certified=certified, host="www.example.com") == ()


def test_a_name_of_a_private_zone_needs_a_certificate_of_a_private_authority() -> None:
    service = replace(named(from_rules=False), managed_by="Express Mode")
    rules = (HostRule("2", ("*",), ours=True, arn=LISTENER_RULE),)
    balancer = replace(INSIDE, rules=rules, certified=("web-1a2b.on.aws",))
    (warning,) = desired(service, [balancer], [PROD]).warnings
    assert "--certificate-authority-arn" in warning
    assert "--validation-method" not in warning


def test_names_of_two_zones_on_one_load_balancer_have_one_command() -> None:
    service = replace(named("a", from_rules=False), managed_by="Express Mode")
    other = replace(PUBLIC, id="ZOTHER", name="example.org")
    rules = (HostRule("2", ("web-1a2b.on.aws",), ours=True, arn=LISTENER_RULE),)
    balancer = replace(ruled(), rules=rules)
    (warning,) = desired(service, [balancer], [PUBLIC, other]).warnings
    assert "Values=web-1a2b.on.aws,a.example.com,a.example.org" in warning


def test_the_name_of_the_template_is_compared_too_where_ecs_made_the_rule() -> None:
    (warning,) = managed(certified=None, host="web-1a2b.on.aws")
    assert "leads web.example.com to the service" in warning


def test_a_zone_is_still_needed_for_explicit_names() -> None:
    with pytest.raises(ZoneNotFound, match="vpc-prod"):
        desired(named("a", from_rules=False), [INSIDE], [DEV])


def test_gateway_load_balancers_have_no_name() -> None:
    found = desired(named(from_rules=False), [GATEWAY], [PROD])
    assert (found.placements, "gateway" in found.reason) == ((), True)


def test_each_load_balancer_is_told_of_the_names_that_lead_to_it() -> None:
    service = named("shop", from_rules=False)
    rules = (HostRule("2", ("web-1a2b.on.aws",), ours=True, arn=LISTENER_RULE),)
    inside = replace(INSIDE, rules=rules)
    outside = replace(ruled(), rules=rules)

    first, second = desired(service, [inside, outside], [PROD, PUBLIC]).warnings

    assert f"{inside.name} leads shop.ecs.internal to the service" in first
    assert f"{outside.name} leads shop.example.com to the service" in second


@pytest.mark.parametrize("kind", ["application", "classic"])
def test_its_own_load_balancer_comes_before_that_of_another_way(kind: str) -> None:
    groups = (TargetGroup("arn:own"), TargetGroup("arn:other", other=True))
    service = replace(named(from_rules=False), target_groups=groups)
    own = replace(INSIDE, kind=kind, scheme="internet-facing", target_groups=("arn:own",))
    if kind == "classic":
        own = replace(own, arn=None, target_groups=())
    other = replace(INSIDE, name="other", arn="arn:lb", target_groups=("arn:other",))

    (place,) = desired(service, [own, other], [PROD]).placements

    assert place.load_balancer == own


def test_it_is_told_which_zones_can_take_none_of_its_load_balancers() -> None:
    plain = named(from_rules=False)
    of_one_zone = replace(plain, configuration=Configuration(zone=PROD.name))

    assert desired(plain, [INSIDE], [PROD, PUBLIC]).unfit == {PUBLIC.id}
    assert desired(of_one_zone, [INSIDE], [PROD, PUBLIC]).unfit == frozenset()
    assert desired(named(), [], [PROD, PUBLIC]).unfit == {PROD.id, PUBLIC.id}
