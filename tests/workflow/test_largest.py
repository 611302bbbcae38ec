"""The largest estates that the parameters allow.

Every input and output of a state has room in 256 KB (the machine of these tests ends an execution
that exceeds it, as AWS does), or the execution is refused by name before anything is written.
"""

from __future__ import annotations

from typing import Any

import pytest

import plan_change
from signpost.errors import RecordConflict, ServiceChanged
from signpost.names.naming import MAX_NAMES
from signpost.plan.room import LIMIT, MARGIN, at_its_largest, require_room, size
from signpost.triggers.finished import SOURCE, Finished
from tests.search.histories import new_world
from tests.support.fast_estate import FastService, FastTask
from tests.support.machine import Run
from tests.support.status_change import status_change
from tests.workflow.conftest import LABEL, World

# As many as there may be, in a tag of 256 characters.
NAMES = " ".join(f"host{number:02d}-{'x' * 4}" for number in range(MAX_NAMES))
SHORT, LONG = 12, 200  # characters of a zone's name: below longer ones no ledger has room


@pytest.fixture
def promised(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What PlanChange has imagined of each execution that it let go on, in bytes."""
    imagined: list[int] = []

    def noted(state: Any, plan: Any, servers: Any) -> None:
        require_room(state, plan, servers)
        imagined.append(size(at_its_largest(state, plan, servers)))

    monkeypatch.setattr(plan_change, "require_room", noted)
    return imagined


def zones(world: World, count: int, length: int) -> list[str]:
    """So many private zones, whose names have so many characters; nothing else is writable."""
    made = []
    for number in range(count):
        filled = (".".join("abc"[one] * 62 for one in range(3)))[: length - 12].rstrip(".")
        name = ".".join(filter(None, [f"z{number:02d}", filled, "internal"]))
        made.append(world.route53.create_zone(name, vpcs=(world.estate.vpc,)))
    world.estate.may_write(*made, allowed="**.{zone}")
    return made


def create(world: World) -> Run:
    old = world.estate.balancer("old", dual_stack=True)
    return world.run(world.estate.create("web", old, tags={"signpost:hostname": NAMES}))


def move(world: World) -> Run:
    return world.run(world.estate.move("web", world.estate.balancer("new", dual_stack=True)))


def announced(run: Run) -> int:
    """The bytes that are put on the event bus."""
    finished = Finished.from_event(status_change("SUCCEEDED", output=run.output))
    detail = finished.announcement()
    assert detail is not None
    return size(detail) + len(SOURCE)


@pytest.mark.parametrize(("count", "length"), [(1, LONG), (3, SHORT), (2, LONG)])
def test_the_largest_moves_are_made_proved_and_announced(
    world: World, promised: list[int], count: int, length: int
) -> None:
    made = zones(world, count, length)
    assert create(world).outcome == "RecordChanged"

    run = move(world)

    assert run.outcome == "RecordChanged", run.cause
    assert run.output is not None
    assert len(run.output["after"]) == 2 * MAX_NAMES * count
    assert {one["zone"] for one in run.output["verification"]["zones"]} == set(made)
    assert max(run.sizes.values()) <= promised[-1] <= LIMIT - MARGIN
    assert announced(run) <= LIMIT


@pytest.mark.deep
def test_rounds_after_a_write_are_in_what_was_promised(world: World, promised: list[int]) -> None:
    """Each is planned again with all that the rounds before have written, and has a long reason."""
    zones(world, 3, SHORT)
    assert create(world).outcome == "RecordChanged"
    troubles = [ServiceChanged("x" * 5000), RecordConflict("y" * 5000), ServiceChanged("z" * 5000)]

    def trouble(module: str, payload: Any) -> None:
        at = {"verify_record": RecordConflict, "describe_service": ServiceChanged}.get(module)
        after_the_write = "expected" in payload or module == "verify_record"
        if after_the_write and troubles and isinstance(troubles[-1], at or ()):
            raise troubles.pop()

    world.machine.before.append(trouble)
    run = move(world)

    assert run.outcome == "RecordChanged", run.cause
    assert not troubles
    assert run.output is not None
    assert run.output["attempts"]["rounds"] == 4
    assert max(run.sizes.values()) <= promised[1]


@pytest.mark.parametrize(("count", "length"), [(8, SHORT), (3, LONG)])
def test_beyond_it_is_refused_by_name_and_nothing_is_written(
    world: World, count: int, length: int
) -> None:
    made = zones(world, count, length)

    run = create(world)

    assert run.error == "ChangeTooLarge"
    assert f"{MAX_NAMES * count} names in {count} zones" in str(run.cause)
    assert world.writes == 0
    assert not any(world.route53.records(zone) for zone in made)
    dry = world.run({"cluster": "prod", "service": "web", "dry_run": True})
    assert dry.output is not None
    assert (dry.outcome, dry.output["error"]) == ("DryRun", "ChangeTooLarge")


def rules(world: World, balancer: Any, *, ours: bool) -> None:
    """100 rules on its listener, with all the hosts that a rule holds, at their longest."""
    elbv2 = world.estate.elbv2
    (listener,) = elbv2.describe_listeners(LoadBalancerArn=balancer.arn)["Listeners"]
    to_us = {"Type": "forward", "TargetGroupArn": balancer.target_group}
    nowhere = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    for number in range(100):
        hosts = [f"{number:03d}-{host}.{'x' * 60}.{'y' * 38}.ecs.internal" for host in range(5)]
        condition = {"Field": "host-header", "HostHeaderConfig": {"Values": hosts}}
        elbv2.create_rule(
            ListenerArn=listener["ListenerArn"],
            Priority=number + 1,
            Conditions=[condition],
            Actions=[to_us if ours else nowhere],
        )


def test_other_services_rules_do_not_travel(world: World) -> None:
    balancer = world.estate.balancer("web-alb")
    rules(world, balancer, ours=False)

    run = world.run(world.estate.create("web", balancer, tags={"signpost:hostname": "web"}))

    assert run.outcome == "RecordChanged"
    assert max(run.sizes.values()) < 5_000


def test_a_service_with_all_the_rules_of_a_load_balancer(world: World, promised: list[int]) -> None:
    balancer = world.estate.balancer("web-alb", dual_stack=True)
    rules(world, balancer, ours=True)
    tags = {"signpost:hostname": "from:listener-rules"}

    run = world.run(world.estate.create("web", balancer, tags=tags))

    assert run.outcome == "RecordChanged", run.cause
    assert run.output is not None
    assert len(run.output["after"]) == 2 * MAX_NAMES
    assert max(run.sizes.values()) <= promised[-1] <= LIMIT - MARGIN


@pytest.mark.parametrize(("target", "tasks"), [("tasks-all", 400), ("tasks", 100)])
def test_as_many_tasks_as_a_name_takes(target: str, tasks: int) -> None:
    with new_world() as world:
        numbered = [FastTask(number) for number in range(tasks + 1)]
        tags = {"signpost:target": target}
        made = FastService((), tags, tasks=numbered)
        world.estate.services["prod", "web"] = made
        first = world.finish(world.start(("prod", "web"), "CreateService"))
        made.tasks = numbered[1:]
        world.promised.clear()
        second = world.finish(world.start(("prod", "web"), "UpdateService"))

    assert (first.outcome, second.outcome) == ("RecordChanged", "RecordChanged")
    published = {value for record in second.output["after"] for value in record["values"]}
    assert len(published) == tasks
    assert max(first.largest, second.largest) < 100_000


# --- the machine of these tests ends as AWS does --------------------------------------------


def test_nothing_catches_what_a_task_is_sent_too_much_of(world: World) -> None:
    """The input by itself is an execution's; with its execution's name it is too large."""
    junk = {"cluster": "prod", "service": "x" * (LIMIT - 60)}
    run = world.run(junk)
    assert (run.error, run.states) == ("States.DataLimitExceeded", ["ParseEvent"])


def test_nothing_catches_a_state_that_is_too_large(world: World) -> None:
    def trouble(module: str, _: Any) -> None:
        if module == "describe_service":
            raise RuntimeError("x" * LIMIT)

    world.machine.before.append(trouble)
    run = world.run(world.estate.create("web", world.estate.balancer("web-alb")))
    assert (run.error, run.states[-1]) == ("States.DataLimitExceeded", "DescribeService")


def test_more_ledgers_than_one_run_takes_are_signed_by_several(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = zones(world, 2, SHORT)
    world.run(world.estate.create("web", world.estate.balancer("web")))
    monkeypatch.setenv("LEDGER_KEY_ARN", world.estate.ledger_key())
    unsigned = [
        one.name.rstrip(".")
        for zone in made
        for one in world.route53.records(zone)
        if LABEL in one.name
    ]
    assert len(unsigned) == len(made)

    for ledger in unsigned:
        given = {"ledgers": [ledger], "names": []}
        run = world.run({"cluster": "prod", "service": "web", "resign": given})
        assert run.outcome == "RecordChanged", run.cause

    assert world.run({"cluster": "prod", "service": "web"}).outcome == "Unchanged"
