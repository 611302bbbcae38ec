"""A sample of the same histories on moto's interpreter: each execution of theirs is given the same
input and the same answers, and has to make the same calls, enter the same states and end the same.
"""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from moto import mock_aws

from tests.search.repeats import seeded
from tests.search.test_convergence import Histories
from tests.support.asl import Walk
from tests.support.estate import ENVIRONMENT
from tests.support.machine import MODULES, MOTO, Machine, running_machine

SAMPLE = 14  # histories, of some executions each
SURPRISES = 3  # histories in which an execution is retried or planned again, at the least


def test_motos_interpreter_goes_the_same_ways() -> None:
    ended: list[list[Walk]] = []

    class Recorded(Histories):
        def teardown(self) -> None:
            super().teardown()
            ended.append(self.world.ended)

    with seeded(Recorded):
        run_state_machine_as_test(
            Recorded,
            settings=settings(
                max_examples=SAMPLE,
                stateful_step_count=14,
                deadline=None,
                phases=[Phase.generate],
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )

    with mock_aws(config=MOTO), running_machine(ENVIRONMENT) as machine:
        for number, history in enumerate(ended):
            for walk in history:
                goes_the_same_way(machine, walk, f"{number}-{walk.name}")
    eventful = [
        history for history in ended if any("CountRound" in walk.states for walk in history)
    ]
    assert len(ended) >= SAMPLE
    assert len(eventful) >= SURPRISES


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
