"""What a plan reads, in which order it changes zones, and whom it waits for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.search.histories import World, new_world
from tests.support.asl import Walk
from tests.support.fast_estate import FastBalancer, FastService
from tests.support.route53 import both_refusals

WEB = ("prod", "web")
CHANGE = "ChangeResourceRecordSets"


@pytest.fixture
def world(bare_refusals: bool) -> Iterator[World]:
    with new_world() as world:
        world.route53.bare_refusals = bare_refusals
        world.ends |= {"DryRun"}
        yield world


def create(world: World, *balancers: str, **tags: str) -> FastService:
    made = FastService(balancers, {f"signpost:{key}": value for key, value in tags.items()})
    world.estate.services[WEB] = made
    return made


def run(world: World, kind: str) -> Walk:
    world.promised.clear()
    return world.finish(world.start(WEB, kind))


# --- in which order ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"), [("ecs.internal", "example.com"), ("example.com", "ecs.internal")]
)
def test_a_name_appears_in_its_new_zone_before_it_goes_from_the_old_one(
    world: World, old: str, new: str
) -> None:
    made = create(world, "outside", hostname="shop", zone=old)
    run(world, "CreateService")
    made.tags["signpost:zone"] = new
    world.route53.calls.clear()

    run(world, "UpdateService")

    changed = [world.zone_names[str(c.zone_id)] for c in world.route53.calls.of(CHANGE)]
    assert changed == [new, old]


# --- who is waited for ---------------------------------------------------------------------


def test_only_the_load_balancers_of_names_that_move_are_waited_for(world: World) -> None:
    world.estate.balancers["outside-2"] = FastBalancer("outside-2", "internet-facing")
    made = create(world, "inside", "outside", hostname="shop")
    run(world, "CreateService")
    made.balancers = ("inside", "outside-2")
    world.estate.unhealthy.add("inside")

    walk = run(world, "UpdateService")

    ((_, _, readiness),) = [call for call in walk.calls if call[0] == "CheckReadiness"]
    assert [target["load_balancer"] for target in readiness["targets"]] == ["outside-2"]


def test_a_name_deleted_by_hand_is_restored_though_no_target_is_healthy(world: World) -> None:
    create(world, "inside")
    run(world, "CreateService")
    (ours,) = [one for one in world.route53.records(world.private) if one.type == "A"]
    world.promised.clear()
    world.route53.edit(world.private, ("DELETE", ours.as_boto()))
    world.estate.unhealthy.add("inside")

    walk = run(world, "manual")

    assert (walk.outcome, "CheckReadiness" in walk.states) == ("RecordChanged", False)


# --- what is read --------------------------------------------------------------------------


@both_refusals
def test_a_repeated_creation_reads_at_once(world: World) -> None:
    create(world, "inside")
    run(world, "CreateService")

    walk = run(world, "CreateService")

    assert (walk.outcome, walk.states.count("CountRound")) == ("Unchanged", 0)


@both_refusals
def test_a_creation_over_a_ledger_of_before_moves_the_name(world: World) -> None:
    create(world, "inside")
    run(world, "CreateService")
    create(world, "dual")  # deleted and made again; of the deletion nothing was heard

    walk = run(world, "CreateService")

    assert (walk.outcome, walk.output["previous_execution"]) == ("RecordChanged", "run-1")


def test_a_dry_run_of_a_creation_reads_the_ledger_that_is_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(world, "inside")
    run(world, "CreateService")
    create(world, "dual")
    monkeypatch.setenv("POLICY", "dry-run")

    walk = run(world, "CreateService")

    assert walk.outcome == "DryRun"
    assert [one["alias"]["dns_name"].partition(".")[0] for one in walk.output["before"]] == [
        "inside"
    ]
