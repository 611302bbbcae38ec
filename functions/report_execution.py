"""ReportExecution: counts each finished execution, and announces each change.

It is no step of the workflow: a rule on Step Functions' own status events invokes it, so that
neither its failure nor its delay can touch a change, and no state transition is spent on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from signpost import metrics
from signpost.aws.clients import calling, client
from signpost.errors import AwsUnavailable, SignpostError
from signpost.observability import about, step, tell_of
from signpost.settings import Settings
from signpost.triggers import cloud_events
from signpost.triggers.ecs_names import Home
from signpost.triggers.finished import DETAIL_TYPE, SOURCE, Finished


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`Step Functions Execution Status Change` → metrics, and the announcement of a change.

    Raises InvalidEvent, Throttled, AwsUnavailable or AccessDenied; Lambda then tries twice more
    and keeps the event in the dead-letter queue.
    """
    finished = Finished.from_event(event)
    if finished.lacks_receipt:
        finished = replace(finished, receipt=_receipt_of(finished.arn))
    trigger = (finished.receipt or {}).get("trigger") or _trigger_of(finished.input)
    tell_of(trigger, execution=finished.name)
    detail = finished.announcement()
    if detail is not None:
        _announce(detail, finished)
    _count(finished, {"execution": finished.name, **about(trigger)})
    return {"announced": detail is not None, **finished.summary}


def _receipt_of(arn: str) -> dict[str, Any]:
    """The whole output of an execution whose event had no room for it."""
    with calling("states:DescribeExecution", arn):
        described = client("stepfunctions", patient=True).describe_execution(executionArn=arn)
    return dict(json.loads(described["output"]))


def _announce(detail: Mapping[str, Any], finished: Finished) -> None:
    entry = {
        "Source": SOURCE,
        "DetailType": DETAIL_TYPE,
        "Detail": json.dumps(detail),
        "Resources": [finished.arn],
        "Time": datetime.fromisoformat(finished.stopped_at),
    }
    with calling("events:PutEvents", "the default event bus"):
        answer = client("events", patient=True).put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        refused = answer["Entries"][0]
        raise AwsUnavailable(
            f"events:PutEvents took the call but not the event of {finished.arn}: "
            f"{refused.get('ErrorCode')}: {refused.get('ErrorMessage')}."
        )


def _count(finished: Finished, facts: Mapping[str, Any]) -> None:
    """The announcement comes first: what is tried again must not be counted twice."""
    metrics.emit({"Executions": 1}, facts, finished.outcome)
    if finished.failure:
        metrics.emit({"Failures": 1}, facts, finished.failure)
    if finished.counts:
        metrics.emit(finished.counts, facts)


def _trigger_of(event: Any) -> dict[str, Any]:
    """What an execution without receipt was for, as far as its input tells."""
    try:
        settings = Settings.from_env()
        home = Home(settings.account, settings.region, settings.event_sources)
        return cloud_events.parse(event, home, datetime.now(UTC)).to_json()
    except SignpostError:
        return {}
