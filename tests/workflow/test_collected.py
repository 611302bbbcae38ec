"""Calls to Elastic Load Balancing: from the event in the queue to the records."""

from __future__ import annotations

from typing import Any

import pytest

from signpost.errors import AccessDenied
from tests.support.collecting import come_back, elb_call
from tests.support.estate import Balancer, task_changed
from tests.workflow.conftest import World

Started = list[dict[str, Any]]
A, AAAA = ("web.ecs.internal", "A"), ("web.ecs.internal", "AAAA")
HOST = [{"Field": "host-header", "HostHeaderConfig": {"Values": ["shop.ecs.internal"]}}]


def names_of(started: Started) -> list[str]:
    return sorted(document["service"] for document in started)


def rule(world: World, balancer: Balancer, listener: str) -> None:
    """One that leads a host to a load balancer's target group."""
    forward = [{"Type": "forward", "TargetGroupArn": balancer.target_group}]
    world.estate.elbv2.create_rule(
        ListenerArn=listener, Priority=1, Conditions=HOST, Actions=forward
    )


def listener_of(world: World, balancer: Balancer) -> str:
    found = world.estate.elbv2.describe_listeners(LoadBalancerArn=balancer.arn)
    return str(found["Listeners"][0]["ListenerArn"])


def test_a_load_balancer_that_becomes_dual_stack_gets_the_other_kind_of_address(
    world: World, started: Started, balancer: Balancer
) -> None:
    world.run(world.estate.create("web", balancer))
    request = {"loadBalancerArn": balancer.arn, "ipAddressType": "dualstack"}
    world.estate.elbv2.set_ip_address_type(LoadBalancerArn=balancer.arn, IpAddressType="dualstack")

    assert come_back(elb_call("SetIpAddressType", **request)) == []

    (document,) = started
    assert document["cause"]["kind"] == "load-balancer"
    assert document["reason"] == "1 event about its load balancer"
    run = world.run(document)
    assert (run.outcome, set(world.names())) == ("RecordChanged", {A, AAAA})


def test_names_go_with_the_listener_whose_rules_gave_them(
    world: World, started: Started, balancer: Balancer
) -> None:
    listener = listener_of(world, balancer)
    rule(world, balancer, listener)
    tags = {"signpost:hostname": "from:listener-rules"}
    world.run(world.estate.create("web", balancer, tags=tags))
    assert set(world.names()) == {("shop.ecs.internal", "A")}
    world.estate.elbv2.delete_listener(ListenerArn=listener)

    assert come_back(elb_call("DeleteListener", listenerArn=listener)) == []

    (document,) = started
    run = world.run(document)
    assert (run.outcome, world.names()) == ("RecordRemoved", {})


def test_a_service_follows_its_target_group_to_another_load_balancer(
    world: World, started: Started, balancer: Balancer
) -> None:
    other = world.estate.balancer("other-alb", listening=False)
    world.run(world.estate.create("web", balancer))
    world.estate.elbv2.delete_listener(ListenerArn=listener_of(world, balancer))
    world.estate.detach(balancer)
    actions = [{"Type": "forward", "TargetGroupArn": balancer.target_group}]
    world.estate.elbv2.create_listener(
        LoadBalancerArn=other.arn, Protocol="HTTP", Port=80, DefaultActions=actions
    )

    forward = [{"type": "forward", "targetGroupArn": balancer.target_group}]
    come_back(elb_call("CreateListener", loadBalancerArn=other.arn, defaultActions=forward))

    (document,) = started
    assert world.run(document).outcome == "RecordChanged"
    assert world.names() == {A: other.dns_name}


def test_what_a_deleted_load_balancer_leaves_is_said_and_its_names_stay(
    world: World, started: Started, balancer: Balancer
) -> None:
    world.run(world.estate.create("web", balancer))
    world.estate.elbv2.delete_load_balancer(LoadBalancerArn=balancer.arn)
    world.estate.detach(balancer)

    come_back(elb_call("DeleteLoadBalancer", loadBalancerArn=balancer.arn))

    (document,) = started
    run = world.run(document)
    assert run.error == "LoadBalancerNotReady"
    assert world.names() == {A: balancer.dns_name}


def test_a_classic_load_balancer_that_was_made_anew_is_followed(
    world: World, started: Started
) -> None:
    old = world.estate.balancer("web-elb", "classic")
    world.run(world.estate.create("web", old))
    world.estate.elb.delete_load_balancer(LoadBalancerName="web-elb")
    new = world.estate.balancer("web-elb", "classic", scheme="internet-facing")

    come_back(elb_call("CreateLoadBalancer", loadBalancerName="web-elb"))

    (document,) = started
    world.run(document)
    assert world.names() == {A: new.dns_name}


def test_an_event_that_nobody_can_read_comes_back_alone(
    world: World, started: Started, balancer: Balancer
) -> None:
    world.estate.create("web", balancer)
    good = elb_call("SetIpAddressType", loadBalancerArn=balancer.arn)

    assert come_back("{", good, elb_call("DeleteRule"), good, "[]") == ["0", "2", "4"]

    assert [document["reason"] for document in started] == ["2 events about its load balancer"]


@pytest.mark.parametrize("code", ["AccessDeniedException", "StateMachineDoesNotExist"])
def test_where_one_run_can_not_be_started_only_its_events_come_back(
    world: World, started: Started, refused: dict[str, str], code: str
) -> None:
    refused["api"] = code
    balancers = {name: world.estate.balancer(name) for name in ("api", "web")}
    for name, balancer in balancers.items():
        world.estate.create(name, balancer)
    events = [
        elb_call("SetIpAddressType", loadBalancerArn=balancers[name].arn)
        for name in ("web", "api", "web", "api")
    ]

    assert come_back(*events) == ["1", "3"]

    assert names_of(started) == ["web"]


def test_an_error_of_aws_brings_the_whole_batch_back(
    world: World, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(*_: object) -> None:
        raise AccessDenied("Not allowed: ecs:DescribeServices.")

    monkeypatch.setattr("signpost.aws.affected.naming_their_tasks", denied)
    with pytest.raises(AccessDenied):
        come_back("{", task_changed("web"))
    assert started == []
