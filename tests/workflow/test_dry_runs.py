"""A dry run shows what would change. Whatever befalls it, it ends as DryRun and alerts nobody."""

from __future__ import annotations

from typing import Any

import pytest

from signpost import errors
from tests.workflow.conftest import World

BY_HAND = {"cluster": "prod", "service": "web", "dry_run": True}
ALL_DRY = pytest.mark.parametrize("parameters", [{"POLICY": "dry-run"}])


def foreign_record(world: World) -> None:
    there = {"Type": "A", "TTL": 300, "ResourceRecords": [{"Value": "192.0.2.7"}]}
    world.write("CREATE", Name="web.ecs.internal", **there)


@ALL_DRY
def test_it_shows_the_batch_and_changes_nothing(world: World) -> None:
    balancer = world.estate.balancer("web-alb")
    run = world.run(world.estate.create("web", balancer))

    assert run.output is not None
    assert run.outcome == "DryRun"
    (part,) = run.output["plan"]
    assert [record["is"] for record in part["records"]] == ["after created"]
    assert part["ledger"]["text"].startswith("signpost=2 ")
    assert run.output["reason"].endswith("A run waits first until the load balancer can serve.")
    assert run.output["summary"] == [f"+ web.ecs.internal A ALIAS {balancer.dns_name}"]
    assert run.output["error"] is None
    assert world.records() == {}


@ALL_DRY
def test_it_shows_what_would_be_refused_beside_the_change(world: World) -> None:
    world.estate.may_write(world.zone, denied="www.{zone}")
    balancer = world.estate.balancer("web-alb")

    run = world.run(world.estate.create("web", balancer, tags={"signpost:hostname": "web www"}))

    assert run.output is not None
    assert (run.outcome, run.output["error"]) == ("DryRun", None)
    assert run.output["summary"] == [f"+ web.ecs.internal A ALIAS {balancer.dns_name}"]
    assert [one["name"] for one in run.output["refused"]] == ["www.ecs.internal"]
    assert world.records() == {}


@ALL_DRY
def test_with_the_policy_every_run_is_a_dry_one_and_says_so(world: World) -> None:
    run = world.run(world.estate.create("web", world.estate.balancer("web-alb")))

    assert run.output is not None
    assert run.output["trigger"]["dry_run"] is True


def test_it_can_be_asked_for_by_hand(world: World) -> None:
    world.estate.create("web", world.estate.balancer("web-alb"))

    run = world.run(BY_HAND)

    assert run.outcome == "DryRun"
    assert world.records() == {}


@ALL_DRY
def test_it_does_not_promise_what_would_be_refused(world: World) -> None:
    foreign_record(world)

    run = world.run(world.estate.create("web", world.estate.balancer("web-alb")))

    assert run.output is not None
    assert (run.outcome, run.output["error"]) == ("DryRun", "HostnameTaken")
    assert run.output["reason"].startswith("HostnameTaken: ")
    assert "192.0.2.7" in run.output["reason"]


@pytest.mark.parametrize(
    ("module", "error"),
    [
        ("describe_service", errors.InvalidConfiguration("Tag 'signpost:ttl' is 'soon'.")),
        ("resolve_load_balancer", errors.LoadBalancerNotFound("It is gone.")),
        ("resolve_load_balancer", errors.ServiceChanged("It moves all the time.")),
        ("plan_change", errors.LedgerCorrupt("It was edited.")),
        ("plan_change", errors.Throttled("Too fast.")),
        ("plan_change", KeyError("a fault of ours")),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_an_error_stands_in_its_receipt(world: World, module: str, error: Exception) -> None:
    world.estate.create("web", world.estate.balancer("web-alb"))

    def fail(called: str, _: Any) -> None:
        if called == module:
            raise error

    world.machine.before.append(fail)
    run = world.run(BY_HAND)

    told = run.output
    assert told is not None
    assert told["outcome"] == "DryRun"
    wanted = type(error).__name__
    if isinstance(error, errors.ServiceChanged):
        wanted = "ServiceKeepsChanging"
    assert told["error"] == wanted
    assert told["reason"].startswith(f"{wanted}: ")
    assert str(error) in told["reason"]
    assert (told["summary"], told["before"], told["after"], told["plan"]) == ([], [], [], [])
    assert told["service"] == {"cluster": "prod", "name": "web"}


@pytest.mark.parametrize(
    "asked", [{"cluster": "prod", "service": "we b"}, {"service": "web"}, {"cluster": 1}]
)
def test_an_input_that_names_no_service_is_told_as_any_other_error(
    world: World, asked: dict[str, Any]
) -> None:
    run = world.run({**asked, "dry_run": True})

    assert run.output is not None
    assert (run.outcome, run.output["error"]) == ("DryRun", "InvalidEvent")
    assert run.output["service"] == {"cluster": None, "name": None}
    assert run.output["trigger"]["dry_run"] is True


@pytest.mark.parametrize("dry", [False, None, "true", 1])
def test_only_true_makes_a_dry_run(world: World, dry: Any) -> None:
    run = world.run({"cluster": "prod", "service": "we b", "dry_run": dry})

    assert (run.status, run.error) == ("FAILED", "InvalidEvent")


def test_a_sweep_that_only_looks_tells_its_error_likewise(world: World) -> None:
    def refuse(called: str, _: Any) -> None:
        if called == "find_drift":
            raise errors.AccessDenied("The role may not.")

    world.machine.before.append(refuse)
    swept, real = world.machine.sweep(dry_run=True), world.machine.sweep()

    assert swept.output is not None
    assert (swept.outcome, swept.output["error"]) == ("DryRun", "AccessDenied")
    assert swept.output["reason"] == "AccessDenied: The role may not."
    assert swept.output["looked_at"]["services"] == 0
    assert (real.status, real.error) == ("FAILED", "AccessDenied")
