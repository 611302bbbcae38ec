"""A run by hand for a service that is not there: misspelt, or removed long ago."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.route53 import both_refusals
from tests.workflow.conftest import World


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize(("cluster", "service"), [("prod", "wbe"), ("prdo", "web")])
def test_a_misspelt_name_is_skipped_and_says_so(
    world: World, cluster: str, service: str, *, dry_run: bool
) -> None:
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))
    before = world.records()

    run = world.run({"cluster": cluster, "service": service, "dry_run": dry_run})

    assert run.output is not None
    assert (run.outcome, run.output["error"]) == ("Skipped", "ServiceNotFound")
    reason = run.output["reason"]
    assert reason.startswith("ServiceNotFound: ")
    assert f"{service} of cluster {cluster}" in reason
    assert "misspelt" in reason
    assert "removed long ago" in reason
    assert world.records() == before


def test_one_that_was_just_deleted_is_unchanged(world: World) -> None:
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))
    world.run(world.estate.delete("web"))

    run = world.run({"cluster": "prod", "service": "web"})

    assert run.output is not None
    assert (run.outcome, run.output["error"]) == ("Unchanged", None)


def test_one_that_ecs_has_forgotten_loses_its_names(world: World) -> None:
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))
    world.estate.forget("web")

    run = world.run({"cluster": "prod", "service": "web"})

    assert run.outcome == "RecordRemoved"
    assert world.records() == {}


@pytest.mark.parametrize("parameters", [{"POLICY": "upsert-only"}])
def test_one_that_keeps_its_names_is_no_stranger(world: World) -> None:
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))
    world.estate.forget("web")

    run: Any = world.run({"cluster": "prod", "service": "web"})

    assert (run.outcome, run.output["error"]) == ("Unchanged", None)
    assert "removes nothing" in run.output["reason"]


def test_a_late_event_of_one_that_ecs_has_forgotten_is_nothing_to_tell(world: World) -> None:
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))
    event = world.estate.delete("web")
    world.run(event)
    world.estate.forget("web")

    run: Any = world.run(event)

    assert (run.outcome, run.output["error"]) == ("Unchanged", None)


@both_refusals
def test_one_that_goes_while_the_run_works_is_no_stranger(world: World) -> None:
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))
    event = world.estate.delete("web")
    calls: list[str] = []

    def be_faster(module: str, _: Any) -> None:
        if module == "change_record" and not calls:
            calls.append(module)
            world.machine.run(event)
            world.estate.forget("web")

    world.machine.before.append(be_faster)
    run: Any = world.run({"cluster": "prod", "service": "web"})

    assert (run.outcome, run.output["error"]) == ("Unchanged", None)
