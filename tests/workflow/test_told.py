"""What is told of a whole execution: each line says for whom, and the end is announced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from signpost.triggers.finished import Finished
from tests.support.announcement import objections
from tests.support.lines import metrics_in, written_lines
from tests.support.status_change import status_change
from tests.workflow.conftest import World

LONGEST_LINE = 4_000  # characters


def test_every_line_of_an_execution_says_which_it_is_and_which_service(world: World) -> None:
    with written_lines() as lines:
        run = world.machine.run(
            world.estate.create("web", world.estate.balancer("web-alb")), name="first"
        )

    written = lines()
    assert {line["execution"] for line in written} == {"first"}
    assert {(line["cluster"], line["ecs_service"]) for line in written} == {("prod", "web")}
    assert {line["trigger"] for line in written} == {"CreateService"}
    assert {line["step"] for line in written} == {
        "parse_event", "describe_service", "resolve_load_balancer", "plan_change",
        "check_readiness", "change_record", "verify_record",
    }  # fmt: skip
    assert max(len(str(line)) for line in written) < LONGEST_LINE
    assert metrics_in(written) == {
        ("Retries", "NotPropagated"): [1] * (run.attempts("VerifyRecord") - 1)
    }


def changed(world: World) -> Any:
    return world.estate.create("web", world.estate.balancer("web-alb", dual_stack=True))


def moved(world: World) -> Any:
    world.run(changed(world))
    return world.estate.move("web", world.estate.balancer("web-nlb", "network"))


def removed(world: World) -> Any:
    world.run(changed(world))
    return world.estate.delete("web")


def by_hand(world: World) -> Any:
    changed(world)
    return {"cluster": "prod", "service": "web", "reason": "first deployment"}


@pytest.mark.parametrize("story", [moved, removed, by_hand])
def test_the_announcement_of_a_real_receipt_is_as_documented(
    world: World, story: Callable[[World], Any]
) -> None:
    run = world.run(story(world))

    detail = Finished.from_event(status_change("SUCCEEDED", output=run.output)).announcement()

    assert detail is not None
    assert objections(detail) == []
    assert detail["names"] == ["web.ecs.internal"]


def test_a_cname_is_announced_as_documented_too(world: World) -> None:
    balancer = world.estate.balancer("web-alb")
    event = world.estate.create("web", balancer, tags={"signpost:record": "cname"})

    run = world.run(event)
    detail = Finished.from_event(status_change("SUCCEEDED", output=run.output)).announcement()

    assert detail is not None
    assert objections(detail) == []
    assert detail["after"][0]["values"] == [balancer.dns_name]
