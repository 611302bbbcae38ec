"""The ASL files of the state machines, their tasks, and the errors that they may name."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

from signpost import errors

ROOT = Path(__file__).parents[2]
LAMBDA = "arn:${Partition}:states:::lambda:invoke"
States = dict[str, dict[str, Any]]


def states_of(definition: dict[str, Any]) -> States:
    """All states, those inside of a Map too."""
    found: States = dict(definition["States"])
    for state in definition["States"].values():
        if state["Type"] == "Map":
            found |= states_of(state["ItemProcessor"])
    return found


def tasks_in(states: States) -> States:
    """The tasks that run a function."""
    return {name: state for name, state in states.items() if state.get("Resource") == LAMBDA}


DEFINITIONS: dict[str, dict[str, Any]] = {
    name: json.loads((ROOT / "statemachine" / file).read_text())
    for name, file in (("ServiceChange", "service_change.asl.json"), ("Sweep", "sweep.asl.json"))
}
DEFINITION = DEFINITIONS["ServiceChange"]
TASKS = tasks_in(states_of(DEFINITION))
ALL_TASKS = TASKS | tasks_in(states_of(DEFINITIONS["Sweep"]))

ERRORS: dict[str, type[Exception]] = {
    name: thing
    for name, thing in vars(errors).items()
    if inspect.isclass(thing) and issubclass(thing, errors.SignpostError)
}
BASES = {"SignpostError", "RetryableError", "ReplannedError", "PermanentError"}


def function_of(task: dict[str, Any]) -> str:
    """`CheckReadiness` of `${CheckReadinessFunctionArn}`."""
    match = re.fullmatch(r"\$\{(\w+)FunctionArn\}", task["Parameters"]["FunctionName"])
    assert match
    return match[1]


def module_of(function: str) -> str:
    """`check_readiness` of `CheckReadiness`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", function).lower()


def deployed(definition: dict[str, Any], **given: str) -> dict[str, Any]:
    """A copy of a definition with a value for each `${Name}`, as a stack's substitutions give one.

    `given` is by name; a function gets an ARN of its own, and what is left its own name.
    """
    given = {"Partition": "aws", **given}
    place = f"{given['Partition']}:{{}}:us-east-1:123456789012"
    machine = f"arn:{place.format('states')}:stateMachine:ServiceChange"
    given.setdefault("ServiceChangeArn", machine)

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name.endswith("FunctionArn"):
            return f"arn:{place.format('lambda')}:function:{name}"
        return given.get(name, name)

    copy: dict[str, Any] = json.loads(re.sub(r"\$\{(\w+)\}", value, json.dumps(definition)))
    return copy
