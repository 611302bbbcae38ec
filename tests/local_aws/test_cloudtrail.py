"""The events that the local AWS makes of recorded calls."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws import cloudtrail
from tests.support.ecs_calls import ARN, answered, recorded, service


def test_the_answer_looks_as_cloudtrail_tells_it() -> None:
    elements = cloudtrail.answered("CreateService", {"service": service(createdAt=1776109492.25)})

    assert elements is not None
    assert elements["service"]["serviceArn"] == ARN
    assert elements["service"]["createdAt"] == "Apr 13, 2026, 7:44:52 PM"
    assert "deployments" not in elements["service"]


def test_a_call_looks_as_cloudtrail_tells_it() -> None:
    call = recorded("CreateService", cluster="prod", serviceName="web")

    entry = cloudtrail.api_call(call)

    detail = json.loads(entry["Detail"])
    assert entry["Source"] == "local.ecs"
    assert entry["DetailType"] == "AWS API Call via CloudTrail"
    assert detail["eventID"] == "event-1"
    assert detail["requestParameters"] == {"cluster": "prod", "serviceName": "web"}


@pytest.mark.parametrize(
    ("arn", "kind", "name"),
    [
        ("arn:aws:iam::000000000000:root", "Root", None),
        ("arn:aws:iam::000000000000:user/team/ana", "IAMUser", "ana"),
        ("arn:aws:sts::000000000000:assumed-role/deploy/ci", "AssumedRole", None),
    ],
)
def test_the_caller_is_named(arn: str, kind: str, name: str | None) -> None:
    call = recorded("CreateService", serviceName="web")
    call["userIdentity"] |= {"userName": arn}

    identity = json.loads(cloudtrail.api_call(call)["Detail"])["userIdentity"]

    assert (identity["arn"], identity["type"], identity.get("userName")) == (arn, kind, name)


@pytest.mark.parametrize("verb", ["Create", "Update", "Delete"])
def test_a_call_of_express_mode_is_told_with_its_cluster_and_no_arn_of_it(verb: str) -> None:
    """Amazon ECS API Reference: ECSExpressGatewayService, UpdatedExpressGatewayService."""
    configuration = {"serviceRevisionArn": "arn", "createdAt": 1776109492}
    answer = {
        "serviceArn": ARN,
        "cluster": "prod",
        "serviceName": "web",
        "status": {"statusCode": "DRAINING"},
        "activeConfigurations": [configuration],
        "updatedAt": 1776109492,
        "tags": [],
    }

    elements = cloudtrail.answered(f"{verb}ExpressGatewayService", {"service": answer})

    told = "Apr 13, 2026, 7:44:52 PM"
    assert elements == {
        "service": {
            "serviceArn": ARN,
            "cluster": "prod",
            "serviceName": "web",
            "status": {"statusCode": "DRAINING"},
            "activeConfigurations": [configuration | {"createdAt": told}],
            "updatedAt": told,
        }
    }


def test_a_tagging_has_no_answer() -> None:
    assert cloudtrail.answered("TagResource", {}) is None


def test_a_finished_deployment_names_the_service_in_resources_only() -> None:
    entry = cloudtrail.deployment_completed(service(), service()["deployments"][0])

    assert entry["Resources"] == [ARN]
    assert entry["DetailType"] == "ECS Deployment State Change"
    detail = json.loads(entry["Detail"])
    assert detail["eventName"] == "SERVICE_DEPLOYMENT_COMPLETED"
    assert detail["clusterArn"] == service()["clusterArn"]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (recorded("CreateService", serviceName="web"), ("default", "web")),
        (recorded("DeleteService", cluster="prod", service=ARN), ("prod", ARN)),
        (recorded("TagResource", resourceArn=ARN), ("prod", "web")),
        (recorded("TagResource", resourceArn="arn:aws:ecs:r:1:service/web"), ("default", "web")),
        (recorded("TagResource", resourceArn="arn:aws:ecs:r:1:cluster/prod"), None),
        (recorded("CreateService"), None),
        (recorded("CreateExpressGatewayService", serviceName="web"), ("default", "web")),
        (recorded("UpdateExpressGatewayService", serviceArn=ARN), ("prod", "web")),
        (recorded("DeleteExpressGatewayService", serviceArn=ARN), ("prod", "web")),
        (recorded("DeleteExpressGatewayService", serviceArn="arn:aws:ecs:r:1:service/web"), None),
        (
            recorded("CreateExpressGatewayService", cluster="prod") | answered(f"{ARN}-made-up"),
            ("prod", "web-made-up"),
        ),
        (recorded("UpdateService", service=ARN) | answered(ARN), ("prod", "web")),
    ],
)
def test_the_service_that_a_call_is_about(
    call: dict[str, Any], expected: tuple[str, str] | None
) -> None:
    assert cloudtrail.target_of(call) == expected
