"""What a role of the stack may do, as IAM's simulation of its policies says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from signpost_cli.checks.reading import reading

# The conditions of ChangeRecord's policy look at these keys.
RECORD_CONTEXT = [
    {
        "ContextKeyName": "route53:ChangeResourceRecordSetsRecordTypes",
        "ContextKeyType": "stringList",
        "ContextKeyValues": ["A", "AAAA", "CNAME", "TXT"],
    },
    {
        "ContextKeyName": "route53:ChangeResourceRecordSetsActions",
        "ContextKeyType": "stringList",
        "ContextKeyValues": ["CREATE", "DELETE"],
    },
]


def denials(
    iam: Any,
    role_arn: str,
    actions: Sequence[str],
    resource: str,
    context: Sequence[Mapping[str, Any]] = (),
) -> list[str]:
    """Which of the actions the role may not take on the resource, each with IAM's word for why.

    Needs iam:SimulatePrincipalPolicy. It sees the role's policies, its permissions boundary and
    the organization's policies, but no resource's own policy. Raises Unreadable.
    """
    with reading("iam:SimulatePrincipalPolicy", role_arn):
        answer = iam.simulate_principal_policy(
            PolicySourceArn=role_arn,
            ActionNames=list(actions),
            ResourceArns=[resource],
            ContextEntries=list(context),
        )
        return [_why(result) for result in answer["EvaluationResults"] if _why(result)]


def _why(result: Mapping[str, Any]) -> str:
    """Empty where it is allowed."""
    decision = result["EvalDecision"]
    if decision == "allowed":
        return ""
    where = ""
    if result.get("OrganizationsDecisionDetail", {}).get("AllowedByOrganizations") is False:
        where = " by the organization's policies"
    elif (
        result.get("PermissionsBoundaryDecisionDetail", {}).get("AllowedByPermissionsBoundary")
        is False
    ):
        where = " by its permissions boundary"
    return f"{result['EvalActionName']} ({decision}{where})"
