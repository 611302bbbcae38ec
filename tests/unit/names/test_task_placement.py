"""Which record sets lead to a service's tasks."""

from __future__ import annotations

import random

from signpost.names.running_tasks import RunningTasks, Task
from signpost.names.task_placement import place_tasks
from tests.support.parameters import SETTINGS
from tests.support.placing import service
from tests.support.zones import PROD

ADDRESSES = [f"10.0.0.{number}" for number in range(100, 130)]


def test_the_order_in_which_tasks_are_told_changes_no_record() -> None:
    random.Random(7).shuffle(shuffled := [*ADDRESSES, *ADDRESSES[:5]])
    tasks = tuple(Task(address, PROD.vpcs[0], (address,)) for address in shuffled)

    desired = place_tasks(
        service(target="tasks-all"), RunningTasks(tasks, running=len(tasks)), [PROD], SETTINGS
    )

    (record,) = desired.placements[0].record_sets
    assert list(record.values) == ADDRESSES
