"""Services with load balancers of their own, to which something else leads too, or may lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from moto.ecs.models import ecs_backends

import find_drift
from tests.support.estate import ACCOUNT, REGION, Balancer
from tests.support.machine import Run
from tests.support.managed import (
    GIVEN,
    LATTICE,
    Json,
    Revisions,
    by_gateway,
    connection,
    led,
    rule,
    warnings,
)
from tests.workflow.conftest import World
from tests.workflow.forging import own as own_ledger

WEB = ("web.ecs.internal", "A")
BY_HAND = {"cluster": "prod", "service": "web"}

pytestmark = pytest.mark.parametrize("parameters", [{"VERIFY_MODE": "insync"}])  # some zones' VPCs
# Whether the service changes once between plan and write.
again = pytest.mark.parametrize("again", [False, True], ids=["one round", "two rounds"])


def own(*balancers: Balancer, **more: Any) -> Json:
    """A revision with load balancers of the service's own, and more."""
    return {"loadBalancers": [{"targetGroupArn": one.target_group} for one in balancers], **more}


def once_before_the_write(world: World, change: Callable[[], object]) -> None:
    done: list[str] = []

    def hook(module: str, _: object) -> None:
        if module == "change_record" and not done:
            done.append(module)
            change()

    world.machine.before.append(hook)


@pytest.fixture
def public(world: World) -> str:
    """A public zone beside the private one."""
    made = world.route53.create_zone("example.com")
    world.estate.may_write(world.zone, made)
    return made


def create(world: World, revisions: Revisions, *balancers: Balancer, **more: Any) -> Run:
    event = world.estate.create("web", *balancers)
    revisions.show("web", own(*balancers, **more))
    return world.run(event)


def move(world: World, revisions: Revisions, *balancers: Balancer, **more: Any) -> Run:
    event = world.estate.move("web", *balancers)
    revisions.show("web", own(*balancers, **more))
    return world.run(event)


# --- what else leads there is not understood -----------------------------------------------


@again
def test_it_moves_with_its_own_load_balancer(
    world: World, revisions: Revisions, again: bool
) -> None:
    before, after = world.estate.balancer("before"), world.estate.balancer("after")
    create(world, revisions, before, **LATTICE)
    if again:
        once_before_the_write(world, lambda: world.estate.tag("web", ttl="30"))

    run = move(world, revisions, after, **LATTICE)

    assert (run.outcome, revisions.asked) == ("RecordChanged", [])
    assert world.names() == {WEB: after.dns_name}
    assert warnings(run) == ""


@again
def test_a_new_one_gets_its_name(world: World, revisions: Revisions, again: bool) -> None:
    balancer = world.estate.balancer("own")
    if again:
        once_before_the_write(world, lambda: world.estate.tag("web", ttl="30"))

    run = create(world, revisions, balancer, **LATTICE)

    assert (run.outcome, world.names()) == ("RecordChanged", {WEB: balancer.dns_name})


def test_a_zone_that_would_lose_its_names_keeps_them_and_the_others_go_on(
    world: World, revisions: Revisions, public: str
) -> None:
    inner, other = world.estate.balancer("inner"), world.estate.balancer("other")
    outer = world.estate.balancer("outer", scheme="internet-facing")
    create(world, revisions, inner, outer, **LATTICE)
    before = world.route53.records(public)

    run = move(world, revisions, other, **LATTICE)

    assert (run.outcome, world.names()) == ("RecordChanged", {WEB: other.dns_name})
    assert world.route53.records(public) == before
    assert "vpcLatticeConfigurations, which may lead to it" in warnings(run)
    rerun = world.run(BY_HAND)
    assert rerun.outcome == "Unchanged"
    assert "vpcLatticeConfigurations" in warnings(rerun)


def test_a_sweep_tells_of_what_it_leaves_alone(
    world: World, revisions: Revisions, public: str
) -> None:
    inner = world.estate.balancer("inner")
    create(world, revisions, inner, world.estate.balancer("outer", scheme="internet-facing"))
    before = world.route53.records(public)
    move(world, revisions, inner, **LATTICE)

    (problem,) = find_drift.handler({"execution": "sweep-1", "input": {}}, None)["problems"]

    assert problem["error"] == "RoutingNotUnderstood"
    assert "vpcLatticeConfigurations" in problem["reason"]
    assert world.route53.records(public) == before


def test_once_nothing_else_may_lead_there_the_names_of_that_zone_go(
    world: World, revisions: Revisions, public: str
) -> None:
    inner = world.estate.balancer("inner")
    create(world, revisions, inner, world.estate.balancer("outer", scheme="internet-facing"))
    move(world, revisions, inner, **LATTICE)
    assert world.route53.records(public)

    run = move(world, revisions, inner)

    assert run.output
    assert run.output["warnings"] == []
    assert world.route53.records(public) == ()
    assert world.names() == {WEB: inner.dns_name}


@pytest.mark.parametrize(
    "tags", [{"hostname": "web.corp.internal"}, {"zone": "corp.internal"}], ids=["name", "zone"]
)
def test_a_name_goes_from_a_zone_that_its_own_load_balancer_could_serve(
    world: World, revisions: Revisions, tags: dict[str, str]
) -> None:
    balancer = world.estate.balancer("own")
    create(world, revisions, balancer, **LATTICE)
    corp = world.route53.create_zone("corp.internal", vpcs=(world.estate.vpc,))
    world.estate.may_write(world.zone, corp)

    run = world.run(world.estate.tag("web", **tags))

    assert (run.outcome, world.names()) == ("RecordChanged", {})
    assert [one.name for one in world.route53.records(corp) if one.type == "A"] == [
        "web.corp.internal."
    ]
    assert warnings(run) == ""


def test_so_it_does_when_no_rule_has_it_any_more(world: World, revisions: Revisions) -> None:
    balancer = world.estate.balancer("own")
    made = rule(world.estate, balancer, "shop.ecs.internal")
    event = world.estate.create("web", balancer, tags={"signpost:hostname": "from:listener-rules"})
    revisions.show("web", own(balancer, **LATTICE))
    world.run(event)
    assert world.names() == {("shop.ecs.internal", "A"): balancer.dns_name}

    world.estate.elbv2.delete_rule(RuleArn=made)
    run = world.run(BY_HAND)

    assert (run.outcome, world.names()) == ("RecordRemoved", {})


def test_an_entry_that_is_no_load_balancer_beside_one_costs_no_name(
    world: World, revisions: Revisions, public: str
) -> None:
    inner = world.estate.balancer("inner")
    create(world, revisions, inner, world.estate.balancer("outer", scheme="internet-facing"))
    before = world.route53.records(public)
    moved = world.estate.move("web", inner)
    service: Any = ecs_backends[ACCOUNT][REGION].services["prod:web"]
    service.load_balancers.append({"containerName": "app", "containerPort": 80})
    revisions.show("web", own(inner))

    run = world.run(moved)

    assert world.route53.records(public) == before
    assert "neither a target group nor a classic one" in warnings(run)


# --- a gateway leads there too -------------------------------------------------------------


@again
def test_its_own_load_balancer_comes_before_that_of_a_gateway(
    world: World, revisions: Revisions, managed: Balancer, public: str, again: bool
) -> None:
    """Also in zones that have no names of it."""
    balancer = world.estate.balancer("own")
    outer = world.estate.balancer("outer", scheme="internet-facing", listening=False)
    if again:
        once_before_the_write(world, lambda: world.estate.tag("web", ttl="30"))

    run = create(world, revisions, balancer, **led(world.estate, "gateway", outer))

    assert (run.outcome, world.names()) == ("RecordChanged", {WEB: balancer.dns_name})
    assert world.route53.records(public) == ()
    found = find_drift.handler({"execution": "sweep-1", "input": {}}, None)
    assert (found["findings"], found["problems"], revisions.asked) == ([], [], [])


@again
def test_a_gateway_that_is_not_right_costs_its_own_load_balancer_nothing(
    world: World, revisions: Revisions, managed: Balancer, again: bool
) -> None:
    balancer = world.estate.balancer("own")
    gone = connection(managed, rule(world.estate, managed, GIVEN))
    gone["resources"]["hostSharedAlb"][0]["targetGroupArn"] = f"{managed.target_group}0"
    if again:
        once_before_the_write(world, lambda: world.estate.tag("web", ttl="30"))

    run = create(world, revisions, balancer, **by_gateway(gone))

    assert (run.outcome, world.names()) == ("RecordChanged", {WEB: balancer.dns_name})


def test_its_names_follow_the_gateway_where_no_zone_can_take_its_own(
    world: World, revisions: Revisions, managed: Balancer
) -> None:
    event = world.estate.create("web", tags={"signpost:enabled": "true"})
    revisions.show("web", led(world.estate, "gateway", managed))
    world.run(event)
    vpc, subnets = world.estate.add_vpc(7)
    elsewhere = world.estate.balancer("own", vpc=vpc, subnets=subnets)
    after = world.estate.balancer("after", listening=False)

    moved = world.estate.move("web", elsewhere)
    revisions.show("web", own(elsewhere, **led(world.estate, "gateway", after)))
    run = world.run(moved)

    assert (run.outcome, world.names()) == ("RecordChanged", {WEB: after.dns_name})
    assert f"Values={GIVEN},web.ecs.internal" in warnings(run)
    found = find_drift.handler({"execution": "sweep-1", "input": {}}, None)
    assert (found["findings"], found["problems"]) == ([], [])


def test_a_gateway_beside_a_load_balancer_of_ones_own_keeps_its_names(
    world: World, revisions: Revisions, managed: Balancer
) -> None:
    """The own one is in another VPC, so that the zone can only have the gateway's."""
    vpc, subnets = world.estate.add_vpc(7)
    elsewhere = world.route53.create_zone("ecs.internal", vpcs=(vpc,))
    world.estate.may_write(world.zone, elsewhere)
    event = world.estate.create("web", tags={"signpost:hostname": "web"})
    revisions.show("web", led(world.estate, "gateway", managed))
    world.run(event)
    own = world.estate.balancer("own", vpc=vpc, subnets=subnets)

    moved = world.estate.move("web", own)
    revisions.show("web", led(world.estate, "gateway", managed))
    run = world.run(moved)

    assert run.outcome == "RecordChanged"
    assert world.names() == {WEB: managed.dns_name}
    assert len(world.route53.records(elsewhere)) == 3  # the own one's, its ledger and its claim
    found = find_drift.handler({"execution": "sweep-1", "input": {}}, None)
    assert (found["findings"], found["problems"]) == ([], [])
    assert world.run({"cluster": "prod", "service": "web"}).outcome == "Unchanged"


def test_what_a_gateway_gives_it_is_signed_anew_too(
    world: World, revisions: Revisions, managed: Balancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    vpc, subnets = world.estate.add_vpc(7)
    world.estate.may_write(world.zone, world.route53.create_zone("ecs.internal", vpcs=(vpc,)))
    event = world.estate.create("web", tags={"signpost:hostname": "web"})
    revisions.show("web", led(world.estate, "gateway", managed))
    world.run(event)
    elsewhere = world.estate.balancer("own", vpc=vpc, subnets=subnets)
    move(world, revisions, elsewhere, **led(world.estate, "gateway", managed))
    monkeypatch.setenv("LEDGER_KEY_ARN", world.estate.ledger_key())

    run = world.run(BY_HAND | {"resign": {"ledgers": [own_ledger("web")], "names": []}})

    assert run.outcome == "RecordChanged"
    assert "Left unsigned" not in warnings(run)
