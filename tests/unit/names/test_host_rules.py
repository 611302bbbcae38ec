"""Listener rules: which names they give a service, whether they serve one, how they are read."""

from __future__ import annotations

from typing import Any

import pytest

from signpost.aws import elb_rules
from signpost.errors import LoadBalancerNotFound
from signpost.model.load_balancer import HostRule, load_balancer_of
from signpost.names.host_rules import names_from, unserved
from tests.support.stub import Stub

OURS, THEIRS = "arn:ours", "arn:theirs"
LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/0123/4567"


def rule(*hosts: str, ours: bool = True, listener: str = "443", **more: Any) -> HostRule:
    return HostRule(listener, hosts, ours, **more)


def test_the_hosts_of_our_rules_are_names_and_no_others() -> None:
    rules = [rule("shop.example.com", "www.example.com"), rule("b.example.com", ours=False)]
    assert names_from(rules) == (["shop.example.com", "www.example.com"], [])


@pytest.mark.parametrize("host", ["*.example.com"])
def test_a_leading_wildcard_label_is_a_name(host: str) -> None:
    assert names_from([rule(host)]) == ([host], [])


@pytest.mark.parametrize(
    "host", ["shop-*.example.com", "sho?.example.com", "*shop.example.com", "a.*.example.com", "*"]
)
def test_other_patterns_are_skipped_with_a_reason(host: str) -> None:
    names, skipped = names_from([rule(host), rule("shop.example.com")])
    assert names == ["shop.example.com"]
    assert [host in why for why in skipped] == [True]


def test_hosts_by_regular_expression_are_skipped_with_a_reason() -> None:
    names, (why,) = names_from([rule(has_regex=True)])
    assert (names, "regular expression" in why) == ([], True)


def test_a_host_that_can_not_be_a_name_is_skipped_with_a_reason() -> None:
    names, (why,) = names_from([rule("my_shop.example.com")])
    assert (names, "my_shop" in why) == ([], True)


@pytest.mark.parametrize(
    ("rules", "is_unserved"),
    [
        ([rule("shop.example.com")], False),
        ([rule("*.example.com")], False),
        ([rule("sh?p.example.*")], False),
        ([rule("SHOP.example.com")], False),
        ([rule("www.example.com")], True),
        ([rule("www.example.com"), rule()], False),  # the default rule is ours
        ([rule("shop.example.com", ours=False), rule()], True),  # an earlier rule takes it
        ([rule("shop.example.com", ours=False, only_host=False), rule()], False),
        ([rule(ours=True)], False),  # nothing is chosen by host
        ([], False),
        ([rule("www.example.com"), rule("shop.example.com", listener="80")], False),
        ([rule("www.example.com"), rule(has_regex=True)], False),
    ],
)
def test_whether_a_name_is_served(rules: list[HostRule], is_unserved: bool) -> None:
    assert unserved(rules, "shop.example.com") is is_unserved


def test_a_wildcard_name_is_served_by_a_wildcard_host() -> None:
    assert not unserved([rule("*.example.com")], "*.example.com")


def wire(priority: str, *conditions: dict[str, Any], **action: Any) -> dict[str, Any]:
    return {
        "Priority": priority,
        "IsDefault": priority == "default",
        "Conditions": list(conditions),
        "Actions": [{"Type": "forward", **action}],
    }


def host(*values: str) -> dict[str, Any]:
    return {"Field": "host-header", "HostHeaderConfig": {"Values": list(values)}}


def read(*pages: list[dict[str, Any]]) -> list[HostRule]:
    api = Stub("elbv2")
    api.answers("describe_listeners", Listeners=[{"ListenerArn": LISTENER}])
    for number, page in enumerate(pages, 1):
        more = {"NextMarker": "more"} if number < len(pages) else {}
        api.answers("describe_rules", Rules=page, **more)
    found = elb_rules.read(api.client, "arn:lb", [OURS])
    api.stubber.assert_no_pending_responses()
    return found


def test_rules_are_read_in_the_order_in_which_they_are_tried() -> None:
    rules = read(
        [wire("default", TargetGroupArn=OURS), wire("20", host("b.x"), TargetGroupArn=OURS)],
        [wire("3", host("a.x"), TargetGroupArn=THEIRS)],
    )
    assert [(found.hosts, found.ours) for found in rules] == [
        (("a.x",), False),
        (("b.x",), True),
        ((), True),
    ]


def test_what_comes_after_our_last_rule_is_left_out() -> None:
    rules = read([wire("1", host("a.x"), TargetGroupArn=OURS), wire("2", TargetGroupArn=THEIRS)])
    assert [found.hosts for found in rules] == [("a.x",)]


def test_a_weighted_forward_leads_to_each_group_that_has_weight() -> None:
    def weighted(ours: int) -> dict[str, Any]:
        groups = [
            {"TargetGroupArn": THEIRS, "Weight": 9},
            {"TargetGroupArn": OURS, "Weight": ours},
        ]
        return wire("1", host("a.x"), ForwardConfig={"TargetGroups": groups})

    assert (len(read([weighted(1)])), read([weighted(0)])) == (1, [])


def test_a_rule_that_first_asks_who_it_is_forwards_too() -> None:
    entry = wire("1", host("a.x"), TargetGroupArn=OURS)
    entry["Actions"].insert(0, {"Type": "authenticate-oidc"})
    assert [found.ours for found in read([entry])] == [True]


def test_a_redirect_forwards_nowhere() -> None:
    entry = wire("1", host("a.x")) | {"Actions": [{"Type": "redirect"}]}
    assert read([entry]) == []


def test_conditions_beside_the_host_are_noticed() -> None:
    path = {"Field": "path-pattern", "Values": ["/api"]}
    old = {"Field": "host-header", "Values": ["A.x"]}
    (found,) = read([wire("1", old, path, TargetGroupArn=OURS)])
    assert (found.hosts, found.only_host) == (("a.x",), False)


def test_a_load_balancer_that_is_gone() -> None:
    api = Stub("elbv2")
    api.fails("describe_listeners", "LoadBalancerNotFound")
    with pytest.raises(LoadBalancerNotFound, match="arn:lb"):
        elb_rules.read(api.client, "arn:lb", [OURS])


BALANCER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer"


@pytest.mark.parametrize(
    ("arn", "balancer"),
    [
        (LISTENER, f"{BALANCER}/app/web/0123"),
        (LISTENER.replace(":listener/", ":listener-rule/") + "/89", f"{BALANCER}/app/web/0123"),
        (LISTENER.replace("/app/", "/net/"), f"{BALANCER}/net/web/0123"),
        (f"{BALANCER}/app/web/0123", None),
        ("web", None),
        ("", None),
    ],
)
def test_a_listener_or_rule_tells_its_load_balancer(arn: str, balancer: str | None) -> None:
    assert load_balancer_of(arn) == balancer
