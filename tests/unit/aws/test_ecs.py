"""Amazon ECS: what becomes of its answers."""

from __future__ import annotations

from typing import Any

import pytest

from signpost.aws import ecs
from signpost.aws.revisions import Routing
from signpost.errors import AwsUnavailable
from signpost.model.service import Service, ServiceState, TargetGroup
from tests.support.parameters import SETTINGS
from tests.support.stub import Stub


@pytest.fixture
def service_api() -> Stub:
    return Stub("ecs")


def found(**facts: Any) -> dict[str, Any]:
    group = {"targetGroupArn": "arn:tg", "containerName": "app", "containerPort": 80}
    return {
        "serviceName": "web",
        "status": "ACTIVE",
        "desiredCount": 2,
        "loadBalancers": [group],
        "tags": [],
    } | facts


def described(api: Stub, **facts: Any) -> Service:
    api.answers("describe_services", services=[found(**facts)], failures=[])
    return ecs.describe(api.client, "prod", "web", SETTINGS)


def test_a_running_service_is_present(service_api: Stub) -> None:
    service = described(service_api)

    assert (service.state, service.desired_count) == (ServiceState.PRESENT, 2)
    assert service.target_groups == (TargetGroup("arn:tg"),)


@pytest.mark.parametrize("status", ["DRAINING", "INACTIVE"])
def test_a_deleted_service_is_absent(service_api: Stub, status: str) -> None:
    assert described(service_api, status=status).state is ServiceState.ABSENT


def test_a_service_that_ecs_does_not_know_is_missing(service_api: Stub) -> None:
    service_api.answers("describe_services", services=[], failures=[{"reason": "MISSING"}])

    service = ecs.describe(service_api.client, "prod", "web", SETTINGS)

    assert service.state is ServiceState.MISSING


def test_the_services_of_a_missing_cluster_are_missing(service_api: Stub) -> None:
    service_api.fails("describe_services", "ClusterNotFoundException")

    assert ecs.describe(service_api.client, "prod", "web", SETTINGS).state is ServiceState.MISSING


@pytest.mark.parametrize("failures", [[], [{"reason": "ACCESS_DENIED"}], [{}]])
def test_no_answer_is_never_taken_for_absence(
    service_api: Stub, failures: list[dict[str, str]]
) -> None:
    service_api.answers("describe_services", services=[], failures=failures)

    with pytest.raises(AwsUnavailable):
        ecs.describe(service_api.client, "prod", "web", SETTINGS)


def test_another_refusal_is_never_taken_for_absence(service_api: Stub) -> None:
    service_api.fails("describe_services", "InvalidParameterException")

    with pytest.raises(AwsUnavailable):
        ecs.describe(service_api.client, "prod", "web", SETTINGS)


def test_code_deploys_load_balancers_stand_in_the_primary_task_set(service_api: Stub) -> None:
    sets = [
        {"status": "ACTIVE", "loadBalancers": [{"targetGroupArn": "arn:green"}]},
        {"status": "PRIMARY", "loadBalancers": [{"targetGroupArn": "arn:blue"}]},
    ]
    service = described(service_api, taskSets=sets, deploymentController={"type": "CODE_DEPLOY"})

    assert service.target_groups == (TargetGroup("arn:blue"),)


def test_task_sets_without_a_primary_one_are_left_alone(service_api: Stub) -> None:
    sets = [{"status": "ACTIVE", "loadBalancers": [{"targetGroupArn": "arn:green"}]}]
    service = described(service_api, taskSets=sets, deploymentController={"type": "EXTERNAL"})

    assert service.state is ServiceState.NOT_OURS


def test_native_blue_green_has_both_colours(service_api: Stub) -> None:
    advanced = {"alternateTargetGroupArn": "arn:green", "productionListenerRule": "arn:rule"}
    entry = {"targetGroupArn": "arn:blue", "advancedConfiguration": advanced}
    service = described(service_api, loadBalancers=[entry])

    assert service.target_groups == (TargetGroup("arn:blue", "arn:green", "arn:rule"),)
    assert service.target_groups[0].arns() == ("arn:blue", "arn:green")


def test_a_classic_load_balancer_is_known_by_its_name(service_api: Stub) -> None:
    service = described(service_api, loadBalancers=[{"loadBalancerName": "old"}])

    assert (service.target_groups, service.classic_load_balancers) == ((), ("old",))


def test_a_way_that_is_still_being_made_is_in_doubt_beside_load_balancers_of_its_own() -> None:
    service = ecs.from_description("prod", found(), SETTINGS, Routing("gateway edge"))

    assert service.target_groups == (TargetGroup("arn:tg"),)
    assert service.doubt == "Its gateway edge is still being made."
