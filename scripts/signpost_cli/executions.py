"""Executions: starting one, following it, reading its history."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError

from signpost.aws.clients import code_of
from signpost.triggers.runs import MAX_EXECUTION_NAME
from signpost_cli import interruption
from signpost_cli.errors import CommandError, asking
from signpost_cli.patience import Waiting, waiting
from signpost_cli.target import DEFAULT_STACK, Target
from signpost_cli.timeline import Timeline, read

POLL_SECONDS = 0.5
_MISSING = "Give the name or ARN of an execution that the console lists (kept for 90 days)."
_GONE = ("ExecutionDoesNotExist", "StateMachineDoesNotExist")


def new_name(*about: str) -> str:
    """A name that is unique, and tells what it is about (names of a cluster and a service)."""
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    tail = f"-{moment}-{uuid4().hex[:6]}"
    return "-".join(("manual", *about))[: MAX_EXECUTION_NAME - len(tail)] + tail


def tell_started(target: Target, arn: str, *, as_json: bool) -> None:
    """What is printed where nobody waits for the end."""
    name = arn.rpartition(":")[2]
    started = f"Started {name}. Look at it with:\n  {look(target, name)}"
    sys.stdout.write((json.dumps({"execution": arn}) if as_json else started) + "\n")


def run(target: Target, cluster: str, service: str, **more: Any) -> str:
    """Start an execution of ServiceChange for a service; returns its ARN."""
    name = new_name(cluster, service)
    document = {"cluster": cluster, "service": service, **more}
    return start(target, target.state_machine_arn, name, **document)


def start(target: Target, machine: str, name: str, **document: Any) -> str:
    """Start an execution of a state machine; returns its ARN. What is None stays out of the input.

    Whoever interrupts it is told under which name to look for it.
    """
    given = {key: value for key, value in document.items() if value is not None}
    missing = f"Stack {target.stack_name} names a state machine that is gone: deploy it again."
    begun = f"Whether it has begun, shows:\n  {look(target, name)}"
    with asking("states:StartExecution", machine, missing), interruption.told(begun):
        started = target.sfn.start_execution(
            stateMachineArn=machine, name=name, input=json.dumps(given)
        )
    return str(started["executionArn"])


def look(target: Target, name: str) -> str:
    """The command that shows an execution."""
    return command(target, f"show {name}")


def command(target: Target, words: str) -> str:
    """A command that works on the same stack."""
    stack = "" if target.stack_name == DEFAULT_STACK else f" --stack-name {target.stack_name}"
    return f"signpost {words}{stack}"


def arn_of(target: Target, execution: str, machine: str | None = None) -> str:
    """An execution's ARN from its ARN or name; of ServiceChange, or of the `machine` given."""
    if execution.startswith("arn:"):
        return execution
    machine = machine or target.state_machine_arn
    return f"{machine.replace(':stateMachine:', ':execution:', 1)}:{execution}"


def find(target: Target, execution: str) -> dict[str, Any]:
    """DescribeExecution's answer for an execution of ServiceChange or of Sweep, by name or ARN."""
    if execution.startswith("arn:"):
        return describe(target, execution)
    for machine in (target.state_machine_arn, target.sweep_state_machine_arn):
        arn = arn_of(target, execution, machine)
        with asking("states:DescribeExecution", arn):
            try:
                return dict(target.sfn.describe_execution(executionArn=arn))
            except ClientError as error:
                if code_of(error) not in _GONE:
                    raise
    raise CommandError(
        f"No execution is named {execution}, neither of ServiceChange nor of Sweep in stack "
        f"{target.stack_name}. Step Functions keeps executions for 90 days.\n"
        f"See which there are: {command(target, 'history CLUSTER SERVICE')}, or the console."
    )


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
        return read(events_of(target.sfn, arn), datetime.now(UTC))


def waits_for(target: Target, arn: str, found: Timeline) -> Waiting | None:
    """What an execution waits for and until when; None where it does not run.

    Where its definition may not be read, until when is left out.
    """
    if not found.is_running:
        return None
    try:
        return waiting(found, json.loads(definition(target, arn)))
    except CommandError:
        return waiting(found)


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
    target: Target, arn: str, seen: Callable[[Timeline], None], limit_seconds: float = 4300
) -> Timeline:
    """Call `seen` with the timeline as it grows, until the execution ends; returns the last one.

    The state machine ends by itself within 70 minutes; `limit_seconds` is a little more.
    """
    deadline, name = time.monotonic() + limit_seconds, arn.rpartition(":")[2]
    with interruption.told(f"The execution goes on. Look at it with:\n  {look(target, name)}"):
        while True:
            timeline = history(target, arn)
            seen(timeline)
            if not timeline.is_running:
                return timeline
            if time.monotonic() > deadline:
                raise CommandError(f"{name} still runs. Look at it with:\n  {look(target, name)}")
            time.sleep(POLL_SECONDS)
