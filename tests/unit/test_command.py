"""The command as a user runs it: what it prints, where, and its exit code."""

from __future__ import annotations

import io
import json
import os
import re
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from rich.console import Console

from signpost_cli import executions, render, render_timeline
from signpost_cli.errors import CommandError, asking
from signpost_cli.target import Target
from signpost_cli.timeline import read as read_timeline
from tests.unit.test_timeline import waiting


def printed(width: int = 80) -> tuple[Console, io.StringIO]:
    text = io.StringIO()
    return Console(file=text, width=width, highlight=False), text


RECEIPT: dict[str, Any] = {
    "outcome": "RecordChanged",
    "reason": "web-alb is the only internal one in a VPC of the private zone.",
    "trigger": {
        "name": "UpdateService",
        "actor": "arn:aws:iam::123456789012:user/ada",
        "time": "2026-11-24T12:00:00.000Z",
        "reason": None,
    },
    "before": [
        {
            "name": "web.ecs.internal",
            "type": "CNAME",
            "ttl": 60,
            "values": ["old.example"],
            "alias": None,
        }
    ],
    "after": [
        {
            "name": "web.ecs.internal",
            "type": "A",
            "ttl": None,
            "values": [],
            "alias": {"dns_name": "new.example"},
        }
    ],
    "attempts": {"rounds": 1, "readiness": 3, "verification": 2},
    "verification": {"method": "dns", "detail": "192.0.2.53 served it."},
    "previous_execution": "the-one-before",
    "seconds": 12.34,
}


def test_a_receipt_shows_what_goes_and_what_comes() -> None:
    out, text = printed()
    timeline = read_timeline(
        waiting()
        .add(
            "ExecutionSucceeded", 1, executionSucceededEventDetails={"output": json.dumps(RECEIPT)}
        )
        .events
    )

    render.receipt(out, timeline)

    shown = text.getvalue()
    assert "- web.ecs.internal CNAME old.example (TTL 60)" in shown
    assert "+ web.ecs.internal A ALIAS new.example" in shown
    assert "12.3 s from event to verified" in shown
    assert "the-one-before" in shown


def test_repeated_failures_are_told_once_with_their_waits() -> None:
    out, text = printed()

    for step in read_timeline(waiting().events).steps:
        render_timeline.print_step(out, step)

    shown = " ".join(text.getvalue().split())
    assert "CheckReadiness 15.0 s 3 attempts" in shown
    assert shown.count("none yet") == 1
    assert "TargetsNotHealthy (2 times) none yet Waited 5.0, 7.5 s." in shown


def test_an_error_that_looks_like_markup_is_printed_as_it_is() -> None:
    out, text = printed()
    details = {"error": "ChangeRefused", "cause": "Tried to create [name='web.', type='A']"}
    history = waiting().add("ExecutionFailed", 1, executionFailedEventDetails=details)

    render.receipt(out, read_timeline(history.events))

    assert "[name='web.', type='A']" in text.getvalue()


@pytest.mark.parametrize(
    ("cluster", "service"),
    [
        ("prod", "web"),
        ("arn:aws:ecs:eu-west-1:123456789012:cluster/prod", "s" * 255),
        ("c" * 255, "arn:aws:ecs:eu-west-1:123456789012:service/prod/web"),
    ],
)
def test_execution_names_are_legal_and_unique(cluster: str, service: str) -> None:
    names = {executions.new_name(cluster, service) for _ in range(20)}

    assert len(names) == 20
    assert all(re.fullmatch(r"manual-[A-Za-z0-9_-]{1,73}", name) for name in names)


def client_error(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (client_error("ExecutionDoesNotExist"), "Look in the console."),
        (client_error("ValidationError", "Stack signpost does not exist"), "Look in the console."),
        (client_error("AccessDeniedException"), "credentials that may make this call"),
        (client_error("ExpiredTokenException"), "Renew your credentials"),
        (client_error("SomethingElse"), "Try again"),
        (NoCredentialsError(), "AWS_PROFILE"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), "signpost local up"),
    ],
)
def test_an_error_of_aws_names_the_call_the_resource_and_the_next_step(
    error: Exception, step: str
) -> None:
    with pytest.raises(CommandError) as raised, asking("sfn:Call", "thing", "Look in the console."):
        raise error

    assert "sfn:Call" in str(raised.value)
    assert step in str(raised.value)


def test_a_stack_that_is_not_signposts_is_said() -> None:
    target = Target("other")
    target.outputs = {"BucketName": "b"}

    with pytest.raises(CommandError, match="other has no output StateMachineArn"):
        _ = target.state_machine_arn


def test_an_execution_can_be_named_without_its_arn() -> None:
    target = Target()
    target.outputs = {"StateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:S"}

    arn = executions.arn_of(target, "one")

    assert arn == "arn:aws:states:eu-west-1:123456789012:execution:S:one"
    assert executions.arn_of(target, arn) == arn


def test_the_region_is_the_one_that_every_other_tool_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-north-1")

    assert Target().session.region_name == "eu-north-1"


def test_the_local_aws_is_asked_with_the_credentials_that_are_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")

    session = Target().session

    credentials = session.get_credentials()
    assert credentials
    assert (credentials.access_key, session.region_name) == ("mine", "us-east-1")
