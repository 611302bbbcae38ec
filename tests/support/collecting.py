"""CollectEvents as Lambda runs it, and the executions that it starts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from botocore.exceptions import ClientError

import collect_events
from signpost.aws import clients
from tests.support.api_model import StandIn
from tests.support.estate import REGION, cloudtrail

MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:ServiceChange"


def collected(*events: Any) -> dict[str, Any]:
    """The batch as Lambda gets it from the queue; a text is a message as it stands. Their messages'
    ids are "0", "1" and so on.
    """
    bodies = [event if isinstance(event, str) else json.dumps(event) for event in events]
    return {"Records": [{"messageId": str(n), "body": body} for n, body in enumerate(bodies)]}


def come_back(*events: Any) -> list[str]:
    """The ids of those messages of a batch that CollectEvents wants to get again."""
    answer = collect_events.handler(collected(*events), None)
    assert answer.keys() == {"batchItemFailures"}
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def elb_call(name: str, /, **request: Any) -> dict[str, Any]:
    """EventBridge's event for a call to Elastic Load Balancing, as CloudTrail records it."""
    event = cloudtrail(name, request)
    event["detail"] |= {"eventSource": "elasticloadbalancing.amazonaws.com", "awsRegion": REGION}
    return event | {"source": "aws.elasticloadbalancing"}


@contextmanager
def starts(refused: dict[str, str]) -> Iterator[list[dict[str, Any]]]:
    """The inputs of all executions that are started; `refused` says for which services Step
    Functions refuses to, with which code.
    """
    inputs: list[dict[str, Any]] = []
    original = clients.client

    class Starting(StandIn, services=("stepfunctions",)):
        def start_execution(self, **request: Any) -> dict[str, Any]:
            document = json.loads(request["input"])
            if code := refused.get(document["service"]):
                raise ClientError({"Error": {"Code": code, "Message": "no"}}, "StartExecution")
            inputs.append(document)
            return {"executionArn": MACHINE, "startDate": datetime.now(UTC)}

    def client(name: str, *, patient: bool = False) -> Any:
        return Starting() if name == "stepfunctions" else original(name, patient=patient)

    with mock.patch.object(collect_events, "client", client):
        yield inputs
