"""Executions: starting one, following it, reading its history."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from signpost_cli.errors import CommandError, asking
from signpost_cli.target import Target
from signpost_cli.timeline import Timeline, read

POLL_SECONDS = 0.5
_MISSING = "Give the name or ARN of an execution that the console lists (kept for 90 days)."
MAX_NAME = 80  # Step Functions API Reference, StartExecution


def new_name(cluster: str, service: str) -> str:
    """A name that is unique, tells what it is about, and has only characters that may be in one."""
    about = re.sub(r"[^A-Za-z0-9_-]+", "-", f"{name_of(cluster)}-{name_of(service)}")
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    tail = f"-{moment}-{uuid4().hex[:6]}"
    return f"manual-{about}"[: MAX_NAME - len(tail)] + tail


def name_of(name_or_arn: str) -> str:
    """The name in a cluster's or service's ARN; a name as it is."""
    return name_or_arn.rpartition("/")[2]


def start(target: Target, cluster: str, service: str, **more: Any) -> str:
    """Start an execution for a service; returns its ARN. `more` is added to the input."""
    arn = target.state_machine_arn
    document = {"cluster": cluster, "service": service} | {
        key: value for key, value in more.items() if value is not None
    }
    missing = f"Stack {target.stack_name} names a state machine that is gone: deploy it again."
    with asking("states:StartExecution", arn, missing):
        started = target.sfn.start_execution(
            stateMachineArn=arn, name=new_name(cluster, service), input=json.dumps(document)
        )
    return str(started["executionArn"])


def arn_of(target: Target, execution: str) -> str:
    """An execution's ARN from its ARN or name."""
    if execution.startswith("arn:"):
        return execution
    machine = target.state_machine_arn
    return f"{machine.replace(':stateMachine:', ':execution:', 1)}:{execution}"


def describe(target: Target, arn: str) -> dict[str, Any]:
    """DescribeExecution's answer."""
    with asking("states:DescribeExecution", arn, _MISSING):
        return dict(target.sfn.describe_execution(executionArn=arn))


def definition(target: Target, arn: str) -> str:
    """The state machine's definition as it was when the execution began."""
    with asking("states:DescribeStateMachineForExecution", arn, _MISSING):
        described = target.sfn.describe_state_machine_for_execution(executionArn=arn)
    return str(described["definition"])


def history(target: Target, arn: str) -> Timeline:
    """The timeline of an execution so far."""
    with asking("states:GetExecutionHistory", arn, _MISSING):
        return read(events_of(target.sfn, arn))


def events_of(sfn: Any, arn: str) -> Iterator[dict[str, Any]]:
    """All events of an execution's history, oldest first."""
    request: dict[str, Any] = {"executionArn": arn, "maxResults": 1000}
    while True:
        page = sfn.get_execution_history(**request)
        yield from page["events"]
        if not page.get("nextToken"):
            return
        request["nextToken"] = page["nextToken"]


def follow(
    target: Target, arn: str, seen: Callable[[Timeline], None], limit_seconds: float = 3700
) -> Timeline:
    """Call `seen` with the timeline as it grows, until the execution ends; returns the last one.

    The state machine ends by itself within an hour; `limit_seconds` is a little more.
    """
    deadline = time.monotonic() + limit_seconds
    while True:
        timeline = history(target, arn)
        seen(timeline)
        if timeline.status != "RUNNING":
            return timeline
        if time.monotonic() > deadline:
            raise CommandError(f"{arn} still runs.\nLook at it with: signpost show {arn}")
        time.sleep(POLL_SECONDS)
