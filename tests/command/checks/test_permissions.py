"""`signpost doctor`: what IAM's simulation says of a role."""

from __future__ import annotations

from typing import Any

import pytest

from signpost_cli.checks import permissions
from signpost_cli.checks.reading import Unreadable
from tests.support.doctor import evaluated
from tests.support.stub import Stub


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (evaluated("allowed"), []),
        (evaluated("implicitDeny"), ["route53:ChangeResourceRecordSets (implicitDeny)"]),
        (
            evaluated(
                "explicitDeny", OrganizationsDecisionDetail={"AllowedByOrganizations": False}
            ),
            [
                "route53:ChangeResourceRecordSets (explicitDeny by the organization's policies)",
            ],
        ),
        (
            evaluated(
                "implicitDeny",
                PermissionsBoundaryDecisionDetail={"AllowedByPermissionsBoundary": False},
            ),
            ["route53:ChangeResourceRecordSets (implicitDeny by its permissions boundary)"],
        ),
    ],
)
def test_iams_word_for_what_a_role_may_not_do(result: dict[str, Any], told: list[str]) -> None:
    iam = Stub("iam")
    iam.answers("simulate_principal_policy", EvaluationResults=[result])

    assert (
        permissions.denials(iam.client, "arn:aws:iam::123456789012:role/r", ["sts:A"], "b") == told
    )


def test_a_simulation_that_is_not_allowed_is_no_permission() -> None:
    iam = Stub("iam")
    iam.fails("simulate_principal_policy", "AccessDenied", status=403)

    with pytest.raises(Unreadable, match="iam:SimulatePrincipalPolicy"):
        permissions.denials(iam.client, "arn:aws:iam::123456789012:role/r", ["sts:A"], "b")
