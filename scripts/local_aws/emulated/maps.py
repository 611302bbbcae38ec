"""An execution's history tells of the states inside of a Map too, as AWS's does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


def install() -> None:
    """Correct the emulator's Step Functions."""
    from ministack.services import stepfunctions

    record_map_states(stepfunctions)


def record_map_states(engine: Any) -> None:
    """Record how each state inside of a Map is entered and left."""
    for kind in ("Pass", "Choice", "Task"):
        name = f"_execute_{kind.lower()}"
        setattr(engine, name, _recorded(engine, kind, getattr(engine, name)))


def _recorded(engine: Any, kind: str, execute: Callable[..., Any]) -> Callable[..., Any]:
    def run(state: Any, data: Any, *more: Any) -> Any:
        context = more[-1]
        if "Map" not in context:
            return execute(state, data, *more)
        execution = engine._executions[context["Execution"]["Id"]]
        name = context["State"]["Name"]
        told: dict[str, Any] = {"name": name, "input": json.dumps(data)}
        engine._add_event(execution, f"{kind}StateEntered", {"stateEnteredEventDetails": told})
        output, following = execute(state, data, *more)
        told = {"name": name, "output": json.dumps(output)}
        engine._add_event(execution, f"{kind}StateExited", {"stateExitedEventDetails": told})
        return output, following

    return run
