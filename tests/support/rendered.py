"""template.yaml as CloudFormation works it out, with what SAM makes of it."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from samtranslator.translator.arn_generator import ArnGenerator
from samtranslator.translator.transform import transform

from local_aws.template import load
from tests.support.template import ROOT

_NOTHING = {"Ref": "AWS::NoValue"}


def _packaged(template: dict[str, Any]) -> dict[str, Any]:
    """As `sam deploy` has it: code and definitions lie in a bucket."""
    template["Globals"]["Function"]["CodeUri"] = "s3://bucket/code"
    for resource in template["Resources"].values():
        if "DefinitionUri" in resource.get("Properties", {}):
            resource["Properties"]["DefinitionUri"] = "s3://bucket/definition"
    return template


def rendered(region: str, **parameters: str) -> dict[str, Any]:
    """Its resources in a region: SAM's own are made, conditions and references to parameters are
    worked out. What only AWS knows stays as it is.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_DEFAULT_REGION", region)
        patch.setattr(ArnGenerator, "BOTO_SESSION_REGION_NAME", region)
        given = _packaged(load(ROOT / "template.yaml"))
        made = transform(given, dict(parameters), mock.Mock(load=dict))
    values = {name: one.get("Default", "") for name, one in made["Parameters"].items()} | parameters
    met: dict[str, bool] = {}

    def worked_out(tree: Any) -> Any:
        if isinstance(tree, list):
            return [one for one in map(worked_out, tree) if one != _NOTHING]
        if not isinstance(tree, dict):
            return tree
        key, value = next(iter(tree.items())) if len(tree) == 1 else ("", [])
        match key:
            case "Ref":
                return values.get(value, tree)
            case "Fn::Equals":
                return worked_out(value[0]) == worked_out(value[1])
            case "Fn::Not":
                return not worked_out(value[0])
            case "Fn::Select":
                return str(worked_out(value[1])).split(",")[value[0]]
            case "Fn::If":
                return worked_out(value[1] if met[value[0]] else value[2])
        found = {name: worked_out(one) for name, one in tree.items()}
        return {name: one for name, one in found.items() if one != _NOTHING}

    met |= {name: worked_out(condition) for name, condition in made["Conditions"].items()}
    return {
        name: worked_out(resource)
        for name, resource in made["Resources"].items()
        if met.get(resource.get("Condition", ""), True)
    }
