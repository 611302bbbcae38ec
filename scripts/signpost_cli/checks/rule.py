"""The rule: is it on, does it let the right events through, and may it start the workflow?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from signpost_cli.checks.catalogue import RULE
from signpost_cli.checks.findings import Finding, found, sound
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.permissions import denials
from signpost_cli.checks.reading import Missing, attempt, attempt_each, reading
from signpost_cli.checks.rule_facts import (
    Rule,
    expected_pattern,
    judge_pattern,
    read_rule,
    read_targets,
)

_GONE = ("ResourceNotFoundException",)


def check(installation: Installation) -> list[Finding]:
    """Everything about the rule of the stack's output RuleArn."""
    arn = installation.outputs.get("RuleArn", "")
    events = installation.client("events")
    try:
        rule = read_rule(events, arn)
    except Missing:
        what = f"The rule {arn or 'of the output RuleArn'} does not exist."
        return [found("rule-missing", what, installation.redeploy)]
    machine = installation.target.state_machine_arn

    def pattern() -> list[Finding]:
        expected = expected_pattern(installation, "ServiceEventRule")
        return judge_pattern(rule, expected, installation.redeploy)

    def events_pass() -> list[Finding]:
        blind = [label for label, event in samples(installation) if not _lets(events, rule, event)]
        return judge_blindness(rule, blind, installation.redeploy)

    def targets() -> list[Finding]:
        listed = read_targets(events, rule)
        wrong = judge_targets(rule, listed, machine, installation.redeploy)
        role = next((t["RoleArn"] for t in listed if t["Arn"] == machine and "RoleArn" in t), "")
        what = f"whether its role {role} may start the state machine"
        return wrong + attempt(RULE, what, partial(_judge_role, installation, role, machine))

    findings = judge_state(rule) + attempt_each(
        RULE,
        {
            "the event pattern against the repository's template": pattern,
            "which events the pattern lets through": events_pass,
            "the rule's targets": targets,
        },
    )
    return findings or [
        sound(RULE, f"{rule.name} is on, lets events in and may start the state machine.")
    ]


def judge_state(rule: Rule) -> list[Finding]:
    """It must be on."""
    if rule.is_on:
        return []
    return [found("rule-disabled", f"The rule {rule.name} is {rule.state}.", rule.enable)]


def judge_targets(
    rule: Rule, targets: Sequence[Mapping[str, Any]], machine: str, redeploy: str
) -> list[Finding]:
    """One target must be the state machine, with a role and a dead-letter queue."""
    ours = [target for target in targets if target["Arn"] == machine]
    if not ours:
        names = ", ".join(str(target["Arn"]) for target in targets) or "none"
        return [
            found(
                "rule-target",
                f"No target of the rule {rule.name} is the state machine "
                f"{machine}; its targets: {names}.",
                redeploy,
            )
        ]
    findings = []
    if not ours[0].get("RoleArn"):
        findings.append(
            found("rule-role", f"The target of the rule {rule.name} has no role.", redeploy)
        )
    if not ours[0].get("DeadLetterConfig", {}).get("Arn"):
        what = f"The target of the rule {rule.name} has no dead-letter queue."
        findings.append(found("rule-no-dead-letters", what, redeploy))
    return findings


def samples(installation: Installation) -> Iterable[tuple[str, dict[str, Any]]]:
    """One event of each sort that must start the workflow."""
    service = (
        f"arn:{installation.partition}:ecs:{installation.region}:{installation.account}"
        ":service/CLUSTER/SERVICE"
    )
    entry = {"targetGroupArn": "arn:target-group"}
    classic = {"loadBalancerName": "NAME"}
    calls = {
        "CreateService": {"serviceName": "SERVICE"},
        "DeleteService": {"service": "SERVICE"},
        "UpdateService with load balancers": {"service": "SERVICE", "loadBalancers": [entry]},
        "UpdateService with a Classic Load Balancer": {
            "service": "SERVICE",
            "loadBalancers": [classic],
        },
        "UpdateService with a gateway": {
            "service": "SERVICE",
            "gatewayConnectors": [{"portName": "PORT"}],
        },
        "CreateTaskSet": {"service": "SERVICE", "loadBalancers": [entry]},
        "UpdateServicePrimaryTaskSet": {"service": "SERVICE", "primaryTaskSet": "TASK-SET"},
        "DeleteTaskSet": {"service": "SERVICE", "taskSet": "TASK-SET"},
        "CreateExpressGatewayService": {"serviceName": "SERVICE"},
        "UpdateExpressGatewayService": {"serviceArn": service},
        "DeleteExpressGatewayService": {"serviceArn": service},
        "TagResource": {"resourceArn": service},
        "UntagResource": {"resourceArn": service},
    }
    envelope = {
        "version": "0",
        "id": "00000000-0000-0000-0000-000000000000",
        "account": installation.account,
        "region": installation.region,
        "time": "2026-01-01T00:00:00Z",
        "source": installation.event_source,
        "resources": [],
    }
    for label, request in calls.items():
        detail = {
            "eventSource": "ecs.amazonaws.com",
            "eventName": label.partition(" ")[0],
            "requestParameters": request,
        }
        yield label, envelope | {"detail-type": "AWS API Call via CloudTrail", "detail": detail}
    completed = {"eventName": "SERVICE_DEPLOYMENT_COMPLETED"}
    deployment = {"detail-type": "ECS Deployment State Change", "resources": [service]}
    yield "finished deployments", envelope | deployment | {"detail": completed}


def _lets(events: Any, rule: Rule, event: Mapping[str, Any]) -> bool:
    with reading("events:TestEventPattern", rule.name):
        answer = events.test_event_pattern(EventPattern=rule.pattern, Event=json.dumps(event))
        return bool(answer["Result"])


def judge_blindness(rule: Rule, blind: Sequence[str], redeploy: str) -> list[Finding]:
    """Sorts of events that the rule does not let through."""
    if not blind:
        return []
    what = f"The rule {rule.name} does not let through: {', '.join(blind)}."
    return [found("rule-blind", what, redeploy)]


def _judge_role(installation: Installation, role: str, machine: str) -> list[Finding]:
    if not role:
        return []  # judge_targets says so
    iam = installation.client("iam")
    name = role.rpartition("/")[2]
    try:
        with reading("iam:GetRole", name, ("NoSuchEntity",)):
            trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    except Missing:
        what = f"The role {role} of the rule's target does not exist."
        return [found("rule-role", what, installation.redeploy)]
    findings = judge_trust(role, trust, installation.redeploy)
    for denial in denials(iam, role, ["states:StartExecution"], machine):
        what = f"The role {role} may not start the state machine: {denial}."
        findings.append(found("rule-role", what, installation.redeploy))
    return findings


def judge_trust(role: str, trust: Mapping[str, Any], redeploy: str) -> list[Finding]:
    """EventBridge must be allowed to assume the role."""
    statements = trust.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal", {})
        services = principal.get("Service", []) if isinstance(principal, Mapping) else []
        named = [services] if isinstance(services, str) else services
        if statement.get("Effect") == "Allow" and "events.amazonaws.com" in named:
            return []
    return [found("rule-role", f"The role {role} does not trust events.amazonaws.com.", redeploy)]
