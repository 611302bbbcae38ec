"""What a template and its state machines name must exist, before a stack is made of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

import signpost_stack
from local_aws import template as templates
from local_aws.references import definition_problems, template_problems

TEMPLATE = {
    "Parameters": {"Owner": {}},
    "Resources": {
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Check": {"Type": "AWS::Serverless::Function"},
    },
}


def test_the_projects_own_template_and_machines_are_whole() -> None:
    template = templates.load(signpost_stack.TEMPLATE)
    definitions = templates.definitions(template)

    assert template_problems(template) == []
    assert len(definitions) > 1
    for path, substitutions in definitions.items():
        assert definition_problems((signpost_stack.ROOT / path).read_text(), substitutions) == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"Ref": "Ownr"}, "Ref names Ownr"),
        ({"Fn::GetAtt": ["Queu", "Arn"]}, "GetAtt names Queu"),
        ({"Fn::GetAtt": "Queu.Arn"}, "GetAtt names Queu"),
        ({"Fn::Sub": "${Owner}-${Queu.Arn}"}, "Sub names Queu"),
        ({"Fn::Sub": ["${here}", {"here": {"Ref": "Queu"}}]}, "Ref names Queu"),
        ({"Ref": "AWS::Regio"}, "Ref names AWS::Regio"),
    ],
)
def test_what_does_not_exist_is_named_with_its_place(value: Any, said: str) -> None:
    outputs = {"Where": {"Value": [value]}}

    (problem,) = template_problems({**TEMPLATE, "Outputs": outputs})

    assert problem.startswith("Outputs/Where/Value/0")
    assert said in problem


def test_what_exists_or_is_made_by_sam_is_no_problem() -> None:
    outputs = [
        {"Ref": "Owner"},
        {"Ref": "AWS::NoValue"},
        {"Fn::GetAtt": ["CheckRole", "Arn"]},
        {"Fn::Sub": "${!literal} ${AWS::Region} ${Queue.Arn}"},
        {"Fn::Sub": ["${here}", {"here": 1}]},
    ]

    assert template_problems({**TEMPLATE, "Outputs": {"One": outputs}}) == []


def machine(**first: Any) -> dict[str, Any]:
    return {"StartAt": "First", "States": {"First": first, "Last": {"Type": "Succeed"}}}


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ("{", "it is not JSON"),
        ("[]", "it is not a JSON object"),
        ({"StartAt": "First"}, "States: there are none"),
        (machine() | {"StartAt": "Nope"}, "StartAt: there is no state Nope"),
        (machine() | {"StartAt": None}, "StartAt: there is no state None"),
        (machine(Next="Nope"), "States/First/Next: there is no state Nope"),
        (machine(Default="Nope"), "States/First/Default: there is no state Nope"),
        (machine(Choices=[{"Next": "Nope"}]), "States/First/Choices/0/Next: there is no"),
        (machine(Catch=[{"Next": "Nope"}]), "States/First/Catch/0/Next: there is no"),
        (
            machine(ItemProcessor=machine(Next="Nope")),
            "States/First/ItemProcessor/States/First/Next: there is no state Nope",
        ),
        (
            machine(Branches=[machine(), machine(Next="Nope")]),
            "States/First/Branches/1/States/First/Next: there is no state Nope",
        ),
        (machine(Resource="${ChekArn}"), "${ChekArn} is none of the DefinitionSubstitutions"),
    ],
)
def test_a_definition_that_can_not_work_is_refused_with_the_place(
    definition: Any, said: str
) -> None:
    text = definition if isinstance(definition, str) else json.dumps(definition)

    (problem,) = definition_problems(text, ["CheckArn"])

    assert problem.startswith(said)
