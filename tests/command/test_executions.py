"""How executions are named."""

from __future__ import annotations

import re

import pytest

from signpost_cli import executions
from signpost_cli.target import Target


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


def test_an_execution_can_be_named_without_its_arn() -> None:
    target = Target()
    target.outputs = {"StateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:S"}

    arn = executions.arn_of(target, "one")

    assert arn == "arn:aws:states:eu-west-1:123456789012:execution:S:one"
    assert executions.arn_of(target, arn) == arn
