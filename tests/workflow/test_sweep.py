"""The sweep from start to end: events are lost, and what they would have done is made up for."""

from __future__ import annotations

from typing import Any

import pytest

from signpost.errors import AwsUnavailable
from tests.support.estate import client
from tests.support.machine import Run
from tests.workflow.conftest import World


def publish(world: World, *names: str) -> None:
    """Services whose events arrive."""
    for name in names:
        run = world.run(world.estate.create(name, world.estate.balancer(f"{name}-alb")))
        assert run.outcome == "RecordChanged"


def endings(swept: Run) -> dict[str, tuple[str, str]]:
    """Service → what was found, and how its execution ended."""
    assert swept.output
    return {
        finding["service"]: (finding["what"], finding["error"] or finding["outcome"])
        for finding in swept.output["findings"]
    }


def hosts(world: World) -> set[str]:
    return {name.removesuffix(".ecs.internal") for name, _ in world.names()}


def executions(world: World) -> list[Any]:
    listed = client("stepfunctions").list_executions(stateMachineArn=world.machine.arn)
    return list(listed["executions"])


def test_an_estate_without_names_gets_them_by_executions_that_say_why(world: World) -> None:
    world.estate.create("web", world.estate.balancer("web-alb"))

    swept = world.machine.sweep(reason="the backfill")

    (execution,) = executions(world)
    run = world.machine.wait(execution["executionArn"])
    assert run.output
    trigger = run.output["trigger"]
    assert swept.outcome == "Repaired"
    assert endings(swept) == {"web": ("service-without-names", "RecordChanged")}
    assert execution["name"].startswith("sweep-prod-web-")
    assert (trigger["kind"], trigger["name"]) == ("sweep", "Sweep")
    assert "It has no names" in trigger["reason"]
    assert hosts(world) == {"web"}


def test_on_a_healthy_estate_nothing_is_started(world: World) -> None:
    publish(world, "web")
    before = executions(world)

    swept = world.machine.sweep()

    assert swept.states == ["FindDrift", "IsRepairNeeded", "NothingFound"]
    assert executions(world) == before


def test_all_kinds_of_drift_are_repaired(world: World) -> None:
    publish(world, "edited", "moved", "gone", "fine")
    here = next(
        record
        for record in world.route53.records(world.zone)
        if record.name == "edited.ecs.internal."
    )
    world.write("DELETE", **here.as_boto())
    world.estate.move("moved", world.estate.balancer("moved-nlb", "network"))
    world.estate.delete("gone")
    world.estate.create("new", world.estate.balancer("new-alb"))

    swept = world.machine.sweep()

    assert endings(swept) == {
        "new": ("service-without-names", "RecordChanged"),
        "moved": ("names-point-elsewhere", "RecordChanged"),
        "edited": ("ledger-without-records", "RecordChanged"),
        "gone": ("names-without-service", "RecordRemoved"),
    }
    assert world.machine.sweep().outcome == "NothingFound"
    assert hosts(world) == {"new", "moved", "edited", "fine"}


def test_an_execution_that_fails_is_named_and_stops_no_other(world: World) -> None:
    world.estate.create("web", world.estate.balancer("web-alb", healthy=0))
    world.estate.create("shop", world.estate.balancer("shop-alb"))

    swept = world.machine.sweep()

    assert swept.output
    assert swept.outcome == "NotAllRepaired"
    assert "prod/web (TargetsNotHealthy)" in swept.output["reason"]
    assert endings(swept)["shop"] == ("service-without-names", "RecordChanged")
    (failed,) = [finding for finding in swept.output["findings"] if finding["error"]]
    assert failed["cause"].startswith("Healthy targets behind ")


def test_an_execution_that_is_stopped_is_named_too(world: World) -> None:
    world.estate.create("web", world.estate.balancer("web-alb"))

    def stop(module: str, _: Any) -> None:
        if module == "describe_service":
            (running,) = executions(world)
            client("stepfunctions").stop_execution(executionArn=running["executionArn"])

    world.machine.before.append(stop)

    assert endings(world.machine.sweep()) == {"web": ("service-without-names", "ABORTED")}


def test_what_needs_a_person_is_told_and_nothing_is_run_for_it(world: World) -> None:
    world.estate.create("web", world.estate.balancer("web-alb"), tags={"signpost:ttl": "soon"})

    swept = world.machine.sweep()

    assert swept.output
    assert swept.outcome == "NotAllRepaired"
    assert [problem["error"] for problem in swept.output["problems"]] == ["InvalidConfiguration"]
    assert executions(world) == []


def test_a_dry_run_finds_and_changes_nothing(world: World) -> None:
    publish(world, "gone")
    world.estate.delete("gone")
    before = world.records()

    swept = world.machine.sweep(dry_run=True)

    assert swept.output
    assert (swept.outcome, swept.output["found"]) == ("DryRun", 1)
    assert world.records() == before


def test_the_brake_holds_removals_while_all_else_is_repaired_until_it_is_forced(
    world: World,
) -> None:
    names = ("a", "b", "c", "d")
    publish(world, *names)
    for name in names:
        world.estate.delete(name)
    world.estate.create("new", world.estate.balancer("new-alb"))

    swept = world.machine.sweep()
    then = hosts(world)
    forced = world.machine.sweep(force=True)

    assert (swept.status, swept.error) == ("FAILED", "SweepBrake")
    assert str(swept.cause).startswith("4 of 4 ledgers would have been removed")
    assert "prod/a, prod/b, prod/c, prod/d. All else was repaired: 1." in str(swept.cause)
    assert then == {*names, "new"}
    assert (forced.outcome, hosts(world)) == ("Repaired", {"new"})


def test_without_ecs_nothing_is_taken_for_gone(world: World) -> None:
    publish(world, "web")

    def silence(module: str, _: Any) -> None:
        if module == "find_drift":
            raise AwsUnavailable("AWS failed at ecs:ListServices on cluster prod.")

    world.machine.before.append(silence)
    swept = world.machine.sweep()

    assert (swept.error, swept.attempts("FindDrift")) == ("AwsUnavailable", 9)
    assert swept.cause == "AWS failed at ecs:ListServices on cluster prod."
    assert hosts(world) == {"web"}


@pytest.mark.parametrize("parameters", [{"CLUSTER_NAMES": "prod,nowhere"}])
def test_a_cluster_that_is_named_and_not_there_loses_nobody_a_name(world: World) -> None:
    publish(world, "web")
    assert world.machine.sweep().outcome == "NothingFound"


def test_a_sweep_is_not_started_by_what_is_none(world: World) -> None:
    swept = world.machine.sweep(dryrun=True)
    assert swept.error == "InvalidEvent"
    assert str(swept.cause).startswith("The input has dryrun: a sweep takes deep")
