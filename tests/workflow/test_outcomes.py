"""A service's life, from event to record, through the real state machine and handlers."""

from __future__ import annotations

import pytest

from tests.support.estate import ACTOR, cloudtrail
from tests.workflow.conftest import World

WEB = ("web.ecs.internal", "A")


def test_a_created_service_gets_its_name(world: World) -> None:
    balancer = world.estate.balancer("web-alb")

    run = world.run(world.estate.create("web", balancer))

    assert run.outcome == "RecordChanged"
    assert world.names() == {WEB: balancer.dns_name}


def test_the_ledger_names_what_is_owned_and_the_execution_that_wrote_it(world: World) -> None:
    balancer = world.estate.balancer("web-alb")
    world.machine.run(world.estate.create("web", balancer), name="first")

    ledger = world.ledger()

    assert ledger is not None
    assert "execution=first previous= " in ledger
    assert f"alias=A/{balancer.zone_id}/{balancer.dns_name}/0/web " in ledger


def test_the_receipt_tells_who_what_and_how_it_was_proved(world: World) -> None:
    balancer = world.estate.balancer("web-alb")

    run = world.run(world.estate.create("web", balancer))

    receipt = run.output
    assert receipt is not None
    assert receipt["trigger"]["actor"] == ACTOR
    assert receipt["before"] == []
    assert [(record["name"], record["type"]) for record in receipt["after"]] == [WEB]
    assert receipt["verification"]["method"] == "dns"
    assert receipt["zones"][0]["change_id"]
    assert receipt["attempts"]["rounds"] == receipt["attempts"]["readiness"] == 1
    assert receipt["attempts"]["verification"] == run.attempts("VerifyRecord") > 1


def test_a_dual_stack_load_balancer_gets_both_kinds_of_address(world: World) -> None:
    balancer = world.estate.balancer("web-alb", dual_stack=True)

    world.run(world.estate.create("web", balancer))

    assert set(world.names()) == {WEB, ("web.ecs.internal", "AAAA")}


def test_a_classic_load_balancer_gets_its_name_too(world: World) -> None:
    balancer = world.estate.balancer("web-elb", "classic")

    run = world.run(world.estate.create("web", balancer))

    assert run.outcome == "RecordChanged"
    assert world.names() == {WEB: balancer.dns_name}


@pytest.mark.parametrize("parameters", [{"RECORD_KIND": "CNAME"}])
def test_a_cname_if_that_is_wanted(world: World) -> None:
    balancer = world.estate.balancer("web-nlb", "network")

    world.run(world.estate.create("web", balancer))

    assert world.names() == {("web.ecs.internal", "CNAME"): balancer.dns_name}


def test_a_finished_deployment_leaves_everything_as_it_is(world: World) -> None:
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))
    before = world.records()

    run = world.run(world.estate.deployed("web"))

    assert run.outcome == "Unchanged"
    assert world.records() == before


def test_a_moved_service_takes_its_name_along(world: World) -> None:
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))
    other = world.estate.balancer("web-nlb", "network")

    run = world.run(world.estate.move("web", other))

    assert run.outcome == "RecordChanged"
    assert world.names() == {WEB: other.dns_name}


def test_the_receipts_form_a_chain(world: World) -> None:
    world.machine.run(world.estate.create("web", world.estate.balancer("web-alb")), name="first")
    event = world.estate.move("web", world.estate.balancer("web-nlb", "network"))

    receipt = world.machine.run(event, name="second").output

    assert receipt is not None
    assert receipt["previous_execution"] == "first"
    assert "execution=second previous=first " in str(world.ledger())


def test_a_deleted_service_leaves_nothing_behind(world: World) -> None:
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))

    run = world.run(world.estate.delete("web"))

    assert run.outcome == "RecordRemoved"
    assert world.records() == {}


def test_a_service_of_a_deleted_cluster_leaves_nothing_behind(world: World) -> None:
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))
    world.estate.delete("web")
    world.estate.ecs.delete_cluster(cluster="prod")

    run = world.run({"cluster": "prod", "service": "web"})

    assert run.outcome == "RecordRemoved"
    assert world.records() == {}


def test_a_repeated_event_changes_nothing(world: World) -> None:
    event = world.estate.create("web", world.estate.balancer("web-alb"))
    world.run(event)
    before = world.records()

    run = world.run(event)

    assert run.outcome == "Unchanged"
    assert world.records() == before


def test_an_event_out_of_order_changes_nothing(world: World) -> None:
    created = world.estate.create("web", world.estate.balancer("web-alb"))
    deleted = world.estate.delete("web")
    world.run(deleted)

    run = world.run(created)

    assert run.outcome == "Unchanged"
    assert world.records() == {}


def test_a_disabled_service_gives_its_name_back(world: World) -> None:
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))

    run = world.run(world.estate.tag("web", enabled="false"))

    assert run.outcome == "RecordRemoved"
    assert world.records() == {}


def test_a_changed_hostname_moves_the_name(world: World) -> None:
    balancer = world.estate.balancer("web-alb")
    world.run(world.estate.create("web", balancer))

    world.run(world.estate.tag("web", hostname="shop api"))

    assert world.names() == {
        ("api.ecs.internal", "A"): balancer.dns_name,
        ("shop.ecs.internal", "A"): balancer.dns_name,
    }


def test_alias_becomes_cname_in_one_batch(world: World) -> None:
    balancer = world.estate.balancer("web-alb")
    world.run(world.estate.create("web", balancer))

    run = world.run(world.estate.tag("web", record="cname", ttl="30"))

    assert run.outcome == "RecordChanged"
    assert world.writes == 1
    assert world.names() == {("web.ecs.internal", "CNAME"): balancer.dns_name}


def test_a_service_without_load_balancer_is_skipped(world: World) -> None:
    run = world.run(world.estate.create("worker"))

    assert run.output is not None
    assert run.outcome == "Skipped"
    assert "no load balancer" in run.output["reason"]
    assert world.records() == {}


@pytest.mark.parametrize("parameters", [{"CLUSTER_NAMES": "test,staging"}])
def test_a_cluster_that_is_not_listed_is_skipped_without_a_read(world: World) -> None:
    run = world.run(world.estate.create("web", world.estate.balancer("web-alb")))

    assert run.outcome == "Skipped"
    assert len(world.route53.calls) == 0


@pytest.mark.parametrize("parameters", [{"SELECTION": "tagged"}])
def test_selection_by_tag(world: World) -> None:
    balancer = world.estate.balancer("web-alb")
    untagged = world.run(world.estate.create("web", balancer))
    tagged = world.run(world.estate.tag("web", enabled="true"))

    assert (untagged.outcome, tagged.outcome) == ("Skipped", "RecordChanged")


@pytest.mark.parametrize("parameters", [{"POLICY": "upsert-only"}])
def test_upsert_only_never_removes(world: World) -> None:
    world.run(world.estate.create("web", world.estate.balancer("web-alb")))
    before = world.records()

    run = world.run(world.estate.delete("web"))

    assert run.outcome == "Unchanged"
    assert world.records() == before


def test_an_event_of_another_service_is_skipped(world: World) -> None:
    event = cloudtrail("RunInstances", {})
    event["detail"]["eventSource"] = "ec2.amazonaws.com"

    run = world.run(event)

    assert run.outcome == "Skipped"
    assert run.states == ["ParseEvent", "IsServiceEvent", "EventIsNotForUs", "Skipped"]


def test_a_failed_call_is_skipped(world: World) -> None:
    event = cloudtrail("CreateService", {"serviceName": "web"}, errorCode="InvalidParameter")

    assert world.run(event).outcome == "Skipped"
