"""Who started an execution, as the emulator's CloudTrail has it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import alb, cloudtrail, ecs, eventbridge, stepfunctions

from local_aws.emulated import calls, starts

ROLE = "arn:aws:iam::000000000000:role/the-rules"
MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:m"


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module, name in (
        (eventbridge, "_invoke_target"),
        (stepfunctions, "_run_execution"),
        (stepfunctions, "_start_execution"),
        (cloudtrail, "record_event"),
        (alb, "handle_request"),
        (ecs, "_finalize_ecs_response"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))
    monkeypatch.setattr(stepfunctions, "_run_execution", lambda _: None)
    starts.install()
    calls.install(lambda _: None)
    request({"name": "m", "definition": json.dumps(DEFINITION), "roleArn": ROLE}, "Create")
    yield
    stepfunctions.reset()
    cloudtrail.reset()


DEFINITION = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}


def request(body: dict[str, Any], action: str) -> dict[str, Any]:
    """Call Step Functions over its API, as the emulator's server does."""
    name = {"Create": "CreateStateMachine", "Start": "StartExecution"}[action]

    async def handled() -> Any:
        headers = {"x-amz-target": f"AWSStepFunctions.{name}"}
        answer = await stepfunctions.handle_request(
            "POST", "/", headers, json.dumps(body).encode(), {}
        )
        cloudtrail.record_event(
            service="states",
            event_name=name,
            username="test",
            access_key_id="test",
            resources=[],
            region="us-east-1",
            request_id=f"request-{name}",
            user_agent="boto3",
            request_params=body,
            method="POST",
        )
        return answer

    return dict(json.loads(asyncio.run(handled())[2]))


def last() -> dict[str, Any]:
    attribute = {"AttributeKey": "EventName", "AttributeValue": "StartExecution"}
    answer = cloudtrail._lookup_events({"LookupAttributes": [attribute]})
    return dict(json.loads(json.loads(answer[2])["Events"][0]["CloudTrailEvent"]))


def test_a_call_names_its_caller_and_the_execution_but_not_its_input() -> None:
    started = request({"stateMachineArn": MACHINE, "name": "one", "input": "{}"}, "Start")

    record = last()

    assert record["responseElements"]["executionArn"] == started["executionArn"]
    assert record["requestParameters"] == {"stateMachineArn": MACHINE, "name": "one"}
    assert record["userIdentity"]["arn"].startswith("arn:aws:")


def test_a_call_that_failed_has_started_nothing() -> None:
    for _ in range(2):
        request({"stateMachineArn": MACHINE, "name": "one", "input": "{}"}, "Start")

    assert last()["errorCode"] == "ExecutionAlreadyExists"
    assert last()["responseElements"] is None


def test_a_rule_starts_as_its_targets_role() -> None:
    eventbridge._invoke_target({"Arn": MACHINE, "RoleArn": ROLE}, {"detail": {}}, {})

    record = last()

    assert record["userIdentity"]["invokedBy"] == "events.amazonaws.com"
    assert ":assumed-role/the-rules/" in record["userIdentity"]["arn"]
    (arn,) = stepfunctions._executions
    assert record["responseElements"]["executionArn"] == arn


def test_a_nested_execution_is_started_as_the_machines_role(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parent = request({"stateMachineArn": MACHINE, "name": "parent", "input": "{}"}, "Start")

    def nest(_: str) -> None:
        stepfunctions._invoke_nested_start_execution("", {"StateMachineArn": MACHINE})

    starts._for_execution(nest)(parent["executionArn"])

    assert last()["userIdentity"]["invokedBy"] == "states.amazonaws.com"
    assert ":assumed-role/the-rules/" in last()["userIdentity"]["arn"]
