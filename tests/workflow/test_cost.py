"""What an execution costs, counted: Route 53 calls beside GetChange, and state transitions."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from signpost.aws import zones
from tests.support.route53 import simple
from tests.workflow.conftest import World


def test_creating_a_name_looks_at_it_once_and_writes_once(world: World) -> None:
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))

    assert (world.reads, world.writes) == (1, 1)


def test_a_change_reads_once_and_writes_once(world: World) -> None:
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))
    event = world.estate.move("web", world.estate.balancer("web-nlb", "network"))

    world.run(event)

    assert (world.reads, world.writes) == (1, 1)


def test_a_removal_reads_once_and_once_more_for_its_proof(world: World) -> None:
    """By a resolver, of which has to be seen that it sees the zone."""
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))

    world.run(world.estate.delete("web"))

    assert (world.reads, world.writes) == (2, 1)


def test_an_unchanged_service_reads_once(world: World) -> None:
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))

    world.run(world.estate.deployed("web"))

    assert (world.reads, world.writes, world.calls("GetChange")) == (1, 0, 0)


def test_a_zones_facts_are_asked_for_once_per_warm_function(world: World) -> None:
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))
    first = world.calls("GetHostedZone")

    world.run(world.estate.create("shop", world.estate.balancer("shop-alb")))

    assert (first, world.calls("GetHostedZone")) == (1, 0)


def test_by_hand_and_after_a_while_they_are_asked_for_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody turns public DNS fallback on, and the name stands in a public zone too."""
    now = [0.0]
    monkeypatch.setattr(zones, "time", SimpleNamespace(monotonic=lambda: now[0]))
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))

    world.run({"cluster": "prod", "service": "web"})
    by_hand = world.calls("GetHostedZone")
    now[0] += zones.SECONDS
    private = next(one for one in world.route53.zones if one.id == world.zone)
    private.public_fallback = True
    public = world.route53.create_zone("ecs.internal")
    world.route53.edit(public, ("CREATE", simple("web.ecs.internal", "A", "203.0.113.9")))
    run = world.run(world.estate.delete("web"))

    assert (by_hand, world.calls("GetHostedZone")) == (1, 1)
    assert run.outcome == "RecordRemoved"


def test_a_create_without_retries_takes_at_most_14_transitions(world: World) -> None:
    run = world.run(world.estate.create("web", world.estate.balancer("web-alb")))

    assert len(run.states) <= 14
    assert len(run.states) == len(set(run.states))
