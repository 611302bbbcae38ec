"""Services behind Express Mode and gateways, and moves between these and load balancers of one's
own: whatever leads to a service and is not understood costs it no name.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.estate import Balancer
from tests.support.managed import (
    GIVEN,
    LATTICE,
    Json,
    Revisions,
    by_express,
    by_gateway,
    connection,
    ingress_path,
    led,
    rule,
    warnings,
)
from tests.workflow.conftest import World

WEB = ("web.ecs.internal", "A")

kinds = pytest.mark.parametrize("kind", ["express", "gateway"])


@kinds
def test_a_name_of_ones_own_is_published_with_the_commands_that_make_it_served(
    world: World, revisions: Revisions, managed: Balancer, kind: str
) -> None:
    event = world.estate.create("web", tags={"signpost:hostname": "shop"})
    revisions.show("web", led(world.estate, kind, managed), express=kind == "express")

    run = world.run(event)

    assert run.outcome == "RecordChanged"
    assert world.names() == {("shop.ecs.internal", "A"): managed.dns_name}
    said = warnings(run)
    assert "leads shop.ecs.internal to the service" in said
    command = f"--conditions Field=host-header,Values={GIVEN},shop.ecs.internal"
    assert "aws elbv2 modify-rule --rule-arn arn:aws:elasticloadbalancing" in said
    assert command in said


@kinds
def test_a_rule_that_takes_the_name_needs_no_warning(
    world: World, revisions: Revisions, managed: Balancer, kind: str
) -> None:
    event = world.estate.create("web", tags={"signpost:hostname": "shop"})
    made = led(world.estate, kind, managed, GIVEN, "shop.ecs.internal")
    revisions.show("web", made, express=kind == "express")

    assert warnings(world.run(event)) == ""


def test_where_describe_services_shows_the_load_balancers_the_end_is_the_same(
    world: World, revisions: Revisions, managed: Balancer
) -> None:
    event = world.estate.create("web", managed, tags={"signpost:hostname": "shop"})
    revisions.show("web", led(world.estate, "express", managed), express=True)

    run = world.run(event)

    assert world.names() == {("shop.ecs.internal", "A"): managed.dns_name}
    assert f"Values={GIVEN},shop.ecs.internal" in warnings(run)
    assert revisions.asked == []


def test_express_mode_is_served_without_a_tag(
    world: World, revisions: Revisions, managed: Balancer
) -> None:
    event = world.estate.create("web")
    revisions.show("web", led(world.estate, "express", managed), express=True)

    run = world.run(event)

    assert world.names() == {WEB: managed.dns_name}
    assert f"Values={GIVEN},web.ecs.internal" in warnings(run)


def test_a_plain_service_without_load_balancer_costs_no_look_at_its_revision(
    world: World, revisions: Revisions
) -> None:
    event = world.estate.create("web")
    revisions.show("web", {})

    assert world.run(event).outcome == "Skipped"
    assert revisions.asked == []


@kinds
@pytest.mark.parametrize("tags", [{}, {"signpost:hostname": "web"}])
def test_a_move_from_an_own_load_balancer_and_back_keeps_the_name(
    world: World, revisions: Revisions, managed: Balancer, kind: str, tags: dict[str, str]
) -> None:
    own = world.estate.balancer("own")
    world.run(world.estate.create("web", own, tags=tags))
    express, seen = kind == "express", [world.names()]

    for balancer, moved in ((managed, world.estate.move("web")), (own, None), (managed, None)):
        if balancer is own:
            moved = world.estate.move("web", own)
            revisions.show("web", {}, express=False)
        else:
            moved = moved or world.estate.move("web")
            revisions.show("web", led(world.estate, kind, managed), express=express)
        run = world.run(moved)
        assert run.outcome == "RecordChanged"
        seen.append(world.names())
        assert world.run({"cluster": "prod", "service": "web"}).outcome == "Unchanged"

    assert [one[WEB] for one in seen] == [
        own.dns_name,
        managed.dns_name,
        own.dns_name,
        managed.dns_name,
    ]


@kinds
def test_while_ecs_makes_the_way_the_name_stays_where_it_leads(
    world: World, revisions: Revisions, managed: Balancer, kind: str
) -> None:
    own = world.estate.balancer("own")
    world.run(world.estate.create("web", own))
    event = world.estate.move("web")
    coming = by_gateway(connection(None, status="CREATE_IN_PROGRESS"))
    if kind == "express":
        path = ingress_path(managed, "", "PROVISIONING")
        coming = by_express({**path, "targetGroups": []})
    revisions.show("web", coming, express=kind == "express")

    run = world.run(event)

    assert (run.outcome, run.error) == ("LoadBalancerNotReady", "LoadBalancerNotReady")
    assert world.names() == {WEB: own.dns_name}
    revisions.show("web", led(world.estate, kind, managed), express=kind == "express")
    world.run(event)
    assert world.names() == {WEB: managed.dns_name}


NOT_UNDERSTOOD: dict[str, tuple[Any, str]] = {
    "VPC Lattice": (LATTICE, "vpcLatticeConfigurations"),
    "a failed route": (by_gateway(connection(None, status="CREATE_FAILED")), "CREATE_FAILED"),
    "a route that goes": (by_gateway(connection(None, status="DELETE_IN_PROGRESS")), "DELETE"),
    "load balancers that only the revision has": (
        {"loadBalancers": [{"targetGroupArn": "tg", "containerName": "app"}]},
        "loadBalancers",
    ),
}


@pytest.mark.parametrize("what", NOT_UNDERSTOOD)
@pytest.mark.parametrize("by_hand", [False, True])
def test_what_is_not_understood_leaves_the_names_and_says_so(
    world: World, revisions: Revisions, what: str, by_hand: bool
) -> None:
    own = world.estate.balancer("own")
    world.run(world.estate.create("web", own))
    event = world.estate.move("web")
    made, word = NOT_UNDERSTOOD[what]
    revisions.show("web", made)
    before = world.records()

    run = world.run({"cluster": "prod", "service": "web"} if by_hand else event)

    assert run.outcome == "Unchanged"
    assert world.records() == before
    assert word in warnings(run)
    assert run.output is not None
    assert "Its names are left as they are." in run.output["reason"]
    assert len(revisions.asked) == 1


def test_a_revision_that_ecs_does_not_describe_costs_no_name(
    world: World, revisions: Revisions
) -> None:
    world.run(world.estate.create("web", world.estate.balancer("own")))
    event = world.estate.move("web")
    revisions.show("web", {})
    revisions.by_arn.clear()
    before = world.records()

    run = world.run(event)

    assert world.records() == before
    assert "does not describe its service revision" in warnings(run)


def test_where_nothing_leads_to_it_any_more_the_names_go(
    world: World, revisions: Revisions
) -> None:
    world.run(world.estate.create("web", world.estate.balancer("own")))
    event = world.estate.move("web")
    revisions.show("web", {"loadBalancers": [], "serviceRegistries": []})

    run = world.run(event)

    assert run.outcome == "RecordRemoved"
    assert world.records() == {}
    # PlanChange, ChangeRecord right before the write, and ConfirmService.
    assert len(revisions.asked) <= 3


def test_the_newest_revision_counts(world: World, revisions: Revisions, managed: Balancer) -> None:
    world.run(world.estate.create("web", world.estate.balancer("own")))
    event = world.estate.move("web")
    revisions.show("web", {"loadBalancers": []}, led(world.estate, "gateway", managed))

    world.run(event)

    assert world.names() == {WEB: managed.dns_name}


def test_a_deleted_service_of_express_mode_leaves_nothing_behind(
    world: World, revisions: Revisions, managed: Balancer
) -> None:
    event = world.estate.create("web")
    revisions.show("web", led(world.estate, "express", managed), express=True)
    world.run(event)

    assert world.run(world.estate.delete("web")).outcome == "RecordRemoved"
    assert world.records() == {}


@pytest.mark.deep
@pytest.mark.parametrize(
    "newest",
    [
        {},
        {"ecsManagedResources": {}},
        by_express(),
        {"ecsManagedResources": {"serviceSecurityGroups": []}},
    ],
)
def test_express_mode_that_shows_no_way_yet_keeps_its_name(
    world: World, revisions: Revisions, managed: Balancer, newest: Json
) -> None:
    event = world.estate.create("web")
    revisions.show("web", led(world.estate, "express", managed), express=True)
    world.run(event)
    before = world.records()
    revisions.show("web", newest, express=True)

    run = world.run({"cluster": "prod", "service": "web"})

    assert run.outcome == "LoadBalancerNotReady"
    assert world.records() == before


@pytest.mark.deep
@pytest.mark.parametrize("beside", ["CREATE_IN_PROGRESS", "CREATE_FAILED", "DELETE_FAILED"])
def test_of_two_gateways_one_that_is_not_right_moves_nothing(
    world: World, revisions: Revisions, managed: Balancer, beside: str
) -> None:
    inner = world.estate.balancer("inner", listening=False)
    event = world.estate.create("web", tags={"signpost:hostname": "web"})
    revisions.show("web", led(world.estate, "gateway", inner))
    world.run(event)
    before = world.records()
    outer = connection(managed, rule(world.estate, managed, GIVEN))
    revisions.show("web", by_gateway(outer, connection(None, status=beside)))

    world.run({"cluster": "prod", "service": "web"})

    assert world.records() == before


@pytest.mark.deep
def test_a_load_balancer_that_ecs_is_changing_is_waited_for(
    world: World, revisions: Revisions, managed: Balancer
) -> None:
    event = world.estate.create("web", tags={"signpost:hostname": "web"})
    made = connection(managed, rule(world.estate, managed, GIVEN))
    gone = f"{managed.target_group}0"
    made["resources"]["hostSharedAlb"][0]["alternateTargetGroupArn"] = gone
    revisions.show("web", by_gateway(made))

    assert world.run(event).outcome == "LoadBalancerNotReady"


def test_once_its_revision_was_needed_it_is_read_in_each_round(
    world: World, revisions: Revisions, managed: Balancer
) -> None:
    world.run(world.estate.create("web", world.estate.balancer("own")))
    other = world.estate.balancer("ecs-other", listening=False)
    moved = world.estate.move("web")
    revisions.show("web", led(world.estate, "gateway", managed))

    def move_again(module: str, _: object) -> None:
        if module == "change_record" and len(revisions.by_arn) == 1:
            revisions.show("web", led(world.estate, "gateway", other))

    world.machine.before.append(move_again)
    run = world.run(moved)

    assert (run.outcome, world.names()) == ("RecordChanged", {WEB: other.dns_name})
    assert run.attempts("PlanChange") == 3  # the second one ended as the service had changed
