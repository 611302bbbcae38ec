"""FindDrift: what it asks of ECS before it calls anything gone, and of tasks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from signpost.errors import InvalidConfiguration, Throttled
from signpost.settings import Settings
from tests.support.fast_estate import FastBalancer, FastEstate, FastService, FastTask, throttle
from tests.support.parameters import EXAMPLE
from tests.support.surveyed import Surveyed

BALANCER = FastBalancer("lb", "internal")


@pytest.fixture
def world() -> Iterator[Surveyed]:
    made = Surveyed(BALANCER)
    with made.asked():
        yield made


def findings(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(finding["service"], finding["what"]) for finding in found["findings"]]


def test_names_lead_to_tasks_where_the_service_says_so(world: Surveyed) -> None:
    tags = {"signpost:target": "tasks"}
    world.estate.services["prod", "web"] = FastService((), tags, tasks=[FastTask(0), FastTask(1)])

    found = world.look()

    assert findings(found) == [("web", "service-without-names")]
    assert "10.0.0.1" in found["findings"][0]["reason"]


def test_a_cluster_that_is_not_listed_is_asked_for_the_services_that_ledgers_name(
    world: Surveyed, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.estate.services["prod", "there"] = FastService((BALANCER.name,))
    world.publish("prod", "there", BALANCER)
    world.publish("prod", "gone", BALANCER)
    nothing: dict[str, Any] = {"clusterArns": []}
    monkeypatch.setattr(FastEstate, "list_clusters", lambda *_, **__: nothing)

    assert findings(world.look()) == [("gone", "names-without-service")]


def test_a_service_that_is_still_draining_is_gone(world: Surveyed) -> None:
    world.estate.services["prod", "web"] = FastService((BALANCER.name,), status="DRAINING")
    world.publish("prod", "web", BALANCER)

    found = world.look()

    assert findings(found) == [("web", "names-without-service")]
    assert "DRAINING" in found["findings"][0]["reason"]


def test_an_ecs_that_does_not_answer_ends_the_look(world: Surveyed) -> None:
    world.publish("prod", "web", BALANCER)

    def fault(service: str) -> None:
        if service == "ecs":
            raise throttle()

    world.estate.fault = fault

    with pytest.raises(Throttled):
        world.look()


def test_clusters_outside_of_the_parameter_are_left_alone(world: Surveyed) -> None:
    world.publish("dev", "gone", BALANCER)

    with world.asked(CLUSTER_NAMES="prod"):
        found = world.look()

    assert (found["action"], len(found["notes"])) == ("none", 1)
    assert world.estate.calls["ListClusters"] == 0


@pytest.mark.parametrize("percent", ["", "-1", "101", "a few"])
def test_a_brake_that_is_no_percentage_is_refused(percent: str) -> None:
    with pytest.raises(InvalidConfiguration, match="SWEEP_BRAKE_PERCENT"):
        Settings.from_env(EXAMPLE | {"SWEEP_BRAKE_PERCENT": percent})


@pytest.mark.parametrize("by", ["express", "gateway"])
def test_names_behind_express_mode_and_gateways_are_as_they_should_be(
    world: Surveyed, by: str
) -> None:
    for number in range(30):
        world.estate.services["prod", f"s{number}"] = FastService((BALANCER.name,), led_by=by)
        world.publish("prod", f"s{number}", BALANCER)
    world.estate.services["prod", "plain"] = FastService(())

    assert findings(world.look()) == []
    assert world.estate.calls["DescribeServiceRevisions"] == 2  # twenty at once, of the 30


def test_what_is_not_understood_is_a_problem_and_no_removal(
    world: Surveyed, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.estate.services["prod", "web"] = FastService((BALANCER.name,), led_by="gateway")
    world.publish("prod", "web", BALANCER)
    revision = {"serviceRevisionArn": "revision/prod/web"}
    lattice = revision | {
        "vpcLatticeConfigurations": [{"roleArn": "r", "targetGroupArn": "t", "portName": "p"}]
    }
    monkeypatch.setattr(FastEstate, "_revision", lambda *_: lattice)

    found = world.look()

    assert findings(found) == []
    (problem,) = found["problems"]
    assert problem["error"] == "RoutingNotUnderstood"
    assert "vpcLatticeConfigurations" in problem["reason"]
