"""Executions that the emulator's EventBridge and Step Functions start, as CloudTrail records them.

MiniStack records what comes over HTTP. In AWS these calls are recorded too: made by a session of
the target's or the state machine's role (Step Functions Developer Guide, "Recording API calls").
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudtrail, eventbridge, stepfunctions

Answer = tuple[int, dict[str, str], bytes]

_by: ContextVar[tuple[str, str] | None] = ContextVar("by", default=None)  # role's ARN, service


def install() -> None:
    """Record them from now on."""
    eventbridge._invoke_target = _for_target(eventbridge._invoke_target)
    stepfunctions._run_execution = _for_execution(stepfunctions._run_execution)
    stepfunctions._start_execution = _recorded(stepfunctions._start_execution)


def _for_target(original: Callable[..., Any]) -> Callable[..., Any]:
    def invoke(target: dict[str, Any], *rest: Any, **more: Any) -> Any:
        token = _by.set((target.get("RoleArn", ""), "events.amazonaws.com"))
        try:
            return original(target, *rest, **more)
        finally:
            _by.reset(token)

    return invoke


def _for_execution(original: Callable[..., Any]) -> Callable[..., Any]:
    """Runs in a thread of its own, in a copy of the context of whoever started it."""

    def run(arn: str) -> Any:
        began = stepfunctions._executions[arn]["events"][0]["executionStartedEventDetails"]
        _by.set((began["roleArn"], "states.amazonaws.com"))
        return original(arn)

    return run


def _recorded(original: Callable[[dict[str, Any]], Answer]) -> Callable[[dict[str, Any]], Answer]:
    def start(request: dict[str, Any]) -> Answer:
        answer, by = original(request), _by.get()
        if by and answer[0] < 400:
            _record(request, json.loads(answer[2]), *by)
        return answer

    return start


def _record(request: dict[str, Any], answer: dict[str, Any], role: str, service: str) -> None:
    name, account, now = role.rpartition("/")[2], get_account_id(), time.time()
    arn = f"arn:aws:sts::{account}:assumed-role/{name}/{uuid4().hex}"
    event = {
        "eventVersion": "1.08",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": arn,
            "accountId": account,
            "sessionContext": {"sessionIssuer": {"type": "Role", "arn": role, "userName": name}},
            "invokedBy": service,
        },
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)),
        "eventSource": "states.amazonaws.com",
        "eventName": "StartExecution",
        "awsRegion": get_region(),
        "sourceIPAddress": service,
        "userAgent": service,
        "requestParameters": {key: value for key, value in request.items() if key != "input"},
        "responseElements": answer,
        "eventID": str(uuid4()),
        "eventType": "AwsApiCall",
        "readOnly": False,
        "recipientAccountId": account,
    }
    recorded = {
        "EventId": event["eventID"],
        "EventName": "StartExecution",
        "EventSource": "states.amazonaws.com",
        "EventTime": now,
        "Username": arn,
        "ReadOnly": "false",
        "Resources": [],
        "CloudTrailEvent": json.dumps(event),
    }
    cloudtrail._get_event_queue().append(recorded)
