"""The state machines: what is deployed against the repository's files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import signpost_stack
from signpost_cli.checks.catalogue import MACHINE
from signpost_cli.checks.findings import Finding, found, sound
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.permissions import denials
from signpost_cli.checks.reading import Missing, attempt, attempt_each, reading
from signpost_cli.checks.trees import fits

TYPE = "AWS::Serverless::StateMachine"
_GONE = ("StateMachineDoesNotExist", "ResourceNotFound")


def check(installation: Installation) -> list[Finding]:
    """Every state machine that the repository's template has."""
    tries = {
        f"state machine {logical_id}": partial(_one, installation, logical_id, properties)
        for logical_id, properties in _declared(installation.template)
    }
    findings = attempt_each(MACHINE, tries)
    names = ", ".join(what.rpartition(" ")[2] for what in tries)
    return findings or [
        sound(MACHINE, f"{names}: as in this version's files, and their roles may call functions.")
    ]


def _declared(template: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == TYPE:
            yield logical_id, resource["Properties"]


def _one(
    installation: Installation, logical_id: str, properties: Mapping[str, Any]
) -> list[Finding]:
    installation.progress(f"state machine {logical_id}")
    arn = installation.physical(logical_id)
    missing = found(
        "machine-missing",
        f"Stack {installation.name} has no state machine {logical_id}.",
        installation.redeploy,
    )
    if arn is None:
        return [missing]
    try:
        with reading("states:DescribeStateMachine", arn, _GONE):
            deployed = installation.client("stepfunctions").describe_state_machine(
                stateMachineArn=arn
            )
    except Missing:
        return [missing]
    with reading("reading", str(properties["DefinitionUri"])):
        expected = json.loads((signpost_stack.ROOT / properties["DefinitionUri"]).read_text())
    arns = _function_arns(installation, properties.get("DefinitionSubstitutions", {}))
    findings = judge(
        logical_id,
        expected,
        deployed["definition"],
        arns,
        installation.partition,
        installation.redeploy,
    )
    findings += judge_tracing(
        logical_id, deployed, is_traced=installation.is_traced, redeploy=installation.redeploy
    )

    def role() -> list[Finding]:
        return _judge_role(installation, logical_id, deployed["roleArn"], list(arns.values()))

    return findings + attempt(MACHINE, f"whether {logical_id} may call its functions", role)


def _function_arns(installation: Installation, substitutions: Mapping[str, Any]) -> dict[str, str]:
    """What each substitution that is a function's ARN should be."""
    expected = {}
    for name, value in substitutions.items():
        logical_id, attribute = (value.get("Fn::GetAtt") or ("", "")) if value else ("", "")
        physical = installation.physical(logical_id)
        if attribute == "Arn" and physical and logical_id.endswith("Function"):
            expected[name] = (
                f"arn:{installation.partition}:lambda:{installation.region}:"
                f"{installation.account}:function:{physical}"
            )
    return expected


def judge(
    logical_id: str,
    expected: Mapping[str, Any],
    deployed: str,
    functions: Mapping[str, str],
    partition: str,
    redeploy: str,
) -> list[Finding]:
    """Which states differ, and whether each calls the function of this stack, in its partition.

    `deployed` is the definition's text; how JSON is written in it does not matter.
    """
    actual = json.loads(deployed)
    values: dict[str, str] = {}
    changes = list(_changes(expected, actual, values))
    findings = []
    if changes:
        what = f"{logical_id} differs from the repository's file: {'; '.join(changes)}."
        findings.append(found("machine-definition", what, redeploy))
    for name, arn in functions.items():
        if values.get(name, arn) != arn:
            what = f"{logical_id} calls {values[name]} where {arn} should be."
            findings.append(found("machine-function", what, redeploy))
    if values.get("Partition", partition) != partition:
        what = f"{logical_id} calls services of partition {values['Partition']}, not {partition}."
        findings.append(found("machine-partition", what, redeploy))
    return findings


def judge_tracing(
    logical_id: str, deployed: Mapping[str, Any], *, is_traced: bool, redeploy: str
) -> list[Finding]:
    """X-Ray is on or off as the stack's parameter says."""
    enabled = deployed.get("tracingConfiguration", {}).get("enabled", is_traced)
    if enabled == is_traced:
        return []
    told, wanted = ("on", "off") if enabled else ("off", "on")
    what = f"X-Ray is {told} for {logical_id}, and the parameter Tracing is {wanted}."
    return [found("machine-tracing", what, redeploy)]


def _changes(
    expected: Mapping[str, Any], actual: Mapping[str, Any], values: dict[str, str]
) -> Iterator[str]:
    old, new = expected.get("States", {}), actual.get("States", {})
    changed = [name for name in old if name in new and not fits(old[name], new[name], values)]
    for label, names in (
        ("changed", changed),
        ("missing", [name for name in old if name not in new]),
        ("added", [name for name in new if name not in old]),
    ):
        if names:
            yield f"{label} {'state' if len(names) == 1 else 'states'} {', '.join(names)}"
    fields = sorted({*expected, *actual} - {"States"})
    outside = [key for key in fields if not fits(expected.get(key), actual.get(key), values)]
    if outside:
        yield f"changed {', '.join(outside)}"


def _judge_role(
    installation: Installation, logical_id: str, role: str, functions: list[str]
) -> list[Finding]:
    iam = installation.client("iam")
    findings = []
    for function in functions:
        for denial in denials(iam, role, ["lambda:InvokeFunction"], function):
            what = f"The role {role} of {logical_id} may not call {function}: {denial}."
            findings.append(found("machine-role", what, installation.redeploy))
    return findings
