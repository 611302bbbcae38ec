"""What an execution can't know of its own writes, and what it can and has to tell: by histories in
which a write was accepted, and its answer lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from unittest import mock

import pytest

from signpost.errors import AccessDenied, LoadBalancerNotReady
from signpost.plan.rounds import EarlierRounds
from tests.search.histories import Killed, World, new_world
from tests.support.asl import Walk
from tests.support.fast_estate import FastService, no_answer, server_error, throttle

WEB = ("prod", "web")


@pytest.fixture
def world() -> Iterator[World]:
    with new_world() as world:
        yield world


def create(world: World) -> None:
    world.estate.services[WEB] = FastService(("inside",))


def move(world: World, balancer: str) -> None:
    world.promised.clear()  # a balancer of another scheme takes the name to another zone
    world.estate.services[WEB].balancers = (balancer,)


def delete(world: World) -> None:
    world.promised.clear()
    del world.estate.services[WEB]


def run(world: World, kind: str) -> Walk:
    return world.finish(world.start(WEB, kind))


def moved(world: World, *balancers: str) -> None:
    """Others move the service, one after the other, and each to its end."""
    for balancer in balancers:
        move(world, balancer)
        run(world, "UpdateService")


def unanswered(world: World, kind: str) -> Walk:
    """An execution whose write was accepted; it does not know, and is about to try again."""
    walk = world.until(world.start(WEB, kind), "ChangeRecord")
    world.route53.faults.lose_answer("ChangeResourceRecordSets")
    world.step(walk)
    return walk


# --- what it can't know --------------------------------------------------------------------


def test_a_write_that_others_removed_before_its_retry_found_another_service(world: World) -> None:
    """The smallest history: the retry ends before it sends anything that could be refused."""
    create(world)
    slow = unanswered(world, "CreateService")
    delete(world)
    removal = run(world, "DeleteService")

    world.settle()

    assert (slow.outcome, removal.output["previous_execution"]) == ("Unchanged", slow.name)


@pytest.mark.parametrize(
    "trouble",
    [throttle(), server_error(), no_answer(), LoadBalancerNotReady(), Killed("timed out")],
    ids=["throttled", "server error", "no answer", "not ready", "timed out"],
)
def test_however_its_retries_fail_before_that(world: World, trouble: Exception) -> None:
    create(world)
    slow = unanswered(world, "CreateService")
    delete(world)
    run(world, "DeleteService")
    world.estate.fail_once(trouble)
    world.step(slow)
    assert slow.state == "ChangeRecord"

    world.settle()

    assert slow.outcome == "Unchanged"


def test_a_retry_that_ends_the_execution_leaves_no_receipt_to_hold_it_to(world: World) -> None:
    world.ends |= {"AccessDenied"}
    create(world)
    slow = unanswered(world, "CreateService")
    for _ in range(4):
        world.estate.fail_once(AccessDenied())
        world.step(slow)

    world.settle()

    assert slow.outcome == "AccessDenied"


def test_a_write_that_others_replaced_twice_before_its_retry_was_refused(world: World) -> None:
    create(world)
    run(world, "CreateService")
    move(world, "dual")
    slow = unanswered(world, "UpdateService")
    moved(world, "outside", "dual")  # as in the plan, but by another ledger

    world.settle()

    assert slow.outcome == "Unchanged"


def test_a_write_that_others_replaced_while_it_looked_once_more(world: World) -> None:
    create(world)
    run(world, "CreateService")
    move(world, "dual")
    slow = world.until(unanswered(world, "UpdateService"), "PlanChange")
    world.step(slow, lose=True)  # which had seen the write
    moved(world, "outside", "dual")

    world.settle()

    assert slow.outcome == "Unchanged"


def test_a_write_between_which_and_the_next_others_wrote_twice(world: World) -> None:
    """Its receipt tells of the later one, so that the receipts alone lead in a circle."""
    create(world)
    run(world, "CreateService")
    move(world, "dual")
    slow = unanswered(world, "UpdateService")
    moved(world, "outside", "inside")
    move(world, "outside")

    world.settle()

    assert (slow.outcome, slow.output["previous_execution"]) == ("RecordChanged", "run-4")


def test_a_removal_in_one_zone_by_an_execution_that_then_failed(world: World) -> None:
    """No receipt tells of it, and no ledger: the one of the other zone is from before."""
    world.estate.services[WEB] = FastService(("inside", "outside"))
    run(world, "CreateService")
    delete(world)
    slow = unanswered(world, "DeleteService")
    world.walks.remove(slow)  # it is stopped there
    world.estate.services[WEB] = FastService(("inside", "outside"))

    world.settle()


# --- what it can know ----------------------------------------------------------------------


def a_removal_that_nobody_else_can_have_made(world: World) -> None:
    create(world)
    run(world, "CreateService")
    delete(world)
    unanswered(world, "DeleteService")


def a_write_that_its_successor_names(world: World) -> None:
    create(world)
    unanswered(world, "CreateService")
    moved(world, "dual")


def a_write_that_was_answered(world: World) -> None:
    create(world)
    world.until(world.start(WEB, "CreateService"), "ConfirmService")
    moved(world, "dual", "outside")


Story = Callable[[World], None]
could_know = pytest.mark.parametrize(
    "story",
    [
        a_removal_that_nobody_else_can_have_made,
        a_write_that_its_successor_names,
        a_write_that_was_answered,
    ],
    ids=lambda story: story.__name__,
)


@could_know
def test_a_receipt_tells_it(world: World, story: Story) -> None:
    story(world)

    world.settle()


@could_know
def test_an_execution_that_forgot_it_is_found_out(world: World, story: Story) -> None:
    story(world)

    with (
        mock.patch.object(EarlierRounds, "done", return_value={}),
        pytest.raises(AssertionError, match="its receipt: Unchanged"),
    ):
        world.settle()
