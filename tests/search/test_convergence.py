"""Convergence, by search: whatever happens in whatever order, the records end up right, and
nothing that is not ours is ever touched. `promises` and `endings` say what exactly holds, `estates`
in which worlds.

How long it searches, and from where, says `tests/search/stretches.py`. A failure ends with the
command that repeats it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.search import stretches
from tests.search.wider import Histories

# What has to have happened in one history of 250 at the least, or the search does not search: the
# world is wide, and a name is seldom removed.
REACHED = {"RecordChanged", "RecordRemoved", "Unchanged", "Skipped", "HostnameTaken", "CountRound"}


@pytest.mark.timeout(stretches.LIMIT_SECONDS)
@pytest.mark.parametrize("part", range(stretches.PARTS))
def test_every_history_ends_right(
    part: int, record_property: Callable[[str, object], None]
) -> None:
    class Part(Histories):
        reached: ClassVar[Counter[str]] = Counter()

    made = 0
    try:
        for begin in stretches.beginnings():
            seed(begin + part)(Part)  # `run_state_machine_as_test` looks for it on the class
            with stretches.repeatable(begin):
                run_state_machine_as_test(
                    Part,
                    settings=settings(
                        max_examples=stretches.STRETCH,
                        stateful_step_count=12,
                        deadline=None,
                        database=None,  # remembered examples would come before the seed's
                        report_multiple_bugs=False,
                        suppress_health_check=list(HealthCheck),
                    ),
                )
            made += stretches.STRETCH
    finally:
        record_property("histories", made)

    if stretches.HISTORIES:  # what a time is enough for, only the machine can say
        assert {name for name in REACHED if Part.reached[name] < made // 250} == set()
