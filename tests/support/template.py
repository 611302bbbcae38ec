"""template.yaml as it stands: its resources, functions and their policies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags, each read as {"Fn::Tag": value}."""


def _tag(loader: _Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    return {suffix: value}


_Loader.add_multi_constructor("!", _tag)
TEMPLATE: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), Loader=_Loader)
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]
FUNCTIONS = {
    name: resource["Properties"]
    for name, resource in RESOURCES.items()
    if resource["Type"] == "AWS::Serverless::Function"
}
VARIABLES = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]


def statements(function: str) -> list[dict[str, Any]]:
    """A function's policy statements; of a conditional one, the one that is there if it is met."""
    return statements_of(f"{function}Function")


def statements_of(name: str) -> list[dict[str, Any]]:
    """The same of any function or state machine."""
    return [
        statement["If"][1] if "If" in statement else statement
        for policy in RESOURCES[name]["Properties"].get("Policies", [])
        for statement in policy["Statement"]
    ]
