"""The command as a user runs it: what it prints, where, and its exit code."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from signpost import __version__
from signpost_cli import app, change, executions, render, render_timeline
from signpost_cli.change import Change
from signpost_cli.errors import CommandError, asking
from signpost_cli.target import Target
from signpost_cli.timeline import read as read_timeline
from tests.support.console import printed
from tests.support.executions import Executions
from tests.support.history import waiting

COMMAND_REFERENCE = (Path(__file__).parents[2] / "docs" / "command.md").read_text()


BEFORE: dict[str, Any] = {
    "name": "web.ecs.internal",
    "type": "CNAME",
    "ttl": 60,
    "values": ["old.example"],
    "alias": None,
}
AFTER: dict[str, Any] = {
    "name": "web.ecs.internal",
    "type": "A",
    "ttl": None,
    "values": [],
    "alias": {"dns_name": "new.example"},
}


def finished(outcome: str, **receipt: Any) -> Change:
    executions = Executions()
    executions.add("one", outcome, previous="the-one-before")
    found = change.of(executions.describe_execution(executions.arn("one")))
    return replace(found, receipt=found.receipt and {**found.receipt, **receipt})


def test_a_receipt_shows_what_goes_and_what_comes() -> None:
    out, text = printed()

    render.receipt(out, finished("RecordChanged", before=[BEFORE], after=[AFTER]))

    shown = text.getvalue()
    assert "- web.ecs.internal CNAME old.example (TTL 60)" in shown
    assert "+ web.ecs.internal A ALIAS new.example" in shown
    assert "12.3 s from event to verified" in shown
    assert "the-one-before" in shown


def test_of_many_addresses_the_first_are_shown() -> None:
    record = {**BEFORE, "type": "A", "values": [f"10.0.0.{number}" for number in range(100)]}

    line = render.record_line(record)

    assert "10.0.0.7 … 100 in all" in line
    assert len(line) < 160


def test_sentences_are_wrapped_between_words_and_names_stay_whole() -> None:
    out, text = printed(width=80)
    name = "a-name-of-a-load-balancer." + "x" * 80

    render.row(out, "proof", f"It was {'very ' * 30}well served by {name}.", wrap=True)

    lines = text.getvalue().splitlines()
    assert all(len(line) <= 80 for line in lines[:-1])
    assert lines[-1].strip() == f"{name}."


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
    said = "Tried to create [name='web.', type='A']"

    render.receipt(out, replace(finished("ChangeRefused!"), cause=said))

    assert "[name='web.', type='A']" in text.getvalue()


def test_a_timeline_has_each_states_start_and_length_and_each_vain_attempt() -> None:
    out, text = printed()

    render_timeline.timeline(out, read_timeline(waiting().events))

    shown = text.getvalue().splitlines()
    assert re.match(r"  ✓ CheckReadiness +\+0\.0 s +15\.0 s  ━+$", shown[0])
    assert [line.split()[1:] for line in shown if "attempt" in line] == [
        ["1", "+0.0", "s", "TargetsNotHealthy,", "then", "waited", "5.0", "s"],
        ["2", "+6.0", "s", "TargetsNotHealthy,", "then", "waited", "7.5", "s"],
        ["3", "+14.5", "s", "✓"],
    ]
    assert text.getvalue().count("none yet") == 1


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


def commands() -> Iterator[tuple[str, Any]]:
    for name, command in typer.main.get_command(app.app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", {})
        yield from ((f"{name} {below}", one) for below, one in inner.items())
        if not inner:
            yield name, command


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_has_examples_json_and_its_place_in_the_docs(name: str, command: Any) -> None:
    assert f"signpost {name}" in str(command.epilog)
    assert any("--json" in parameter.opts for parameter in command.params)
    assert f"## {name.split()[0]}\n" in COMMAND_REFERENCE
    assert str(command.help).partition("\n\n")[0].rstrip().endswith(".")


def test_the_version_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["signpost", "--version"])

    with pytest.raises(SystemExit) as ended:
        app.main()

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"signpost {__version__}\n"


def test_a_mistake_of_our_own_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr(app, "app", broken)
    with pytest.raises(SystemExit) as ended:
        app.main()

    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert "ZeroDivisionError: by nought" in said
    assert "Traceback" not in said


def test_signpost_debug_shows_where(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(app, "app", broken)
    monkeypatch.setenv("SIGNPOST_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        app.main()
