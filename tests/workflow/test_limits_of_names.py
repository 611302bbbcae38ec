"""A limit refuses the new, and never takes away what is served."""

from __future__ import annotations

import pytest

from signpost.names.naming import MAX_NAMES
from tests.support.estate import Balancer
from tests.support.route53 import simple
from tests.workflow.conftest import World

SERVED = [f"h{number:02d}" for number in range(MAX_NAMES)]
BY_HAND = {"cluster": "prod", "service": "web"}


def add_rule(world: World, balancer: Balancer, priority: int, *hosts: str) -> str:
    elbv2 = world.estate.elbv2
    (listener,) = elbv2.describe_listeners(LoadBalancerArn=balancer.arn)["Listeners"]
    names = [f"{host}.ecs.internal" for host in hosts]
    (rule,) = elbv2.create_rule(
        ListenerArn=listener["ListenerArn"],
        Priority=priority,
        Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": names}}],
        Actions=[{"Type": "forward", "TargetGroupArn": balancer.target_group}],
    )["Rules"]
    return str(rule["RuleArn"])


def served(world: World) -> list[str]:
    return sorted(name.removesuffix(".ecs.internal") for name, _ in world.names())


def published(world: World, balancer: Balancer) -> list[str]:
    """Rules with as many hosts as can be names; their ARNs."""
    rules = [
        add_rule(world, balancer, 10 + place, *SERVED[place : place + 5])
        for place in range(0, MAX_NAMES, 5)
    ]
    tags = {"signpost:hostname": "from:listener-rules"}
    world.run(world.estate.create("web", balancer, tags=tags))
    assert served(world) == SERVED
    return rules


@pytest.mark.parametrize("kind", ["event", "by hand", "sweep"])
def test_a_rule_put_before_all_others_pushes_no_name_out(
    world: World, balancer: Balancer, kind: str
) -> None:
    rules = published(world, balancer)
    add_rule(world, balancer, 1, "new")

    if kind == "sweep":
        swept = world.machine.sweep()
        assert swept.output is not None
        assert swept.output["findings"] == []
    else:
        run = world.run(world.estate.deployed("web") if kind == "event" else BY_HAND)
        assert run.outcome == "Unchanged", run.cause
        assert run.output is not None
        assert "left out: new.ecs.internal" in str(run.output["warnings"])
    assert served(world) == SERVED

    world.estate.elbv2.delete_rule(RuleArn=rules[0])
    assert world.run(BY_HAND).outcome == "RecordChanged"
    assert served(world) == sorted([*SERVED[5:], "new"])


def test_what_a_name_that_stays_meets_in_another_zone_is_read_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VERIFY_MODE", "insync")  # the only resolver sees the private zone
    balancer = world.estate.balancer("outside", scheme="internet-facing")
    published(world, balancer)
    add_rule(world, balancer, 1, "new")
    public = world.route53.create_zone("ecs.internal")
    theirs = simple(f"{SERVED[-1]}.ecs.internal", "A", "192.0.2.1")
    world.route53.edit(public, ("CREATE", theirs))
    world.estate.may_write(world.zone, public)

    run = world.run(BY_HAND)

    assert run.outcome == "PartlyChanged"
    assert run.output is not None
    assert [(one["zone"], one["name"]) for one in run.output["refused"]] == [
        (public, f"{SERVED[-1]}.ecs.internal")
    ]
