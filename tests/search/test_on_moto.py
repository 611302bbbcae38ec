"""The same histories on moto's interpreter: an execution of theirs is given the same input and the
same answers, and has to make the same calls, enter the same states and end the same.

Most executions of a history go the same way as another one. Each way is gone once.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from moto import mock_aws

from tests.search.stretches import SEED, STRETCH, repeatable
from tests.search.wider import Histories
from tests.support.asl import Walk
from tests.support.estate import ENVIRONMENT
from tests.support.machine import MODULES, MOTO, Machine, running_machine

SURPRISES = 3  # ways on which an execution plans again, at the least
MOST_STRETCHES = 10  # to meet them in; the first one has three times as many

Way = tuple[tuple[str, ...], tuple[tuple[str, str], ...]]


def way_of(walk: Walk) -> Way:
    """The states that an execution entered, and how each attempt of a step ended."""
    attempts = (
        (function, type(result).__name__ if isinstance(result, Exception) else "")
        for function, _, result in walk.calls
    )
    return tuple(walk.states), tuple(attempts)


@pytest.mark.deep
def test_motos_interpreter_goes_the_same_ways() -> None:
    ways: dict[Way, Walk] = {}

    class Recorded(Histories):
        def teardown(self) -> None:
            super().teardown()
            for walk in self.world.ended:
                ways.setdefault(way_of(walk), walk)

    with repeatable(SEED):
        for begin in range(SEED, SEED + MOST_STRETCHES):
            seed(begin)(Recorded)
            run_state_machine_as_test(
                Recorded,
                settings=settings(
                    max_examples=STRETCH,
                    stateful_step_count=12,
                    deadline=None,
                    phases=[Phase.generate],
                    database=None,
                    suppress_health_check=list(HealthCheck),
                ),
            )
            if sum("CountRound" in states for states, _ in ways) >= SURPRISES:
                break
        else:
            raise AssertionError(f"of {len(ways)} ways, too few plan again")

        with mock_aws(config=MOTO), running_machine(ENVIRONMENT) as machine:
            for number, walk in enumerate(ways.values()):
                goes_the_same_way(machine, walk, f"{number}-{walk.name}")


def goes_the_same_way(machine: Machine, walk: Walk, name: str) -> None:
    """Run a walk's execution again, its functions answering what they answered there."""
    calls = list(walk.calls)

    def replay(module: str, body: Any, response_headers: dict[str, Any]) -> bytes:
        function, payload, answer = calls.pop(0)
        asked = json.loads(json.dumps(json.loads(body)).replace(name, walk.name))
        assert (module, asked) == (MODULES[function], payload)
        if not isinstance(answer, Exception):
            return json.dumps(answer).encode()
        response_headers["x-amz-function-error"] = "Unhandled"
        kind = getattr(answer, "error_name", type(answer).__name__)
        return json.dumps({"errorMessage": str(answer), "errorType": kind}).encode()

    machine.invoke = replay  # type: ignore[method-assign]
    run = machine.run(walk.event, name)

    assert calls == []
    assert (run.states, run.error, run.cause) == (walk.states, walk.error, walk.cause)
    output = json.loads(json.dumps(run.output).replace(name, walk.name))
    assert output == walk.output
