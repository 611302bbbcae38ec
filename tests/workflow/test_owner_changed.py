"""OwnerId was changed: what the ledgers under the old one list is left alone until it is signed."""

from __future__ import annotations

import pytest

from tests.support.estate import Balancer
from tests.support.route53 import simple
from tests.workflow.conftest import World

PAGE = 300  # record sets of a listing


@pytest.mark.parametrize("parameters", [{"ADOPT_IDENTICAL": "true"}])
@pytest.mark.parametrize("others", [0, PAGE])
def test_a_sweep_tells_of_them_and_starts_nothing_that_can_only_fail(
    world: World, balancer: Balancer, monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    for service in ("web", "shop"):
        world.run(world.estate.create(service, balancer))
    for number in range(others):
        world.write("CREATE", **simple(f"a{number:03d}.ecs.internal", "A", "192.0.2.1"))
    monkeypatch.setenv("OWNER_ID", "other")

    swept = world.machine.sweep()

    assert swept.output is not None
    assert swept.output["findings"] == []
    problems = {one["service"]: one for one in swept.output["problems"]}
    assert problems.keys() == {"web", "shop"}
    for problem in problems.values():
        assert problem["error"] == "HostnameTaken"
        assert "from before OwnerId was changed (see `signpost resign`)" in problem["reason"]
