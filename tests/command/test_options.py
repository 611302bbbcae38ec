"""What is typed is looked at before anything is asked of AWS or started: a mistake exits with 2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from signpost_cli import app, options
from signpost_cli.target import Target
from tests.support.executions import MACHINE

CLUSTER_ARN = "arn:aws:ecs:eu-west-1:123456789012:cluster/prod"
SERVICE_ARN = "arn:aws:ecs:eu-west-1:123456789012:service/prod/web"
ABROAD = "arn:aws:ecs:us-west-2:123456789012:service/prod/web"
LONG = "x" * 1025


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The services of AWS that were asked; nobody answers."""
    services: list[str] = []

    def client(_: Target, service: str) -> Any:
        services.append(service)
        raise AssertionError(f"{service} was asked")

    monkeypatch.setattr(Target, "client", client)
    return services


@pytest.mark.parametrize(
    "words",
    [
        ["plan", "prod", "we b"],
        ["plan", "prod", "web/1"],
        ["plan", "pr od", "web"],
        ["plan", "", "web"],
        ["plan", "prod", ""],
        ["plan", "prod", "x" * 256],
        ["plan", "prod", "wéb"],
        ["plan", "prod"],
        ["plan"],
        ["plan", "prod", "web", "more"],
        ["plan", "test", SERVICE_ARN],
        ["plan", SERVICE_ARN, "web"],
        ["plan", "prod", CLUSTER_ARN],
        ["plan", "prod", "arn:aws:ecs:eu-west-1:12:service/prod/web"],
        ["plan", CLUSTER_ARN, ABROAD],
        ["plan", "prod", "web", "--dry-run"],
        ["plan", "prod", "web", "--stack-name", "no stack"],
        ["plan", "prod", "web", "--stack-name", ""],
        ["rerun", "prod", "we b"],
        ["rerun", "prod", "web", "--reason", LONG],
        ["rerun", "prod", "web", "--reason"],
        ["history", "prod", "we b"],
        ["history", "prod", "web", "--limit", "0"],
        ["history", "prod", "web", "--limit", "many"],
        ["history", "prod", "web", "--stack-name", "-x"],
        ["show", "two words"],
        ["show", ""],
        ["show", "x" * 81],
        ["show", "a:b"],
        ["show", SERVICE_ARN],
        ["show", MACHINE],
        ["show"],
        ["show", "one", "--html", "/no/such/folder/page.html"],
        ["show", "one", "--html", "."],
        ["sweep", "now"],
        ["sweep", "--reason", LONG],
        ["sweep", "--stack-name", "1"],
        ["services", "prod"],
        ["services", "--stack-name", "a_b"],
        ["doctor", "--stack-name", "a b"],
        ["doctor", "--fix"],
        ["local", "up", "--port", "80"],
        ["local", "up", "--port", "70000"],
        ["local", "up", "--parameter", "Policy"],
        ["local", "up", "--parameter", "Polcy=sync"],
        ["local", "up", "--parameter", "Policy=synch"],
        ["local", "up", "--parameter", "RecordTtl=soon"],
        ["local", "up", "--parameter", "RecordTtl=0"],
        ["local", "up", "--parameter", "OwnerId=No_Label"],
        ["local", "up", "--zone", "no zone"],
        ["local", "up", "--zone", "example.com@nowhere"],
        ["local", "up", "--ends-with", "0"],
        ["local", "up", "--ends-with", "4194305"],
        ["local", "down", "--port", "x"],
        ["local", "status", "--port", "-1"],
        ["local", "env", "more"],
        ["local", "demo", "--port", "80"],
        ["local", "nonsense"],
        ["local"],
        ["nonsense"],
        ["--nonsense"],
        [],
    ],
    ids=lambda words: " ".join(word[:20] for word in words) or "nothing",
)
def test_a_mistake_in_what_was_typed_exits_with_2_and_asks_nobody(
    asked: list[str], words: list[str]
) -> None:
    done = CliRunner().invoke(app.app, words)

    assert (done.exit_code, asked) == (2, []), done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize("name", ["x" * 80, "7cb4a664-09f3", "a_b.c!", MACHINE + ":x"])
def test_what_may_be_an_executions_name_is_asked_for(name: str) -> None:
    legal = name if not name.startswith("arn:") else name.replace("stateMachine", "execution")

    assert options._execution(legal) is None


@pytest.mark.parametrize(
    ("cluster", "service"),
    [
        ("prod", "web"),
        (CLUSTER_ARN, "web"),
        ("prod", SERVICE_ARN),
        (CLUSTER_ARN, SERVICE_ARN),
        ("prod", "arn:aws:ecs:eu-west-1:123456789012:service/web"),
    ],
)
def test_names_and_arns_name_the_same(cluster: str, service: str) -> None:
    assert options.named(cluster, service) == ("prod", "web")


def installation(**parameters: str) -> Target:
    target = Target()
    target.outputs = {"StateMachineArn": MACHINE}
    target.parameters = parameters
    return target


def test_a_service_of_another_region_is_no_service_of_this_stack() -> None:
    with pytest.raises(typer.BadParameter, match="is not in region eu-west-1"):
        options.looked_after(installation(), "prod", ABROAD)


def test_a_cluster_that_the_stack_does_not_look_after_is_refused_by_name() -> None:
    target = installation(ClusterNames="prod, test")

    assert options.looked_after(target, "test", "web") == ("test", "web")
    with pytest.raises(typer.BadParameter, match="does not look after cluster prd, only after"):
        options.looked_after(target, "prd", "web")


def test_a_page_goes_into_a_folder_that_is_there(tmp_path: Path) -> None:
    assert options.writable(tmp_path / "page.html") == tmp_path / "page.html"
    with pytest.raises(typer.BadParameter, match="there is no folder"):
        options.writable(tmp_path / "none" / "page.html")
