"""A crash right after Route 53 has carried out a write, before anybody knows: at every write that
there is, the next attempt (or the next run) ends right, and the receipts tell both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.route53 import both_refusals
from tests.workflow.conftest import World

Act = Callable[[World], Any]

WEB = ("web.ecs.internal", "A")


class Killed(Exception):
    """An execution that ends with nobody left to say so."""


LambdaCrashed = type("Sandbox.Timedout", (Exception,), {})


def nothing(world: World) -> None:
    world.estate.balancer("web-alb")


def created(world: World) -> None:
    world.machine.run(world.estate.create("web", world.estate.balancer("web-alb")), name="first")


def create(world: World) -> Any:
    return world.estate.create("web", world.estate.balancer("new"))


def move(world: World) -> Any:
    return world.estate.move("web", world.estate.balancer("new", "network"))


def delete(world: World) -> Any:
    return world.estate.delete("web")


def disable(world: World) -> Any:
    return world.estate.tag("web", enabled="false")


def rename(world: World) -> Any:
    return world.estate.tag("web", hostname="shop www")


def change_kind(world: World) -> Any:
    return world.estate.tag("web", record="cname")


def edit_by_hand(world: World) -> Any:
    ours = world.ours()
    world.write("DELETE", **ours)
    del ours["AliasTarget"]
    world.write("CREATE", **ours, TTL=7, ResourceRecords=[{"Value": "192.0.2.9"}])
    return {"cluster": "prod", "service": "web"}


def delete_by_hand(world: World) -> Any:
    world.write("DELETE", **world.ours())
    return {"cluster": "prod", "service": "web"}


WRITES: list[tuple[Act, Act]] = [
    (nothing, create),
    (created, move),
    (created, rename),
    (created, change_kind),
    (created, edit_by_hand),
    (created, delete_by_hand),
    (created, delete),
    (created, disable),
]
writes = pytest.mark.parametrize(("before", "act"), WRITES, ids=lambda act: act.__name__)


def what_it_should_be(world: World, act: Act) -> set[tuple[str, str]]:
    """The names after the act; where they point is compared with an undisturbed run's."""
    names: dict[Act, set[tuple[str, str]]] = {
        rename: {("shop.ecs.internal", "A"), ("www.ecs.internal", "A")},
        change_kind: {("web.ecs.internal", "CNAME")},
        delete: set(),
        disable: set(),
    }
    return names.get(act, {WEB})


@both_refusals
@writes
@pytest.mark.parametrize("lost", ["Route 53's answer", "the function's answer"])
def test_an_execution_finds_its_own_write_again(
    world: World, before: Act, act: Act, lost: str
) -> None:
    before(world)
    event = act(world)
    there = world.names()
    if lost == "Route 53's answer":
        world.route53.faults.lose_answer("ChangeResourceRecordSets")
    else:
        crash_after_the_write(world, LambdaCrashed("Task timed out after 30.00 seconds"))

    run = world.machine.run(event, name="second")

    assert run.status == "SUCCEEDED", run.cause
    assert run.attempts("ChangeRecord") >= 2
    assert set(world.names()) == what_it_should_be(world, act)
    receipt = run.output
    assert receipt is not None
    # What was there before the execution, not before its second attempt; and what is there now.
    assert {(one["name"], one["type"]) for one in receipt["before"]} == set(there)
    assert {(one["name"], one["type"]) for one in receipt["after"]} == set(world.names())
    assert receipt["attempts"]["rounds"] == 2
    assert receipt["verification"]["zones"]
    assert receipt["previous_execution"] == ("first" if before is created else None)


@writes
def test_the_next_run_goes_on_where_a_killed_execution_stopped(
    world: World, before: Act, act: Act
) -> None:
    before(world)
    event = act(world)
    crash_after_the_write(world, Killed("the execution was stopped"))
    killed = world.machine.run(event, name="killed")
    assert killed.status == "FAILED"
    left_behind = world.records()

    run = world.machine.run({"cluster": "prod", "service": "web"}, name="again")

    assert run.outcome in ("Unchanged", "Skipped"), run.cause
    assert world.records() == left_behind
    assert set(world.names()) == what_it_should_be(world, act)
    receipt = run.output
    assert receipt is not None
    # The chain has no gap: the run that changed nothing names the one that had written.
    assert receipt["previous_execution"] == ("killed" if world.names() else None)
    assert {(one["name"], one["type"]) for one in receipt["after"]} == set(world.names())


@both_refusals
@pytest.mark.parametrize("lost_write", [1, 2])
def test_a_crash_between_two_zones_heals(
    world: World, lost_write: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both zones of a split horizon: at each of the two writes, and each time by another run."""
    inside = world.estate.balancer("inside")
    outside = world.estate.balancer("outside", scheme="internet-facing")
    public = world.route53.create_zone("ecs.internal")
    world.estate.may_write(world.zone, public)
    event = world.estate.create("web", inside, outside)
    world.route53.faults.lose_answer("ChangeResourceRecordSets", call=lost_write)
    crash_after_the_write(world, Killed("the execution was stopped"))

    world.machine.run(event, name="killed")
    run = world.machine.run({"cluster": "prod", "service": "web"}, name="again")

    assert run.status == "SUCCEEDED", run.cause
    targets = {
        zone: [r.alias.dns_name for r in world.route53.records(zone) if r.alias]
        for zone in (world.zone, public)
    }
    assert targets == {world.zone: [f"{inside.dns_name}."], public: [f"{outside.dns_name}."]}


def crash_after_the_write(world: World, error: Exception) -> None:
    """The first ChangeRecord that did its work ends with the error instead of an answer."""
    left = [error]

    def crash(module: str, _: Any) -> None:
        if module == "change_record" and left:
            raise left.pop()

    world.machine.after.append(crash)
