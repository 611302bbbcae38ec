"""Who has subscribed to the alert topic reads a sentence, on the local AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.end_to_end.conftest import LocalAws, until

pytestmark = [pytest.mark.local_aws, pytest.mark.xdist_group("events")]


@pytest.fixture
def mailbox(local: LocalAws, service: str) -> str:
    """A queue that is subscribed to the alert topic."""
    sqs = local.client("sqs")
    anybody = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    queue = sqs.create_queue(
        QueueName=service, Attributes={"Policy": json.dumps({"Statement": [anybody]})}
    )["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    (stack,) = local.client("cloudformation").describe_stacks(StackName="signpost")["Stacks"]
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}
    local.client("sns").subscribe(
        TopicArn=outputs["AlertTopicArn"],
        Protocol="sqs",
        Endpoint=asked["Attributes"]["QueueArn"],
        Attributes={"RawMessageDelivery": "true"},
    )
    return str(queue)


def alert(local: LocalAws, mailbox: str, execution: str) -> str:
    """The alert on an execution."""
    sqs = local.client("sqs")

    def received() -> Any:
        messages = sqs.receive_message(QueueUrl=mailbox, MaxNumberOfMessages=10)
        return [one["Body"] for one in messages.get("Messages", []) if execution in one["Body"]]

    (text,) = until(received, "the alert")
    return str(text)


@pytest.mark.parametrize("machine", ["StateMachineArn", "SweepStateMachineArn"])
@pytest.mark.parametrize("stopped", [False, True])
def test_an_execution_that_does_not_succeed_is_told_in_a_sentence(
    local: LocalAws, mailbox: str, service: str, machine: str, stopped: bool
) -> None:
    (stack,) = local.client("cloudformation").describe_stacks(StackName="signpost")["Stacks"]
    arn = next(one["OutputValue"] for one in stack["Outputs"] if one["OutputKey"] == machine)
    secret = {"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "sourceIPAddress": "192.0.2.77"}
    execution = local.sfn.start_execution(
        stateMachineArn=arn, name=service, input=json.dumps({"unknown": secret})
    )["executionArn"]
    if stopped:
        local.sfn.stop_execution(executionArn=execution, error="\x1b[31m", cause="192.0.2.77")

    text = alert(local, mailbox, execution)

    ended = "ended as ABORTED at " if stopped else "FAILED at "
    assert f"an execution of the state machine {arn} {ended}" in text
    assert ("with the error InvalidEvent" in text) is not stopped
    assert f"#/v2/executions/details/{execution} " in text
    assert not [one for one in (*secret.values(), "\x1b") if one in text]


def test_a_change_of_which_a_part_was_refused_is_told_in_a_sentence(
    local: LocalAws, mailbox: str, service: str
) -> None:
    local.create(service, local.balancer(), hostname=f"{service} www")

    execution = local.started(service, "CreateService")
    text = alert(local, mailbox, execution)

    machine = local.facts["state_machine_arn"]
    assert f"an execution of the state machine {machine} ended as PartlyChanged at " in text
    assert f"#/v2/executions/details/{execution} " in text
    assert "www" not in text
