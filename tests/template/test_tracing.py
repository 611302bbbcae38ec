"""`Tracing`: X-Ray everywhere, or nowhere and without a permission for it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.rendered import render

ON, OFF = render("eu-west-1"), render("cn-north-1", Tracing="off")


def of_type(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    found = {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}
    assert found
    return found


def roles_of(resources: dict[str, Any], *users: str) -> dict[str, Any]:
    """The roles of these functions or state machines."""
    roles = of_type(resources, "AWS::IAM::Role")
    return {name: roles[f"{name}Role"] for name in users}


def may_trace(resources: dict[str, Any], role: dict[str, Any]) -> bool:
    """By what it has of its own, or by a managed policy of the stack's."""
    managed = [resources[name]["Properties"] for name in role.get("ManagedPolicyArns", [])]
    return "xray" in str([role.get("Policies", []), managed]).lower()


@pytest.mark.parametrize(
    ("resources", "mode", "traced"), [(ON, "Active", True), (OFF, "PassThrough", False)]
)
def test_every_function_traces_and_may_or_neither(
    resources: dict[str, Any], mode: str, traced: bool
) -> None:
    functions = of_type(resources, "AWS::Lambda::Function")
    assert {one["TracingConfig"]["Mode"] for one in functions.values()} == {mode}
    for role in roles_of(resources, *functions).values():
        assert may_trace(resources, role) is traced


@pytest.mark.parametrize(("resources", "traced"), [(ON, True), (OFF, False)])
def test_every_state_machine_traces_and_may_or_neither(
    resources: dict[str, Any], traced: bool
) -> None:
    machines = of_type(resources, "AWS::StepFunctions::StateMachine")
    assert {one["TracingConfiguration"]["Enabled"] for one in machines.values()} == {traced}
    for role in roles_of(resources, *machines).values():
        assert may_trace(resources, role) is traced
