"""The other rules of the stack: for events that are collected, and for executions that end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from signpost.triggers.finished import SOURCE
from signpost_cli.checks.catalogue import MORE_RULES
from signpost_cli.checks.findings import Finding, found, sound
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Missing, attempt, attempt_each
from signpost_cli.checks.rule_facts import (
    Rule,
    expected_pattern,
    judge_pattern,
    read_rule,
    read_targets,
)

FIRST = "ServiceEventRule"  # has a check of its own
TYPE = "AWS::Events::Rule"


def check(installation: Installation) -> list[Finding]:
    """Every other rule that the repository's template has."""
    tries = {
        logical_id: partial(_one, installation, logical_id, properties)
        for logical_id, properties in _declared(installation.template)
    }
    findings = attempt_each(MORE_RULES, tries)
    told = "on, with the template's patterns and targets"
    return findings or [sound(MORE_RULES, f"{', '.join(tries) or 'None'}: {told}.")]


def _declared(template: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == TYPE and logical_id != FIRST and "EventPattern" in str(resource):
            yield logical_id, resource["Properties"]


def _one(
    installation: Installation, logical_id: str, properties: Mapping[str, Any]
) -> list[Finding]:
    installation.progress(logical_id)
    code = code_of(properties)
    name, events = installation.physical(logical_id), installation.client("events")
    try:
        if name is None:
            raise Missing(logical_id)
        # The physical id of a rule on another bus than the default one is `BUS|NAME`.
        rule = read_rule(events, f":rule/{name.replace('|', '/')}")
    except Missing:
        what = f"Stack {installation.name} has no rule {logical_id}."
        return [found(code, what, installation.redeploy)]
    wanted = [_arn(installation, target["Arn"]) for target in properties.get("Targets", [])]

    def pattern() -> list[Finding]:
        expected = expected_pattern(installation, logical_id)
        return judge_pattern(rule, expected, installation.redeploy)

    def targets() -> list[Finding]:
        given = [str(target["Arn"]) for target in read_targets(events, rule)]
        return judge_targets(code, rule, given, wanted, installation.redeploy)

    return [
        *judge_state(code, rule),
        *attempt(MORE_RULES, f"the event pattern of {logical_id}", pattern),
        *attempt(MORE_RULES, f"the targets of {logical_id}", targets),
    ]


def code_of(properties: Mapping[str, Any]) -> str:
    """Rules about executions tell somebody of their ends; all others start something."""
    about_executions = properties["EventPattern"].get("source") in (["aws.states"], [SOURCE])
    return "alert-rule" if about_executions else "event-rule"


def _arn(installation: Installation, value: Mapping[str, Any]) -> str | None:
    """What a target of the template is in this stack; None where that is not known."""
    if "Ref" in value:
        return installation.physical(value["Ref"])
    logical_id, attribute = value.get("Fn::GetAtt", ("", ""))
    resource = installation.resources.get(logical_id, {})
    if attribute != "Arn" or resource.get("ResourceType") != "AWS::SQS::Queue":
        return None
    queue = str(resource["PhysicalResourceId"]).rpartition("/")[2]  # of its URL
    return f"arn:{installation.partition}:sqs:{installation.region}:{installation.account}:{queue}"


def judge_state(code: str, rule: Rule) -> list[Finding]:
    """It must be on."""
    if rule.is_on:
        return []
    return [found(code, f"The rule {rule.name} is {rule.state}.", rule.enable)]


def judge_targets(
    code: str, rule: Rule, given: Sequence[str], wanted: Sequence[str | None], redeploy: str
) -> list[Finding]:
    """Each target that the template has, as far as its ARN is known, and at least one."""
    lacking = [arn for arn in wanted if arn and arn not in given]
    if given and not lacking:
        return []
    told = ", ".join(lacking) or "any target"
    return [found(code, f"The rule {rule.name} does not lead to {told}.", redeploy)]
