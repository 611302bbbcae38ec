"""`signpost doctor`: the state machines' definitions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from signpost_cli.checks import machines
from signpost_cli.checks.findings import Severity
from tests.support.definitions import DEFINITION
from tests.support.doctor import AGAIN
from tests.support.template import RESOURCES

ARNS = {
    name: f"arn:aws:lambda:eu-west-1:123456789012:function:{name}"
    for name in RESOURCES["ServiceChange"]["Properties"]["DefinitionSubstitutions"]
    if name.endswith("FunctionArn")
}


def deployed() -> dict[str, Any]:
    text = json.dumps(DEFINITION)
    for name, arn in {**ARNS, "Partition": "aws"}.items():
        text = text.replace(f"${{{name}}}", arn)
    definition: dict[str, Any] = json.loads(text)
    return definition


def judged(definition: dict[str, Any], partition: str = "aws") -> list[Any]:
    text = json.dumps(definition, indent=7)
    return machines.judge("ServiceChange", DEFINITION, text, ARNS, partition, AGAIN)


def test_the_repositorys_definition_is_recognised_however_it_is_written() -> None:
    assert judged(deployed()) == []


def test_each_state_that_differs_is_named() -> None:
    edited = deployed()
    edited["States"]["CheckReadiness"]["TimeoutSeconds"] += 1
    edited["States"]["Extra"] = edited["States"].pop("GiveUp")
    edited["TimeoutSeconds"] = 5

    (finding,) = judged(edited)

    assert finding.code == "machine-definition"
    for part in ("changed state CheckReadiness", "missing state GiveUp", "added state Extra",
                 "changed TimeoutSeconds"):  # fmt: skip
        assert part in finding.what


def test_a_state_that_calls_another_function_stops_the_work() -> None:
    other = "arn:aws:lambda:eu-west-1:123456789012:function:other"
    text = json.dumps(deployed()).replace(ARNS["PlanChangeFunctionArn"], other)

    (finding,) = judged(json.loads(text))

    assert (finding.code, finding.severity) == ("machine-function", Severity.STOPS)
    assert other in finding.what


def test_a_machine_that_calls_another_partition_stops_the_work() -> None:
    (finding,) = judged(deployed(), "aws-cn")

    assert (finding.code, finding.severity) == ("machine-partition", Severity.STOPS)
    assert "partition aws, not aws-cn" in finding.what


@pytest.mark.parametrize("enabled", [True, False])
def test_tracing_is_as_the_parameter_says(enabled: bool) -> None:
    deployed = {"tracingConfiguration": {"enabled": enabled}}

    assert machines.judge_tracing("Sweep", deployed, is_traced=enabled, redeploy=AGAIN) == []
    (finding,) = machines.judge_tracing("Sweep", deployed, is_traced=not enabled, redeploy=AGAIN)
    assert finding.code == "machine-tracing"


def test_one_placeholder_with_two_values_is_a_difference() -> None:
    edited = deployed()
    edited["States"]["ConfirmService"]["Parameters"]["FunctionName"] = "arn:other"

    assert "ConfirmService" in judged(edited)[0].what
