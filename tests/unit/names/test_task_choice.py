"""Which tasks are published where there is no room for all: those that are published already."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from signpost.model.service import Configuration, Service, ServiceState
from signpost.names.running_tasks import RunningTasks, Task
from signpost.names.task_choice import MAX_MULTIVALUE, MAX_SPARE, choose, choose_again

WEB = Service("prod", "web", ServiceState.PRESENT, "", Configuration(target="tasks"))
MOST = MAX_MULTIVALUE


def task(number: int) -> Task:
    return Task(str(number), "vpc-1", (f"10.0.{number // 250}.{number % 250 + 1}",))


def addresses(tasks: tuple[Task, ...]) -> set[str]:
    return {address for one in tasks for address in one.addresses}


@given(st.integers(0, 150), st.sets(st.integers(0, 160), max_size=MOST))
def test_a_limit_takes_away_no_task_that_is_published(count: int, published: set[int]) -> None:
    running = [task(number) for number in range(count)]
    held = addresses(tuple(map(task, published)))

    sent = json.loads(json.dumps(choose(WEB, running).to_json()))
    found = choose_again(WEB, RunningTasks.from_json(sent), held)

    assert len(found.published) == min(count, MOST)
    assert held & addresses(tuple(running)) <= addresses(found.published)
    new = [one for one in running if held.isdisjoint(one.addresses)]
    room = MOST - (len(running) - len(new))
    assert [one for one in found.published if one in new] == new[:room]


def test_the_payload_has_a_bounded_number_of_others() -> None:
    assert len(choose(WEB, [task(number) for number in range(450)]).spare) == MAX_SPARE


def test_an_execution_from_before_has_none() -> None:
    before = {"published": [], "running": 0, "without_address": 0}
    assert RunningTasks.from_json(before) == RunningTasks()
