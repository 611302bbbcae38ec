"""A sweep of a history: its own state machine, and the executions of what it finds."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from signpost import __version__
from tests.search.histories import World
from tests.search.receipts import WRITE
from tests.support.asl import Walk
from tests.support.machine import SWEEP_FILE, SWEEP_MODULES

REPAIRED = re.compile(r"(?:[Rr]epaired|was repaired): (\d+)")
DEFINITION = json.loads(SWEEP_FILE.read_text().replace("${Version}", __version__))


class RunFailed(Exception):
    """As Step Functions tells of an execution that was started and waited for."""

    error_name = "States.TaskFailed"

    def __init__(self, walk: Walk) -> None:
        super().__init__(walk.error)
        told = {"ExecutionArn": walk.name, "Name": walk.name, "Status": walk.status}
        self.cause = json.dumps(told | {"Error": walk.error, "Cause": walk.cause})


@dataclass
class Sweep:
    """One sweep, from start to end at once."""

    world: World
    walk: Walk
    runs: list[Walk] = field(default_factory=list)

    @property
    def writes(self) -> int:
        """How many batches of its executions were accepted."""
        names = {run.name for run in self.runs}
        calls = self.world.route53.calls.of(WRITE)
        return sum(call.accepted and call.tag in names for call in calls)

    def idle(self) -> list[str]:
        """Its executions that wrote nothing, where it says that it repaired more than wrote."""
        told = REPAIRED.search((self.walk.output or {}).get("reason") or self.walk.cause or "")
        calls = self.world.route53.calls.of(WRITE)
        wrote = {call.tag for call in calls if call.accepted}
        idle = [run for run in self.runs if run.name not in wrote]
        repaired = int(told[1]) if told else 0
        if repaired <= len(self.runs) - len(idle):
            return []
        return [f"{run.name}: {run.outcome}, {run.event['reason']}" for run in idle]


def sweep(world: World) -> Sweep:
    """Find drift, and run what is found."""
    world.started += 1
    name = f"sweep-{world.started}"
    walk = Walk(DEFINITION, {}, name, world.clock.advance, world.now())
    made = Sweep(world, walk)

    def invoke(function: str, payload: Any) -> Any:
        if function in SWEEP_MODULES:
            world.clock.advance(1)
            with world.route53.tagged(name):
                return world.call(SWEEP_MODULES[function], payload)
        run = world.finish(world.begin(payload["Input"], payload["Name"]))
        made.runs.append(run)
        if run.status != "SUCCEEDED":
            raise RunFailed(run)
        return run.output

    while made.walk.running:
        made.walk.step(invoke)
    return made
