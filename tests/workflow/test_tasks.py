"""Names that lead to a service's tasks: from the tasks' events to the records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

import collect_events
from signpost.plan.batch import zones_of
from tests.search.histories import World, new_world
from tests.support.asl import Walk
from tests.support.collecting import collected
from tests.support.estate import task_changed
from tests.support.fast_estate import FastService, FastTask
from tests.support.route53 import both_refusals

WEB = ("prod", "web")
NAME = "web-prod.ecs.internal."


@pytest.fixture
def world(bare_refusals: bool) -> Iterator[World]:
    with new_world() as world:
        world.route53.bare_refusals = bare_refusals
        world.ends |= {"InvalidConfiguration", "ZoneNotFound"}
        yield world


def service(world: World, *tasks: FastTask, target: str = "tasks", **tags: str) -> FastService:
    made = FastService((), {"signpost:target": target} | tags, tasks=list(tasks))
    world.estate.services[WEB] = made
    return made


def run(world: World, kind: str = "tasks") -> Walk:
    world.release(WEB)
    return world.finish(world.start(WEB, kind))


def answers(world: World, type_: str = "A", name: str = NAME) -> set[str]:
    """All addresses of a name in the private zone."""
    return {
        value
        for record in world.route53.records(world.private)
        if (record.name, record.type) == (name, type_)
        for value in record.values
    }


def writes(world: World) -> int:
    return world.route53.calls.count("ChangeResourceRecordSets")


def test_each_running_task_is_an_answer_of_its_own(world: World) -> None:
    service(world, FastTask(1), FastTask(2))

    assert run(world).outcome == "RecordChanged"

    records = [r for r in world.route53.records(world.private) if r.name == NAME]
    assert sorted((r.set_identifier, *r.values) for r in records) == [
        ("10.0.0.2", "10.0.0.2"),
        ("10.0.0.3", "10.0.0.3"),
    ]
    assert {record.policy for record in records} == {"MultiValueAnswer"}


def test_a_task_that_is_to_stop_goes_while_it_still_runs(world: World) -> None:
    made = service(world, FastTask(1), FastTask(2))
    run(world)
    made.tasks[0].desired = "STOPPED"

    run(world)

    assert answers(world) == {"10.0.0.3"}


def test_only_what_changes_is_written(world: World) -> None:
    made = service(world, *map(FastTask, range(50)))
    run(world)
    made.tasks.append(FastTask(50))

    walk = run(world)

    (plan,) = zones_of(walk.calls[3][2])
    ours = [(action, record.values) for action, record in plan.changes if record.type == "A"]
    assert ours == [("CREATE", ("10.0.0.51",))]


def test_the_last_task_takes_the_name_and_the_ledger_along(world: World) -> None:
    made = service(world, FastTask(1))
    run(world)
    made.tasks.clear()

    assert run(world).outcome == "RecordRemoved"
    assert world.route53.records(world.private) == ()


def test_before_its_first_task_runs_there_is_nothing_to_do(world: World) -> None:
    service(world)
    walk = run(world, "CreateService")
    assert (walk.outcome, walk.output["reason"]) == (
        "Skipped",
        "It has no running task. Signpost has no names for it.",
    )


def test_all_addresses_in_one_record_set(world: World) -> None:
    service(world, *map(FastTask, range(300)), target="tasks-all")

    assert run(world).outcome == "RecordChanged"

    (record,) = [r for r in world.route53.records(world.private) if r.name == NAME]
    assert (record.policy, len(record.values)) == (None, 300)


def test_public_addresses_in_the_public_zone_too(world: World) -> None:
    service(world, FastTask(1, public=True), FastTask(2, public=True), target="tasks-public")
    run(world)
    public = {
        value for r in world.route53.records(world.public) if r.type == "A" for value in r.values
    }
    assert public == answers(world) == {"198.51.0.2", "198.51.0.3"}


def test_private_addresses_never_go_into_a_public_zone(world: World) -> None:
    service(world, FastTask(1), **{"signpost:zone": "example.com"})
    walk = run(world)
    assert (walk.outcome, "vpc-1" in str(walk.cause)) == ("ZoneNotFound", True)


def test_dual_stack_tasks_have_both_kinds_of_address(world: World) -> None:
    service(world, FastTask(1, ipv6=True))
    run(world)
    assert (answers(world), answers(world, "AAAA")) == ({"10.0.0.2"}, {"2001:db8::2"})


def test_tasks_without_a_public_address_are_told(world: World) -> None:
    service(world, FastTask(1), target="tasks-public")
    assert "has a public address" in run(world).output["reason"]


def test_tasks_without_an_interface_of_their_own_are_an_error(world: World) -> None:
    service(world, FastTask(1, interface=False))
    walk = run(world)
    assert (walk.outcome, "awsvpc" in str(walk.cause)) == ("InvalidConfiguration", True)


@pytest.mark.parametrize(
    ("healths", "expected"),
    [
        (("HEALTHY", "UNHEALTHY"), {"10.0.0.1"}),
        (("UNHEALTHY", "UNHEALTHY"), {"10.0.0.1", "10.0.0.2"}),
    ],
)
def test_unhealthy_tasks_are_left_out_unless_all_are(
    world: World, healths: tuple[str, ...], expected: set[str]
) -> None:
    service(world, *(FastTask(number, health=health) for number, health in enumerate(healths)))
    run(world)
    assert answers(world) == expected


@pytest.mark.parametrize(
    ("target", "tags", "most"),
    [
        ("tasks", {}, 100),
        ("tasks", {"signpost:hostname": "a b c d e f g h"}, 61),
        ("tasks-all", {}, 400),
        ("tasks-all", {"signpost:hostname": "a b"}, 248),
    ],
)
def test_where_route53_takes_no_more_the_receipt_says_so(
    world: World, target: str, tags: dict[str, str], most: int
) -> None:
    made = service(world, *map(FastTask, range(450)), target=target, **tags)

    (warning,) = run(world).output["warnings"]

    assert f"Only {most} of 450" in warning
    # A change of every address still fits into one batch.
    made.tasks = [FastTask(number) for number in range(500, 950)]
    assert run(world).outcome == "RecordChanged"


@pytest.mark.parametrize("kind", ["tasks", "manual"])
def test_a_task_that_is_well_again_pushes_out_none_that_is_published(
    world: World, kind: str
) -> None:
    made = service(world, *map(FastTask, range(101)))
    made.tasks[0].health = "UNHEALTHY"
    run(world)
    published = answers(world)
    assert published == {f"10.0.0.{number}" for number in range(2, 102)}
    made.tasks[0].health = "HEALTHY"

    assert run(world, kind).outcome == "Unchanged"
    assert answers(world) == published

    made.tasks[1].desired = "STOPPED"
    assert run(world, kind).outcome == "RecordChanged"
    assert answers(world) == published - {"10.0.0.2"} | {"10.0.0.1"}


def test_dual_stack_tasks_fit_into_batch_and_ledger_too(world: World) -> None:
    made = service(world, *(FastTask(n, ipv6=True) for n in range(400)), target="tasks-all")
    assert run(world).outcome == "RecordChanged"
    made.tasks = [FastTask(number, ipv6=True) for number in range(500, 900)]
    assert run(world).outcome == "RecordChanged"
    assert len(answers(world, "AAAA")) == len(answers(world)) > 100


def test_the_payload_stays_small_with_many_tasks_and_names(world: World) -> None:
    names = {"signpost:hostname": "a b"}
    made = service(world, *(FastTask(n, ipv6=True) for n in range(400)), **names)
    run(world)
    made.tasks = [FastTask(number, ipv6=True) for number in range(500, 900)]
    walk = run(world)
    assert max(len(json.dumps(payload)) for _, payload, _ in walk.calls) < 128 * 1024


def test_from_tasks_to_a_load_balancer_in_one_batch(world: World) -> None:
    made = service(world, FastTask(1), FastTask(2))
    run(world)
    made.balancers, made.tags = ("inside",), {}
    world.route53.calls.clear()

    assert run(world, "UpdateService").outcome == "RecordChanged"

    (record,) = [r for r in world.route53.records(world.private) if r.name == NAME]
    assert record.alias
    assert writes(world) == 1


def test_from_multivalue_to_one_record_set_and_back_in_one_batch_each(world: World) -> None:
    made = service(world, FastTask(1), FastTask(2))
    for target in ("tasks", "tasks-all", "tasks"):
        made.tags["signpost:target"] = target
        world.route53.calls.clear()
        assert run(world, "UpdateService").outcome == "RecordChanged"
        assert (answers(world), writes(world)) == ({"10.0.0.2", "10.0.0.3"}, 1)


def test_one_deleted_by_hand_is_restored_by_a_run_by_hand(world: World) -> None:
    service(world, FastTask(1), FastTask(2))
    run(world)
    record = next(r for r in world.route53.records(world.private) if r.name == NAME)
    world.route53.edit(world.private, ("DELETE", record.as_boto()))

    assert run(world, "manual").outcome == "RecordChanged"
    assert answers(world) == {"10.0.0.2", "10.0.0.3"}


def test_a_foreign_answer_to_the_name_is_left_alone(world: World) -> None:
    foreign = {
        "Name": NAME,
        "Type": "A",
        "SetIdentifier": "theirs",
        "MultiValueAnswer": True,
        "TTL": 60,
        "ResourceRecords": [{"Value": "192.0.2.1"}],
    }
    world.route53.edit(world.private, ("CREATE", foreign))
    (record,) = world.route53.records(world.private)
    world.foreign[(world.private, record.key)] = record
    service(world, FastTask(1))

    assert run(world, "manual").outcome == "HostnameTaken"
    assert answers(world) == {"192.0.2.1"}


@both_refusals
def test_a_simple_record_of_the_name_is_a_conflict_that_names_its_owner(world: World) -> None:
    tags = {"signpost:hostname": "shop"}
    world.estate.services[("prod", "api")] = FastService(("inside",), dict(tags))
    world.finish(world.start(("prod", "api"), "CreateService"))
    service(world, FastTask(1), **tags)

    walk = run(world, "CreateService")

    assert walk.outcome == "HostnameTaken"
    assert "service api of cluster prod" in str(walk.cause)


# --- a plan that tasks have overtaken ------------------------------------------------------


def until(world: World, walk: Walk, state: str) -> None:
    while walk.state != state:
        world.step(walk)


def test_an_older_list_of_tasks_does_not_bring_a_stopped_one_back(world: World) -> None:
    made = service(world, FastTask(1), FastTask(2))
    run(world)
    made.tasks.append(FastTask(3))
    slow = world.start(WEB, "tasks")
    until(world, slow, "PlanChange")  # it knows the tasks 1, 2 and 3
    del made.tasks[2]
    run(world)

    world.finish(slow)

    assert "CountRound" in slow.states
    assert answers(world) == {"10.0.0.2", "10.0.0.3"}


def test_an_older_list_of_tasks_does_not_take_a_running_one_away(world: World) -> None:
    made = service(world, FastTask(1))
    run(world)
    slow = world.start(WEB, "manual")
    until(world, slow, "PlanChange")  # it knows the task 1
    made.tasks.append(FastTask(2))
    run(world)

    world.finish(slow)

    assert answers(world) == {"10.0.0.2", "10.0.0.3"}


def test_tasks_that_come_all_the_time_do_not_keep_it_from_writing(world: World) -> None:
    made = service(world, FastTask(0))
    walk = world.start(WEB, "tasks")
    number = 1
    while walk.running:
        made.tasks.append(FastTask(number))
        number += 1
        world.step(walk)
    assert (walk.outcome, walk.states.count("ChangeRecord")) == ("RecordChanged", 1)


# --- bursts --------------------------------------------------------------------------------


def test_a_burst_of_a_hundred_task_events_costs_one_execution_and_one_write(
    world: World, started: list[dict[str, Any]]
) -> None:
    service(world, *map(FastTask, range(100)))
    burst = [task_changed("web", number=number) for number in range(100)]

    collect_events.handler(collected(*burst), None)
    world.route53.calls.clear()
    for document in started:
        walk = Walk(world.definition, document, "collected", world.clock.advance)
        world.walks.append(walk)
        assert world.finish(walk).outcome == "RecordChanged"

    assert (len(started), writes(world)) == (1, 1)
    assert len(answers(world)) == 100


@pytest.mark.deep
def test_each_event_of_a_burst_in_an_execution_of_its_own_would_not_cost_a_write_each(
    world: World,
) -> None:
    service(world, *map(FastTask, range(100)))
    for _ in range(100):
        run(world)
    assert writes(world) == 1


def test_events_of_services_that_do_not_name_their_tasks_start_nothing(
    world: World, started: list[dict[str, Any]]
) -> None:
    world.estate.services[WEB] = FastService(("inside",), tasks=[FastTask(1)])
    collect_events.handler(collected(task_changed("web"), task_changed("gone")), None)
    assert started == []


def test_the_run_says_what_it_is_for(world: World, started: list[dict[str, Any]]) -> None:
    service(world, FastTask(1))
    event = task_changed("web")

    collect_events.handler(collected(event, event), None)

    (document,) = started
    assert document["reason"] == "2 events about its tasks"
    assert document["cause"]["kind"] == "tasks"
    assert document["cause"]["id"] == event["id"]
