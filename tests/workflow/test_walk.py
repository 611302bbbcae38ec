"""The walk goes as moto's interpreter goes: the same functions, payloads, states and output."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from signpost import __version__, errors
from tests.support.asl import Walk
from tests.support.machine import ASL_FILE, MODULES
from tests.workflow.conftest import World

Prepare = Callable[[World], Any]


def create(world: World) -> Any:
    return world.estate.create("web", world.estate.balancer("web-alb"))


def repeat(world: World) -> Any:
    event = create(world)
    world.machine.run(event)
    return event


def delete(world: World) -> Any:
    world.machine.run(create(world))
    return world.estate.delete("web")


def fail_sometimes(module: str, error: Exception, times: int) -> Prepare:
    def prepare(world: World) -> Any:
        left = [times]

        def fail(called: str, _: Any) -> None:
            if called == module and left[0]:
                left[0] -= 1
                raise error

        world.machine.before.append(fail)
        return create(world)

    return prepare


@pytest.mark.parametrize(
    "prepare",
    [
        create,
        repeat,
        delete,
        lambda world: world.estate.create("worker"),
        lambda world: {"cluster": "prod"},
        lambda world: [1, 2],
        lambda world: {"detail-type": "x", "source": "y", "detail": {}},
        lambda world: world.estate.create("web", world.estate.balancer("lb", healthy=0)),
        fail_sometimes("change_record", errors.ZoneBusy("busy"), 2),
        fail_sometimes("change_record", errors.RecordConflict("lost"), 1),
        fail_sometimes("change_record", errors.RecordConflict("lost"), 99),
        fail_sometimes("plan_change", KeyError("surprise"), 1),
    ],
)
def test_the_walk_goes_as_motos_interpreter_goes(world: World, prepare: Prepare) -> None:
    event = prepare(world)
    calls: list[tuple[str, Any, Any]] = []
    answer = world.machine.invoke

    def record(module: str, body: Any, response_headers: dict[str, Any]) -> bytes:
        result = answer(module, body, response_headers)
        failed = "x-amz-function-error" in response_headers
        calls.append((module, json.loads(body), (failed, json.loads(result))))
        return result

    world.machine.invoke = record  # type: ignore[method-assign]
    run = world.machine.run(event, name="same")

    def replay(function: str, payload: Any) -> Any:
        module, expected, (failed, result) = calls.pop(0)
        assert (MODULES[function], payload) == (module, expected)
        if failed:
            error = RuntimeError(result["errorMessage"])
            error.error_name = result["errorType"]  # type: ignore[attr-defined]
            raise error
        return result

    deployed = ASL_FILE.read_text().replace("${Version}", __version__)
    walk = Walk(json.loads(deployed), event, "same", lambda _: None)
    while walk.running:
        walk.step(replay)

    assert (walk.states, walk.output, walk.error, walk.cause) == (
        run.states,
        run.output,
        run.error,
        run.cause,
    )
    assert calls == []
