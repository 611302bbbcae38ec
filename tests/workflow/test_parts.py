"""One trouble stops no other: zones, and names within a zone, go on without each other."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest

import find_drift
from signpost.aws.zones import forget_zones
from tests.search.histories import World, new_world
from tests.support.asl import Walk
from tests.support.fast_estate import FastService
from tests.support.route53 import simple

WEB, API = ("prod", "web"), ("prod", "api")
TAKEN = "shop.ecs.internal"


@pytest.fixture
def world() -> Iterator[World]:
    with new_world() as made:
        made.ends |= {"AccessDenied", "DryRun", "ZoneNotFound", "ChangeRefused"}
        yield made


def create(world: World, hostname: str, *balancers: str) -> Walk:
    world.estate.services[WEB] = FastService(balancers, {"signpost:hostname": hostname})
    return run(world, "CreateService")


def run(world: World, kind: str = "UpdateService") -> Walk:
    world.release(WEB)
    return world.finish(world.start(WEB, kind))


def wish(world: World, hostname: str, *balancers: str) -> None:
    made = world.estate.services[WEB]
    made.tags["signpost:hostname"] = hostname
    made.balancers = balancers or made.balancers


def take(world: World, name: str = TAKEN, zone: str = "") -> None:
    """Somebody else has the name."""
    zone = zone or world.private
    world.route53.edit(zone, ("CREATE", simple(name, "A", "192.0.2.7")))
    (made,) = [one for one in world.route53.records(zone) if one.name == f"{name}."]
    world.foreign[(zone, made.key)] = made


def served(world: World, zone: str = "") -> dict[str, str]:
    """Name → where its A or CNAME of ours leads to."""
    zone = zone or world.private
    return {
        one.name.removesuffix("."): (one.alias.dns_name if one.alias else one.values[0]).split(".")[
            0
        ]
        for one in world.route53.records(zone)
        if one.type in ("A", "CNAME") and (zone, one.key) not in world.foreign
    }


def sweep(world: World) -> dict[str, Any]:
    """What a sweep finds now."""
    return find_drift.handler({"execution": "sweep-1", "input": {}}, None)


def refused(walk: Walk) -> list[tuple[str | None, str]]:
    return [(one["name"], one["error"]) for one in walk.output["refused"]]


# --- names within a zone -------------------------------------------------------------------


def test_the_names_that_are_free_follow_while_another_is_taken(world: World) -> None:
    create(world, "www", "inside")
    take(world)
    wish(world, "www shop", "dual")

    walk = run(world)

    assert walk.outcome == "PartlyChanged"
    assert refused(walk) == [(TAKEN, "HostnameTaken")]
    assert walk.output["told"] is False
    assert served(world) == {"www.ecs.internal": "dual"}
    assert "Nothing was changed" not in walk.output["refused"][0]["reason"]


def test_what_is_refused_is_told_once_until_something_changes(world: World) -> None:
    create(world, "www", "inside")
    take(world)
    wish(world, "www shop", "dual")
    run(world)

    again = run(world)
    world.route53.calls.clear()
    swept = sweep(world)
    writes = world.route53.calls.count("ChangeResourceRecordSets")
    wish(world, "www shop", "inside")
    moved = run(world)

    assert (again.outcome, again.output["told"]) == ("Unchanged", True)
    assert "told before" in again.output["reason"]
    assert refused(again) == [(TAKEN, "HostnameTaken")]
    assert (swept["found"], [one["error"] for one in swept["problems"]]) == (0, ["HostnameTaken"])
    assert writes == 0
    assert (moved.outcome, moved.output["told"]) == ("PartlyChanged", True)


def test_somebody_who_asks_is_told_again(world: World) -> None:
    create(world, "www", "inside")
    take(world)
    wish(world, "www shop", "dual")
    run(world)

    walk = run(world, "manual")

    assert walk.outcome == "HostnameTaken"
    assert str(walk.cause).endswith("Nothing was changed.")


def test_a_rename_to_a_taken_name_keeps_the_old_one_which_follows(world: World) -> None:
    create(world, "www", "inside")
    take(world)
    wish(world, "shop", "dual")

    walk = run(world)

    assert walk.outcome == "PartlyChanged"
    assert served(world) == {"www.ecs.internal": "dual"}
    assert any("keeps www.ecs.internal" in one for one in walk.output["warnings"])


def test_a_rename_to_a_taken_name_alone_changes_nothing_and_says_so(world: World) -> None:
    create(world, "www", "inside")
    take(world)
    wish(world, "shop")

    walk = run(world)

    assert walk.outcome == "HostnameTaken"
    assert str(walk.cause).endswith("Nothing was changed.")
    assert served(world) == {"www.ecs.internal": "inside"}


def test_the_old_name_goes_in_the_batch_that_brings_the_new_one(world: World) -> None:
    create(world, "www", "inside")
    take(world)
    wish(world, "shop api")
    partly = run(world)
    world.foreign.clear()
    world.route53.edit(world.private, ("DELETE", simple(TAKEN, "A", "192.0.2.7")))

    walk = run(world)

    assert partly.outcome == "PartlyChanged"
    assert walk.outcome == "RecordChanged"
    assert served(world) == {"shop.ecs.internal": "inside", "api.ecs.internal": "inside"}
    assert walk.output["refused"] == []


def test_names_that_can_not_be_hold_back_no_other(world: World) -> None:
    for word, error in (
        ("-bad", "HostnameInvalid"),
        ("web.example.org", "ZoneNotFound"),
    ):
        walk = create(world, f"{word} www", "inside")
        assert (walk.outcome, refused(walk)) == ("PartlyChanged", [(word, error)])
        assert served(world) == {"www.ecs.internal": "inside"}
        del world.estate.services[WEB]
        run(world, "DeleteService")


@pytest.mark.parametrize("kind", ["UpdateService", "manual"])
def test_a_name_whose_new_form_can_not_be_is_left_as_it_is(world: World, kind: str) -> None:
    """Somebody's TXT stands at the name, where no CNAME can then."""
    create(world, "shop", "inside")
    world.route53.edit(world.private, ("CREATE", simple(TAKEN, "TXT", '"theirs"')))
    (made,) = [
        one
        for one in world.route53.records(world.private)
        if (one.name, one.type) == (f"{TAKEN}.", "TXT")
    ]
    world.foreign[(world.private, made.key)] = made
    world.estate.services[WEB].tags["signpost:record"] = "cname"

    walk = run(world, kind)

    assert walk.outcome == "HostnameTaken"
    assert served(world) == {TAKEN: "inside"}


# --- zones -----------------------------------------------------------------------------------


def test_a_name_that_is_taken_in_one_zone_is_had_in_the_other(world: World) -> None:
    take(world, "shop.example.com", world.public)

    walk = create(world, "shop", "inside", "outside")

    assert (walk.outcome, refused(walk)) == (
        "PartlyChanged",
        [("shop.example.com", "HostnameTaken")],
    )
    assert served(world) == {TAKEN: "inside"}
    assert served(world, world.public) == {}


def test_two_load_balancers_for_one_zone_concern_that_zone_only(world: World) -> None:
    walk = create(world, "shop", "inside", "dual", "outside")

    assert walk.outcome == "PartlyChanged"
    assert [(one["zone"], one["error"]) for one in walk.output["refused"]] == [
        (world.private, "AmbiguousLoadBalancer")
    ]
    assert served(world, world.public) == {"shop.example.com": "outside"}


def test_what_is_ready_is_written_and_proved_while_the_rest_is_waited_for(world: World) -> None:
    world.estate.unhealthy.add("outside")
    world.estate.services[WEB] = FastService(("inside", "outside"), {"signpost:hostname": "shop"})
    walk = world.start(WEB, "CreateService")

    world.until(walk, "ConfirmService")
    first = served(world), served(world, world.public)
    world.until(walk, "CheckReadiness")
    for _ in range(5):
        world.step(walk)
    world.estate.unhealthy.clear()
    world.finish(walk)

    assert first == ({TAKEN: "inside"}, {})
    assert walk.outcome == "RecordChanged"
    assert served(world, world.public) == {"shop.example.com": "outside"}
    assert {zone["id"] for zone in walk.output["zones"]} == {world.private, world.public}
    assert {zone["zone"] for zone in walk.output["verification"]["zones"]} == {
        *(world.private, world.public)
    }
    assert walk.output["attempts"]["rounds"] == 1


def test_what_never_gets_ready_is_told_and_the_rest_stands(world: World) -> None:
    world.estate.unhealthy.add("outside")

    walk = create(world, "shop", "inside", "outside")

    assert walk.outcome == "PartlyChanged"
    assert [(one["zone"], one["error"]) for one in walk.output["refused"]] == [
        (world.public, "TargetsNotHealthy")
    ]
    assert [one["zone"] for one in walk.output["after"]] == [world.private]
    assert served(world) == {TAKEN: "inside"}
    assert served(world, world.public) == {}


def test_a_zone_is_left_only_when_the_other_one_has_the_name(world: World) -> None:
    """The service moves from the private to the public zone, whose targets are sick."""
    create(world, "shop", "inside")
    world.estate.unhealthy.add("outside")
    made = world.estate.services[WEB]
    made.balancers = ("outside",)
    made.tags["signpost:zone"] = "example.com"

    walk = run(world)
    kept = served(world)
    world.estate.unhealthy.clear()
    then = run(world)

    assert (walk.outcome, kept) == ("TargetsNotHealthy", {TAKEN: "inside"})
    assert then.outcome == "RecordChanged"
    assert (served(world), served(world, world.public)) == ({}, {"shop.example.com": "outside"})


def deny(world: World, zone: str, times: int = 99) -> None:
    world.route53.faults.refuse(
        "ChangeResourceRecordSets",
        "AccessDenied",
        "not authorized",
        403,
        where=lambda call: call.zone_id == zone,
        times=times,
    )


def test_a_zone_that_may_not_be_written_is_told_once(world: World) -> None:
    deny(world, world.public)

    walk = create(world, "shop", "inside", "outside")
    again = run(world)
    world.route53.faults.clear()
    mended = run(world)

    assert walk.outcome == "PartlyChanged"
    assert [(one["zone"], one["error"]) for one in walk.output["refused"]] == [
        (world.public, "AccessDenied")
    ]
    assert (again.outcome, again.output["told"]) == ("Unchanged", True)
    assert mended.outcome == "RecordChanged"
    assert mended.output["refused"] == []
    assert served(world, world.public) == {"shop.example.com": "outside"}


@pytest.mark.parametrize(
    ("code", "error"), [("NoSuchHostedZone", "ZoneNotFound"), ("AccessDenied", "AccessDenied")]
)
def test_a_zone_that_is_gone_or_denied_concerns_nobody_else(
    world: World, code: str, error: str
) -> None:
    status = 404 if code == "NoSuchHostedZone" else 403
    for call in ("GetHostedZone", "ListResourceRecordSets", "ChangeResourceRecordSets"):
        world.route53.faults.refuse(
            call, code, "refused", status, where=lambda one: one.zone_id == world.public, times=999
        )

    walk = create(world, "shop", "inside")
    world.estate.services[WEB].balancers = ("dual",)
    moved = run(world)
    forget_zones()
    by_hand = run(world, "manual")
    swept = sweep(world)

    assert (walk.outcome, moved.outcome, by_hand.outcome) == (
        *("RecordChanged", "RecordChanged", "Unchanged"),
    )
    assert any(world.public in one for one in by_hand.output["warnings"])
    assert served(world) == {TAKEN: "dual"}
    assert (swept["found"], [one["error"] for one in swept["problems"]]) == (0, [error])


def test_a_rate_limit_between_two_zones_costs_no_round(world: World) -> None:
    world.route53.faults.throttle(
        "ChangeResourceRecordSets", where=lambda call: call.zone_id == world.public, times=5
    )

    walk = create(world, "shop", "inside", "outside")

    assert walk.outcome == "RecordChanged"
    assert walk.output["attempts"]["rounds"] == 1
    assert served(world, world.public) == {"shop.example.com": "outside"}


# --- stop means stop -------------------------------------------------------------------------


@pytest.fixture
def policy() -> Iterator[Callable[[str], None]]:
    with mock.patch.dict(os.environ):
        yield lambda value: os.environ.update(POLICY=value)


def test_dry_run_holds_what_is_planned_already(world: World, policy: Callable[[str], None]) -> None:
    world.estate.services[WEB] = FastService(("inside",), {"signpost:hostname": "shop"})
    walk = world.until(world.start(WEB, "CreateService"), "ChangeRecord")
    policy("dry-run")

    world.finish(walk)

    assert walk.outcome == "DryRun"
    assert served(world) == {}


def test_dry_run_between_two_zones_is_told_as_a_part(
    world: World, policy: Callable[[str], None]
) -> None:
    world.estate.unhealthy.add("outside")
    world.estate.services[WEB] = FastService(("inside", "outside"), {"signpost:hostname": "shop"})
    walk = world.until(world.start(WEB, "CreateService"), "ConfirmService")
    policy("dry-run")
    world.estate.unhealthy.clear()

    world.finish(walk)

    assert walk.outcome == "PartlyChanged"
    assert [(one["zone"], one["error"]) for one in walk.output["refused"]] == [
        (world.public, "HeldByPolicy")
    ]
    assert (served(world), served(world, world.public)) == ({TAKEN: "inside"}, {})


def test_upsert_only_holds_a_removal_that_is_planned_already(
    world: World, policy: Callable[[str], None]
) -> None:
    create(world, "shop", "inside")
    del world.estate.services[WEB]
    world.release(WEB)
    walk = world.until(world.start(WEB, "DeleteService"), "ChangeRecord")
    policy("upsert-only")

    world.finish(walk)

    assert walk.outcome == "Unchanged"
    assert served(world) == {TAKEN: "inside"}


# --- receipts tell what was written -------------------------------------------------------------


def test_what_was_written_is_told_of_a_service_that_is_not_ours_by_then(
    world: World, policy: Callable[[str], None]
) -> None:
    world.estate.services[WEB] = FastService(("inside",), {"signpost:hostname": "shop"})
    walk = world.until(world.start(WEB, "CreateService"), "ConfirmService")
    world.estate.services[WEB].balancers = ("dual",)  # one more round
    world.until(walk, "DescribeService")
    os.environ["CLUSTER_NAMES"] = "dev"

    world.finish(walk)

    assert walk.outcome == "RecordChanged"
    assert [zone["id"] for zone in walk.output["zones"]] == [world.private]
    assert served(world) == {TAKEN: "inside"}
