"""An installation to examine whose AWS answers what a test gives, and what is found in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from signpost import __version__
from signpost.model.record_set import RecordSet
from signpost.model.service import Service, ServiceState
from signpost.names.placement import Desired, Placement
from signpost_cli.checks import rule_facts
from signpost_cli.checks.findings import Finding, Severity
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.rule_facts import Rule
from signpost_cli.checks.survey import Surveyed
from signpost_cli.target import Target
from tests.support.balancers import INSIDE
from tests.support.estate import ACCOUNT, REGION
from tests.support.ledgers import kms
from tests.support.parameters import SETTINGS
from tests.support.zones import PROD

MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:ServiceChange"
QUEUE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/letters"
RULE = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/service-events"
ARN = "arn:aws:ecs:eu-west-1:123456789012:service/prod"
AGAIN = "sam deploy"
RUNNING = Service("prod", "web", ServiceState.PRESENT, "It runs.")


class GivenTarget(Target):
    """A target whose clients are given; a service without one must not be asked."""

    def __init__(self, clients: Mapping[str, Any]) -> None:
        super().__init__("signpost")
        self._clients = clients

    def client(self, service: str) -> Any:
        return self._clients[service]


def installation(
    clients: Mapping[str, Any] | None = None,
    parameters: Mapping[str, str] | None = None,
    resources: Mapping[str, str] | None = None,
    **stack: Any,
) -> Installation:
    """A stack in AWS, complete and as the template has it where nothing else is said."""
    made = Installation(GivenTarget({"kms": kms()} | dict(clients or {})))
    given = {"HostedZoneIds": "Z1"} | made.parameter_defaults | dict(parameters or {})
    made.target.stack = {
        "StackId": SETTINGS.stack_id,
        "StackStatus": "CREATE_COMPLETE",
        "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
        "Outputs": [
            {"OutputKey": "StateMachineArn", "OutputValue": MACHINE},
            {"OutputKey": "LedgerKeyArn", "OutputValue": SETTINGS.ledger_key_arn},
            {"OutputKey": "RuleArn", "OutputValue": RULE},
            {"OutputKey": "DeadLetterQueueUrl", "OutputValue": QUEUE},
            {"OutputKey": "Version", "OutputValue": __version__},
        ],
        **stack,
    }
    made.is_local = False
    if resources is not None:
        made.resources = {
            name: {"LogicalResourceId": name, "PhysicalResourceId": physical}
            for name, physical in resources.items()
        }
    return made


def codes(findings: list[Finding]) -> list[str]:
    """The findings' codes, `ok` and `not-checked` included."""
    return [finding.code for finding in findings]


def stopping(findings: list[Finding]) -> list[str]:
    """The codes of those that stop the work."""
    return [finding.code for finding in findings if finding.severity is Severity.STOPS]


def seen(name: str = "web", *wants: str, **more: Any) -> Surveyed:
    """A service, and the names that it should have in PROD."""
    records = tuple(RecordSet(want, "CNAME", 60, ("lb.example",)) for want in wants)
    desired = Desired((Placement(PROD, INSIDE, records, ""),)) if wants else None
    return Surveyed("prod", name, f"{ARN}/{name}", **{"desired": desired, **more})


def evaluated(decision: str, **more: Any) -> dict[str, Any]:
    """One result of IAM's simulation: allowed, implicitDeny or explicitDeny."""
    return {"EvalActionName": "route53:ChangeResourceRecordSets", "EvalDecision": decision, **more}


# The rule as the template has it.
PATTERN = rule_facts.expected_pattern(installation(), "ServiceEventRule")
ON = Rule("service-events", "default", "ENABLED", json.dumps(PATTERN))
