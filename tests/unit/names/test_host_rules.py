"""Listener rules: which names they give a service, and whether they serve one."""

from __future__ import annotations

from typing import Any

import pytest

from signpost.model.load_balancer import HostRule
from signpost.names.host_rules import how_to_lead, is_certified, names_from, unserved


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


RULE = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/a/1/2/3"


def test_the_command_that_helps_adds_all_names_to_a_rule_of_ours() -> None:
    rules = [
        rule("other.example.com", ours=False),
        rule("a.example.com", "*.b.example.com", arn=RULE),
    ]
    assert how_to_lead(rules, ["c.example.com", "d.example.com"]) == (
        f"aws elbv2 modify-rule --rule-arn {RULE} --conditions "
        "'Field=host-header,Values=a.example.com,*.b.example.com,c.example.com,d.example.com'"
    )


@pytest.mark.parametrize(
    "found",
    [
        rule("a.example.com"),  # it looks at more than the host: its conditions are not known here
        rule("a", "b", "c", "d", "e", arn=RULE),  # a rule has five hosts at most
    ],
)
def test_where_no_single_command_helps_none_is_given(found: HostRule) -> None:
    assert how_to_lead([found], ["x.example.com"]) == ""


@pytest.mark.parametrize(
    ("name", "certified"),
    [
        ("a.example.com", True),
        ("x.b.example.com", True),
        ("*.b.example.com", True),
        ("b.example.com", False),
        ("y.x.b.example.com", False),
        ("aa.example.com", False),
    ],
)
def test_a_wildcard_certificate_stands_for_one_label(name: str, certified: bool) -> None:
    assert is_certified(["a.example.com", "*.b.example.com"], name) is certified
