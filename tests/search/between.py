"""What happens within a step: between two calls of Route 53, or to the second write only."""

from __future__ import annotations

from tests.search.histories import World
from tests.search.receipts import WRITE
from tests.support.route53 import Call


def step_between(world: World, turn: int, skip: int, *, after: bool) -> None:
    """Let another execution make a step right before or after one of the calls to come."""

    def step(_: object) -> None:
        others = [walk for walk in world.walks if walk.name not in world.active]
        if others:
            world.step(others[turn % len(others)])

    seen: set[int] = set()

    def where(call: Call) -> bool:
        seen.add(call.number)
        return len(seen) > skip and call.tag in world.active[-1:]

    world.route53.faults.run("*", step, after=after, where=where)


def fail_second_write(world: World) -> None:
    """Of the next step that writes in two zones, the second call is throttled."""
    writes: dict[tuple[str, int], int] = {}

    def where(call: Call) -> bool:
        step = (call.tag, len(world.attempts))
        writes[step] = writes.get(step, 0) + 1
        return writes[step] == 2

    world.route53.faults.throttle(WRITE, where=where)
