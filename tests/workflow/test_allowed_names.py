"""Hostile neighbours who may create services: which names these can take."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.estate import Balancer
from tests.workflow.conftest import World
from tests.workflow.forging import addresses


@pytest.mark.parametrize(
    "tag", ["ecs.internal.", "www", "wpad", "autodiscover", "WPAD", "wpad.a.b.ecs.internal."]
)
def test_a_service_can_not_grab_a_name_that_others_trust(
    world: World, balancer: Balancer, tag: str
) -> None:
    world.estate.may_write(world.zone, denied="www.{zone},wpad.**,autodiscover.**")

    run = world.run(world.estate.create("web", balancer, tags={"signpost:hostname": tag}))

    assert run.error == "HostnameNotAllowed"
    assert "Nothing was changed" in str(run.cause)
    assert world.records() == {}


def test_the_names_that_are_allowed_go_on_without_the_others(
    world: World, balancer: Balancer
) -> None:
    world.estate.may_write(world.zone, denied="www.{zone}")

    run = world.run(world.estate.create("web", balancer, tags={"signpost:hostname": "web www"}))

    assert run.outcome == "PartlyChanged"
    assert run.output is not None
    assert [(one["name"], one["error"]) for one in run.output["refused"]] == [
        ("www.ecs.internal", "HostnameNotAllowed")
    ]
    assert addresses(world).keys() == {"web"}


def test_a_default_name_that_is_not_allowed_is_left_out_and_said(
    world: World, balancer: Balancer
) -> None:
    world.estate.may_write(world.zone, denied="www.{zone}")

    run = world.run(world.estate.create("www", balancer))

    assert run.outcome == "Skipped"
    assert run.output is not None
    assert "DeniedHostnames has www.{zone}" in run.output["reason"]
    assert world.records() == {}


def test_a_limit_refuses_the_new_and_keeps_the_old(world: World, balancer: Balancer) -> None:
    """Also a move to another load balancer, an edit by hand, and the removal in the end."""
    world.run(world.estate.create("www", balancer))
    world.estate.may_write(world.zone, denied="www.{zone}")
    by_hand = {"cluster": "prod", "service": "www"}

    unchanged = world.run(by_hand)
    world.estate.move("www", world.estate.balancer("new-alb"))
    moved = world.run(by_hand)
    swept = world.machine.sweep()

    assert (unchanged.outcome, moved.outcome) == ("Unchanged", "RecordChanged")
    assert unchanged.output is not None
    assert "keeps it" in unchanged.output["warnings"][0]
    assert swept.outcome == "NothingFound"
    assert addresses(world).keys() == {"www"}
    assert world.run(world.estate.delete("www")).outcome == "RecordRemoved"
    assert world.run(world.estate.create("www", balancer)).outcome == "Skipped"


def test_a_service_made_again_has_what_its_ledger_has_still(
    world: World, balancer: Balancer
) -> None:
    """A creation reads no ledger; where a name is not allowed any more, it has to."""
    created = world.estate.create("www", balancer)
    world.run(created)
    world.estate.may_write(world.zone, denied="www.{zone}")

    again = world.run(created)

    assert again.outcome == "Unchanged"
    assert again.output is not None
    assert "keeps it" in again.output["warnings"][0]


def test_a_limit_that_comes_while_a_change_waits_stops_the_write(
    world: World, balancer: Balancer
) -> None:
    def tighten(module: str, _: Any) -> None:
        if module == "check_readiness":
            world.estate.may_write(world.zone, denied="web.{zone}")

    world.machine.after.append(tighten)

    run = world.run(world.estate.create("web", balancer))

    assert run.error == "HostnameNotAllowed"
    assert world.records() == {}


def test_a_zone_that_is_taken_from_the_list_meanwhile_is_not_written(
    world: World, balancer: Balancer
) -> None:
    def tighten(module: str, _: Any) -> None:
        if module == "check_readiness":
            world.estate.may_write("Z0ANOTHERZONE")

    world.machine.after.append(tighten)

    run = world.run(world.estate.create("web", balancer))

    assert run.error == "ZoneNotFound"
    assert "not in HostedZoneIds any more" in str(run.cause)
    assert world.records() == {}


def test_a_sweep_says_what_is_not_allowed_and_starts_nothing_for_it(
    world: World, balancer: Balancer
) -> None:
    world.estate.may_write(world.zone, denied="www.{zone},wpad.**")
    world.estate.create("web", balancer, tags={"signpost:hostname": "wpad"})
    world.estate.create("www", world.estate.balancer("www-alb"))

    swept = world.machine.sweep()

    assert swept.output is not None
    assert swept.output["findings"] == []
    assert [one["error"] for one in swept.output["problems"]] == ["HostnameNotAllowed"]
