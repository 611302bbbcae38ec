"""Service revisions in the emulator's ECS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from local_aws.emulated import revisions
from tests.support import emulated_ecs
from tests.support.emulated_ecs import call, refusal

UNKNOWN = "arn:aws:ecs:us-east-1:000000000000:service-revision/prod/web/1"
BALANCER = {"targetGroupArn": "arn:aws:tg/1", "containerName": "app", "containerPort": 80}


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with emulated_ecs.account(monkeypatch):
        for image in ("one", "two"):
            emulated_ecs.task_definition("web", image=image)
        yield


def create(**more: Any) -> dict[str, Any]:
    asked = {"serviceName": "web", "taskDefinition": "web:1", "desiredCount": 1} | more
    return dict(call("CreateService", cluster="prod", **asked)["service"])


def update(**changed: Any) -> dict[str, Any]:
    return dict(call("UpdateService", cluster="prod", service="web", **changed)["service"])


def current(service: dict[str, Any]) -> str:
    (revision,) = service["currentServiceRevisions"]
    return str(revision["arn"])


def described(*arns: str) -> list[dict[str, Any]]:
    return list(call("DescribeServiceRevisions", serviceRevisionArns=[*arns])["serviceRevisions"])


def test_a_service_has_a_revision_with_what_it_was_made_of() -> None:
    made = create(loadBalancers=[BALANCER])

    (shown,) = call("DescribeServices", cluster="prod", services=["web"])["services"]
    (revision,) = described(current(shown))

    assert shown["currentServiceRevisions"] == [
        {
            "arn": current(made),
            "requestedTaskCount": 1,
            "runningTaskCount": 1,
            "pendingTaskCount": 0,
        }
    ]
    assert current(made).startswith(UNKNOWN.removesuffix("1"))
    assert revision["loadBalancers"] == [BALANCER]
    assert (revision["serviceArn"], revision["clusterArn"], revision["taskDefinition"]) == (
        made["serviceArn"],
        made["clusterArn"],
        made["taskDefinition"],
    )


@pytest.mark.parametrize(
    "changed",
    [
        {"taskDefinition": "web:2"},
        {"loadBalancers": [BALANCER]},
        {"networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-00000002"]}}},
        {"vpcLatticeConfigurations": [{"roleArn": "r", "targetGroupArn": "t", "portName": "p"}]},
        {"forceNewDeployment": True},
    ],
)
def test_a_call_that_changes_it_makes_another_one_and_keeps_the_first(
    changed: dict[str, Any],
) -> None:
    first = current(create())

    second = current(update(**changed))

    assert second != first
    assert [one["serviceRevisionArn"] for one in described(first, second)] == [first, second]


def test_a_call_that_changes_nothing_of_it_makes_none() -> None:
    first = current(create())

    service = update(desiredCount=3, taskDefinition="web:1")

    assert current(service) == first
    assert service["currentServiceRevisions"][0]["requestedTaskCount"] == 3


def test_a_revision_stays_as_it_was() -> None:
    first = current(create())
    update(loadBalancers=[BALANCER])

    assert described(first)[0]["loadBalancers"] == []


@pytest.mark.parametrize("controller", ["CODE_DEPLOY", "EXTERNAL"])
def test_a_service_of_another_controller_has_none(controller: str) -> None:
    assert "currentServiceRevisions" not in create(deploymentController={"type": controller})


@pytest.mark.parametrize("arn", [UNKNOWN, "arn:aws:ecs:us-east-1:0:service/prod/web", "nonsense"])
def test_an_unknown_one_is_missing(arn: str) -> None:
    known = current(create())

    answer = call("DescribeServiceRevisions", serviceRevisionArns=[known, arn])

    assert answer["failures"] == [{"arn": arn, "reason": "MISSING"}]
    assert [one["serviceRevisionArn"] for one in answer["serviceRevisions"]] == [known]


@pytest.mark.parametrize("number", [0, 21])
def test_none_and_more_than_a_call_takes_are_refused(number: int) -> None:
    code, _ = refusal("DescribeServiceRevisions", serviceRevisionArns=[UNKNOWN] * number)

    assert code == "InvalidParameterException"
    assert revisions.MOST_ARNS == 20
