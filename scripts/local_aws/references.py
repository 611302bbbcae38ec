"""What a template and its state machines name must exist. Pure: reads no files.

CloudFormation and Step Functions refuse what does not; the emulator takes it, and the mistake would
show much later, as something that never runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

# AWS CloudFormation Template Reference: pseudo parameters.
_PSEUDO = {
    f"AWS::{name}"
    for name in (
        "AccountId",
        "NotificationARNs",
        "NoValue",
        "Partition",
        "Region",
        "StackId",
        "StackName",
        "URLSuffix",
    )
}
_SUBSTITUTED = re.compile(r"\$\{([^!}][^}]*)\}")
_NEXT = ("Next", "Default")


def template_problems(template: Mapping[str, Any]) -> list[str]:
    """Each `Ref`, `Fn::GetAtt` and `Fn::Sub` that names nothing, with its place."""
    resources = template["Resources"]
    known = {*template.get("Parameters", {}), *resources} | _PSEUDO
    # SAM makes further resources (roles, permissions), whose ids begin with that of their own.
    serverless = tuple(
        name for name, one in resources.items() if one["Type"].startswith("AWS::Serverless::")
    )
    return [
        f"{place}: {function} names {name}, which is no parameter, resource or pseudo parameter."
        for part in ("Conditions", "Globals", "Resources", "Outputs")
        for place, function, name in _named(template.get(part, {}), part)
        if name not in known and not name.startswith(serverless)
    ]


def _named(value: Any, place: str) -> Iterator[tuple[str, str, str]]:
    """Place, intrinsic function and name of everything that is named in a part of a template."""
    if isinstance(value, list):
        for number, one in enumerate(value):
            yield from _named(one, f"{place}/{number}")
        return
    if not isinstance(value, dict):
        return
    for key, one in value.items():
        if key == "Ref" and isinstance(one, str):
            yield place, "Ref", one.partition(".")[0]
        elif key == "Fn::GetAtt":
            name = one[0] if isinstance(one, list) else one
            yield place, "GetAtt", str(name).partition(".")[0]
        elif key == "Fn::Sub":
            text, own = one if isinstance(one, list) else (one, {})
            for name in _SUBSTITUTED.findall(text):
                if name.strip() not in own:
                    yield place, "Sub", name.strip().partition(".")[0]
            yield from _named(own, f"{place}/{key}")
        else:
            yield from _named(one, f"{place}/{key}")


def definition_problems(text: str, substitutions: Collection[str]) -> list[str]:
    """What keeps a definition in Amazon States Language from working, with its place.

    `substitutions` are the names that the template gives values to.
    """
    try:
        definition = json.loads(text)
    except ValueError as error:
        return [f"it is not JSON: {error}"]
    if not isinstance(definition, dict):
        return ["it is not a JSON object with StartAt and States."]
    return [
        *_machine_problems(definition, ""),
        *(
            f"${{{name}}} is none of the DefinitionSubstitutions of the template."
            for name in dict.fromkeys(_SUBSTITUTED.findall(text))
            if name not in substitutions
        ),
    ]


def _machine_problems(machine: Mapping[str, Any], place: str) -> Iterator[str]:
    """StartAt, Next and Default lead to states of the same machine (States Language, "States")."""
    states = machine.get("States")
    if not isinstance(states, dict) or not states:
        yield f"{place}States: there are none."
        return
    if machine.get("StartAt") not in states:
        yield f"{place}StartAt: there is no state {machine.get('StartAt')}."
    for name, state in states.items():
        inside = f"{place}States/{name}/"
        for where, target in _targets(state):
            if target not in states:
                yield f"{inside}{where}: there is no state {target}."
        for key in ("ItemProcessor", "Iterator"):
            if key in state:
                yield from _machine_problems(state[key], f"{inside}{key}/")
        for number, branch in enumerate(state.get("Branches", ())):
            yield from _machine_problems(branch, f"{inside}Branches/{number}/")


def _targets(state: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Where a state leads, and by which of its fields."""
    yield from ((key, state[key]) for key in _NEXT if key in state)
    for field in ("Choices", "Catch"):
        for number, one in enumerate(state.get(field, ())):
            if "Next" in one:
                yield f"{field}/{number}/Next", one["Next"]
