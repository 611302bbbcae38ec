"""What a receipt tells when an execution took several rounds, and whose a record is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.search.histories import World, new_world, owned_in
from tests.support.asl import Walk
from tests.support.fast_estate import FastService
from tests.support.route53 import both_refusals

pytestmark = both_refusals
WEB, API = ("prod", "web"), ("prod", "api")


@pytest.fixture
def world(bare_refusals: bool) -> Iterator[World]:
    with new_world() as world:
        world.route53.bare_refusals = bare_refusals
        world.ends |= {"ZoneNotFound"}
        yield world


def create(world: World, service: tuple[str, str], *balancers: str, **tags: str) -> FastService:
    made = FastService(balancers, {f"signpost:{key}": value for key, value in tags.items()})
    world.estate.services[service] = made
    return made


def run(world: World, kind: str, service: tuple[str, str] = WEB) -> Walk:
    world.promised.clear()
    return world.finish(world.start(service, kind))


def names(records: list[dict[str, Any]]) -> list[str]:
    return sorted({record["name"] for record in records})


# --- a change that was made in an earlier round --------------------------------------------


def test_a_change_that_another_execution_replaced_keeps_its_receipt(world: World) -> None:
    made = create(world, WEB, "inside")
    run(world, "CreateService")
    made.balancers = ("dual",)
    slow = world.until(world.start(WEB, "UpdateService"), "ConfirmService")
    made.tags["signpost:hostname"] = "www"
    other = run(world, "UpdateService")

    world.finish(slow)

    receipt = slow.output
    assert (slow.outcome, receipt["previous_execution"]) == ("RecordChanged", "run-1")
    assert other.name in receipt["reason"]
    assert names(receipt["after"]) == ["web-prod.ecs.internal"]
    assert receipt["zones"][0]["change_id"]
    assert other.output["previous_execution"] == slow.name


def test_a_removal_of_what_was_written_does_not_hide_that_it_was(world: World) -> None:
    made = create(world, WEB, "inside")
    slow = world.until(world.start(WEB, "CreateService"), "ConfirmService")
    made.status = "DRAINING"
    world.promised.clear()
    assert run(world, "DeleteService").outcome == "RecordRemoved"

    world.finish(slow)

    assert (slow.outcome, names(slow.output["after"])) == (
        "RecordChanged",
        ["web-prod.ecs.internal"],
    )


def test_two_rounds_of_one_execution_are_one_change(world: World) -> None:
    made = create(world, WEB, "inside")
    run(world, "CreateService")
    made.balancers = ("dual",)
    walk = world.until(world.start(WEB, "UpdateService"), "ConfirmService")
    made.balancers = ("outside",)
    world.finish(walk)

    receipt = walk.output
    assert receipt["previous_execution"] == "run-1"
    assert {record["alias"]["dns_name"].partition(".")[0] for record in receipt["before"]} == {
        "inside"
    }


def test_a_round_in_which_nothing_more_changes_proves_what_was_written_without_a_second_write(
    world: World,
) -> None:
    made = create(world, WEB, "inside")
    walk = world.until(world.start(WEB, "CreateService"), "ConfirmService")
    made.tags["signpost:min-healthy"] = "1"  # another configuration, the same names
    made.tags["signpost:ttl"] = "5"
    world.route53.calls.clear()

    world.finish(walk)

    assert "CountRound" in walk.states
    assert world.route53.calls.count("ChangeResourceRecordSets") == 0
    assert (walk.outcome, walk.output["verification"]["method"]) == ("RecordChanged", "insync")


# --- several zones -------------------------------------------------------------------------


def test_a_removal_that_conflicts_in_one_zone_tells_of_both(world: World) -> None:
    made = create(world, WEB, "inside", "outside", hostname="shop")
    run(world, "CreateService")
    (record,) = [r for r in world.route53.records(world.public) if r.type == "A"]
    edited = {
        "Name": record.name,
        "Type": "A",
        "TTL": 7,
        "ResourceRecords": [{"Value": "192.0.2.9"}],
    }
    world.promised.clear()
    world.route53.edit(world.public, ("DELETE", record.as_boto()), ("CREATE", edited))
    made.status = "DRAINING"

    walk = run(world, "DeleteService")

    receipt = walk.output
    assert walk.outcome == "RecordRemoved"
    assert names(receipt["before"]) == ["shop.ecs.internal", "shop.example.com"]
    assert {zone["id"] for zone in receipt["zones"]} == {world.private, world.public}
    proved = {proof["zone"] for proof in receipt["verification"]["zones"]}
    assert proved == {world.private, world.public}


def test_a_move_between_zones_whose_last_answer_was_lost_keeps_its_place_in_the_chain(
    world: World,
) -> None:
    made = create(world, WEB, "outside", zone="example.com", hostname="shop")
    run(world, "CreateService")
    made.tags["signpost:zone"] = "ecs.internal"
    walk = world.until(world.start(WEB, "UpdateService"), "ChangeRecord")
    world.promised.clear()
    world.step(walk, lose=True)

    world.finish(walk)

    receipt = walk.output
    assert (walk.outcome, receipt["previous_execution"]) == ("RecordChanged", "run-1")
    assert names(receipt["before"]) == ["shop.example.com"]
    assert {zone["id"] for zone in receipt["zones"]} == {world.private, world.public}


def test_what_changed_while_an_answer_was_lost_is_written_and_not_what_stood_there(
    world: World,
) -> None:
    made = create(world, WEB, "inside")
    walk = world.until(world.start(WEB, "CreateService"), "ChangeRecord")
    world.step(walk, lose=True)
    made.tags["signpost:hostname"] = "shop"

    world.finish(walk)

    assert walk.outcome == "RecordChanged"
    assert names(walk.output["after"]) == ["shop.ecs.internal"]
    assert [r.name for r in world.route53.records(world.private) if r.type == "A"] == [
        "shop.ecs.internal."
    ]


def test_the_chain_leads_through_executions_that_changed_different_zones(world: World) -> None:
    made = create(world, WEB, "inside", "outside")
    run(world, "CreateService")
    for kind in ("cname", "alias", "cname"):
        world.clock.advance(60)
        made.tags["signpost:record"] = kind
        made.tags["signpost:zone"] = "example.com" if kind == "alias" else "ecs.internal"
        last = run(world, "UpdateService")

    chain = [last.name]
    by_name = {walk.name: walk for walk in world.ended}
    while previous := by_name[chain[-1]].output["previous_execution"]:
        chain.append(previous)
    assert chain == ["run-4", "run-3", "run-2", "run-1"]


@pytest.mark.parametrize("crash", [False, True])
def test_the_chain_leads_to_the_removal_of_a_zones_last_names(world: World, crash: bool) -> None:
    made = create(world, WEB, "inside", "outside")
    run(world, "CreateService")
    made.balancers = ("inside",)  # the names of the public zone go, and its ledger with them
    world.promised.clear()
    removal = world.until(world.start(WEB, "UpdateService"), "ChangeRecord")
    if crash:
        world.step(removal, lose=True)
    world.finish(removal)

    made.balancers = ("dual",)
    last = run(world, "UpdateService")

    assert names(removal.output["after"]) == ["web-prod.ecs.internal"]
    assert last.output["previous_execution"] == removal.name
    assert removal.output["previous_execution"] == "run-1"
    assert {zone["id"] for zone in removal.output["zones"]} == {world.private, world.public}
    assert world.route53.records(world.public) == ()


@pytest.mark.parametrize("kept", ["ecs.internal", "example.com"])
def test_a_ledger_that_goes_is_noted_in_another_one_before_it_goes(world: World, kept: str) -> None:
    made = create(world, WEB, "inside", "outside")
    run(world, "CreateService")
    made.tags["signpost:zone"] = kept
    world.promised.clear()
    world.route53.calls.clear()

    run(world, "UpdateService")

    writes = world.route53.calls.of("ChangeResourceRecordSets")
    goes = {"ecs.internal": world.public, "example.com": world.private}[kept]
    assert [call.zone_id == goes for call in writes] == [False, True]
    noted = writes[0].parameters["changes"]
    assert [(action, record.type) for action, record in noted] == [
        ("DELETE", "TXT"),
        ("CREATE", "TXT"),
    ]


def test_a_recreated_service_leaves_no_name_in_a_zone_it_does_not_want_any_more(
    world: World,
) -> None:
    create(world, WEB, "outside", zone="example.com", hostname="shop")
    run(world, "CreateService")
    create(
        world, WEB, "outside", zone="ecs.internal", hostname="shop"
    )  # its deletion was not heard

    walk = run(world, "CreateService")

    assert walk.output["previous_execution"] == "run-1"
    assert world.route53.records(world.public) == ()


# --- whose a record is ---------------------------------------------------------------------


def test_a_record_of_another_service_is_never_adopted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADOPT_IDENTICAL", "true")
    create(world, WEB, "inside", hostname="shop")
    create(world, API, "inside", hostname="shop")
    run(world, "CreateService")

    walk = run(world, "CreateService", API)

    assert walk.outcome == "HostnameTaken"
    assert "belongs to service web of cluster prod" in str(walk.cause)
    assert "AdoptIdentical" not in str(walk.cause)


def test_a_record_of_nobody_is_adopted_and_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(world, WEB, "inside", hostname="shop")
    run(world, "CreateService")
    ledger, claim = (r for r in world.route53.records(world.private) if r.type == "TXT")
    (record,) = [r for r in world.route53.records(world.private) if r.type == "A"]
    world.foreign[(world.private, record.key)] = record  # it stays as it is, at every moment
    gone = (("DELETE", one.as_boto()) for one in (ledger, claim))
    world.route53.edit(world.private, *gone)
    monkeypatch.setenv("ADOPT_IDENTICAL", "true")

    walk = run(world, "manual")

    assert (walk.outcome, names(walk.output["before"])) == ("RecordChanged", ["shop.ecs.internal"])
    assert "Takes over shop.ecs.internal A" in walk.output["reason"]
    assert "CheckReadiness" not in walk.states


def test_what_another_service_made_in_place_of_ours_is_not_taken_for_ours(world: World) -> None:
    made = create(world, WEB, "inside", hostname="shop")
    run(world, "CreateService")
    (record,) = [r for r in world.route53.records(world.private) if r.type == "A"]
    world.promised.clear()
    world.route53.edit(world.private, ("DELETE", record.as_boto()))
    create(world, API, "dual", hostname="shop")
    early = run(world, "CreateService", API)
    made.status = "DRAINING"

    run(world, "DeleteService")
    late = run(world, "CreateService", API)

    records = world.route53.records(world.private)
    assert (early.outcome, late.outcome) == ("HostnameTaken", "RecordChanged")
    assert "is claimed by web.prod." in str(early.cause)
    assert {r.type for r in records if r.name == "shop.ecs.internal."} == {"A", "AAAA"}
    assert owned_in(records, "ecs.internal", only=WEB) == set()
    assert len(owned_in(records, "ecs.internal", only=API)) == 2
