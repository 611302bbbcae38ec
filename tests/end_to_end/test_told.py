"""Whoever has a rule for it hears of a change, as documented, on the local AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.end_to_end.conftest import LocalAws, until
from tests.support.announcement import objections

pytestmark = [pytest.mark.local_aws, pytest.mark.xdist_group("events")]

PATTERN = {"source": ["signpost"], "detail-type": ["Signpost Service Change"]}


def test_a_change_is_announced_on_the_event_bus(local: LocalAws, service: str) -> None:
    sqs, events = local.client("sqs"), local.client("events")
    queue = sqs.create_queue(QueueName=service)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    events.put_rule(
        Name=service, EventPattern=json.dumps(PATTERN | {"detail": {"service": [service]}})
    )
    events.put_targets(Rule=service, Targets=[{"Id": "queue", "Arn": arn}])

    local.create(service, local.balancer())
    run = local.finished(service, "CreateService")

    def received() -> Any:
        return sqs.receive_message(QueueUrl=queue).get("Messages")

    (message,) = until(received, "the announcement")
    event = json.loads(message["Body"])
    assert objections(event["detail"]) == []
    assert event["detail"]["outcome"] == "RecordChanged"
    assert event["detail"]["after"] == run["receipt"]["after"]
    assert event["resources"] == [event["detail"]["execution"]["arn"]]
