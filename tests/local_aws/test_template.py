"""The template as the local AWS changes it: in two ways, and in no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import signpost_stack
from local_aws import template as templates
from local_aws.errors import LocalAwsError

Change = tuple[str, Any, Any]


def differences(old: Any, new: Any, path: str = "") -> list[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            change
            for key in sorted({*old, *new})
            for change in differences(old.get(key), new.get(key), f"{path}/{key}")
        ]
    return [] if old == new else [(path, old, new)]


def test_only_runtime_and_source_are_changed() -> None:
    original = templates.load(signpost_stack.TEMPLATE)

    local = templates.localised(original, "bucket", "code.zip")

    assert differences(original, local) == [
        (
            "/Globals/Function/CodeUri",
            "functions/",
            {"Bucket": "bucket", "Key": "code.zip"},
        ),
        (
            "/Globals/Function/Environment/Variables/EVENT_SOURCES",
            "aws.ecs,aws.elasticloadbalancing",
            "aws.ecs,aws.elasticloadbalancing,local.ecs,local.elasticloadbalancing",
        ),
        ("/Globals/Function/Runtime", "python3.13", "provided.al2023"),
        (
            "/Resources/ListenerRuleEventRule/Properties/EventPattern/source",
            ["aws.elasticloadbalancing"],
            ["aws.elasticloadbalancing", "local.elasticloadbalancing"],
        ),
        (
            "/Resources/ServiceChange/Properties/DefinitionUri",
            "statemachine/service_change.asl.json",
            {"Bucket": "bucket", "Key": "statemachine/service_change.asl.json"},
        ),
        (
            "/Resources/ServiceEventRule/Properties/EventPattern/source",
            ["aws.ecs"],
            ["aws.ecs", "local.ecs"],
        ),
        (
            "/Resources/Sweep/Properties/DefinitionUri",
            "statemachine/sweep.asl.json",
            {"Bucket": "bucket", "Key": "statemachine/sweep.asl.json"},
        ),
        (
            "/Resources/TaskEventRule/Properties/EventPattern/source",
            ["aws.ecs"],
            ["aws.ecs", "local.ecs"],
        ),
    ]


def test_every_rule_hears_the_local_twin_of_each_source_that_is_told_here() -> None:
    rule = {"Type": "AWS::Events::Rule"}
    original: templates.Template = {
        "Globals": {
            "Function": {
                "Environment": {"Variables": {"EVENT_SOURCES": "aws.ecs,aws.elasticloadbalancing"}}
            }
        },
        "Resources": {
            "Tasks": {**rule, "Properties": {"EventPattern": {"source": ["aws.ecs"]}}},
            "Rules": {
                **rule,
                "Properties": {"EventPattern": {"source": ["aws.elasticloadbalancing"]}},
            },
            "Failures": {**rule, "Properties": {"EventPattern": {"source": ["aws.states"]}}},
        },
    }

    local = templates.localised(original, "bucket", "code.zip")

    assert [one["Properties"]["EventPattern"]["source"] for one in local["Resources"].values()] == [
        ["aws.ecs", "local.ecs"],
        ["aws.elasticloadbalancing", "local.elasticloadbalancing"],
        ["aws.states"],
    ]
    assert local["Globals"]["Function"]["Environment"]["Variables"]["EVENT_SOURCES"] == (
        "aws.ecs,aws.elasticloadbalancing,local.ecs,local.elasticloadbalancing"
    )


def test_short_forms_become_long_ones(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(
        "Resources:\n  A: !GetAtt B.Arn.Part\n  C: !Ref D\n  E: !Sub x${F}\n"
        "  G: !Join ['', [!Ref H]]\n"
    )

    assert templates.load(path)["Resources"] == {
        "A": {"Fn::GetAtt": ["B", "Arn.Part"]},
        "C": {"Ref": "D"},
        "E": {"Fn::Sub": "x${F}"},
        "G": {"Fn::Join": ["", [{"Ref": "H"}]]},
    }


@pytest.mark.parametrize("text", ["a: [", "- no mapping", "Outputs: {}"])
def test_what_is_no_template_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(text)

    with pytest.raises(LocalAwsError, match=r"template\.yaml"):
        templates.load(path)
