"""The project's own template, with the two changes that an emulator makes necessary."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from local_aws.errors import LocalAwsError

ECS_SOURCE = "aws.ecs"
ELB_SOURCE = "aws.elasticloadbalancing"
# Nobody may send events as `aws.*`, here as in AWS: what is told to local rules has these sources.
LOCAL_SOURCES = {ECS_SOURCE: "local.ecs", ELB_SOURCE: "local.elasticloadbalancing"}
LOCAL_RUNTIME = "provided.al2023"

Template = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms (`!Ref`, `!Sub`, …) as their long ones."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)  # noqa: S101 - YAML has no fourth kind
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    name = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    return {name: value}


_Loader.add_multi_constructor("!", _intrinsic)


def load(path: Path) -> Template:
    """Read a template; short forms of intrinsic functions become long ones.

    Raises LocalAwsError when it can't be read.
    """
    try:
        # A subclass of SafeLoader: plain values and intrinsics only.
        template = yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506
    except (OSError, yaml.YAMLError) as error:
        raise LocalAwsError(f"The template {path} can't be read: {error}") from error
    if not isinstance(template, dict) or "Resources" not in template:
        raise LocalAwsError(f"The template {path} has no Resources.")
    return template


def localised(template: Template, bucket: str, code_key: str) -> Template:
    """A copy of the template as the emulator can run it.

    1. The functions use the Lambda Runtime API (the emulator's own Python runner loses the names
       of exceptions, and with them every Retry), so code and definitions come from its S3; a
       definition's key is its path in the repository.
    2. Events of the sources `local.*` are allowed beside those of `aws.*` that are told here.
    """
    changed = copy.deepcopy(template)
    function = changed["Globals"]["Function"]
    function["Runtime"] = LOCAL_RUNTIME
    function["CodeUri"] = {"Bucket": bucket, "Key": code_key}
    variables = function["Environment"]["Variables"]
    variables["EVENT_SOURCES"] = ",".join(_with_local(variables["EVENT_SOURCES"].split(",")))
    for resource in changed["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::StateMachine":
            properties["DefinitionUri"] = {"Bucket": bucket, "Key": properties["DefinitionUri"]}
        elif resource["Type"] == "AWS::Events::Rule":
            pattern = properties["EventPattern"]
            pattern["source"] = _with_local(pattern["source"])
    return changed


def _with_local(sources: Sequence[str]) -> list[str]:
    return [*sources, *(LOCAL_SOURCES[one] for one in sources if one in LOCAL_SOURCES)]


def definitions(template: Template) -> dict[str, list[str]]:
    """Where the state machines' definitions lie, seen from the template, and the names that the
    template substitutes in each.

    Raises LocalAwsError when there is none, or one that is no local file.
    """
    machines = [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::Serverless::StateMachine"
    ]
    if not machines or not all(isinstance(one["DefinitionUri"], str) for one in machines):
        raise LocalAwsError("The template should have state machines with local definitions.")
    return {one["DefinitionUri"]: list(one.get("DefinitionSubstitutions", {})) for one in machines}
