"""How executions are named."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from signpost_cli import executions
from signpost_cli.errors import CommandError
from signpost_cli.target import Target
from tests.support.executions import MACHINE, Executions


@pytest.mark.parametrize(
    ("cluster", "service"),
    [
        ("prod", "web"),
        ("prod", "s" * 255),
        ("c" * 255, "web"),
    ],
)
def test_execution_names_are_legal_and_unique(cluster: str, service: str) -> None:
    names = {executions.new_name(cluster, service) for _ in range(20)}

    assert len(names) == 20
    assert all(re.fullmatch(r"manual-[A-Za-z0-9_-]{1,73}", name) for name in names)


def test_an_execution_can_be_named_without_its_arn() -> None:
    target = Target()
    target.outputs = {"StateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:S"}

    arn = executions.arn_of(target, "one")

    assert arn == "arn:aws:states:eu-west-1:123456789012:execution:S:one"
    assert executions.arn_of(target, arn) == arn


class Machines(Executions):
    """The executions of a stack; those that are of Sweep are found under its machine only."""

    sweeps: tuple[str, ...] = ()

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803
        name = executionArn.rpartition(":")[2]
        if (name in self.sweeps) != (":Sweep:" in executionArn):
            raise ClientError({"Error": {"Code": "ExecutionDoesNotExist"}}, "DescribeExecution")
        return super().describe_execution(executionArn)

    def target(self) -> Target:
        target = super().target()
        target.outputs["SweepStateMachineArn"] = MACHINE.replace("ServiceChange", "Sweep")
        return target


def test_a_name_is_looked_for_among_the_sweeps_too() -> None:
    given = Machines()
    given.add("of-a-service")
    given.add("of-all")
    given.sweeps = ("of-all",)

    names = ("of-a-service", "of-all")
    found = [executions.find(given.target(), name)["name"] for name in names]

    assert found == list(names)


def test_a_name_that_nobody_has_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="neither of ServiceChange nor of Sweep") as told:
        executions.find(Machines().target(), "nothing")

    assert "90 days" in str(told.value)
    assert "signpost history" in str(told.value)


def test_other_refusals_are_told_as_they_are() -> None:
    class Refusing(Machines):
        def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "DescribeExecution")

    with pytest.raises(CommandError, match="AccessDenied"):
        executions.find(Refusing().target(), "one")


@pytest.mark.parametrize(("stack", "option"), [("signpost", ""), ("dev", " --stack-name dev")])
def test_ctrl_c_says_that_it_goes_on_and_how_to_look(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stack: str, option: str
) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    given = Executions()
    given.add("one")
    target = given.target()
    target.stack_name = stack
    monkeypatch.setattr(executions, "history", interrupt)

    with pytest.raises(KeyboardInterrupt):
        executions.follow(target, given.arn("one"), lambda _: None)

    said = " ".join(capsys.readouterr().err.split())
    assert said == (
        "Interrupted. The execution goes on. Look at it with: signpost show one" + option
    )


def test_ctrl_c_while_it_is_started_says_how_to_see_whether_it_was(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Slow(Executions):
        def start_execution(self, **_: Any) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        executions.run(Slow().target(), "prod", "web")

    assert "Whether it has begun: signpost show manual-prod-web-" in capsys.readouterr().err
