"""Listener rules of application load balancers: how they are read."""

from __future__ import annotations

from typing import Any

import pytest

from signpost.aws import elb_rules
from signpost.errors import LoadBalancerNotFound
from signpost.model.load_balancer import HostRule
from tests.support.stub import Stub

OURS, THEIRS = "arn:ours", "arn:theirs"
LISTENER = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/web/0123/4567"


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
