"""`signpost doctor`: checks the installation, and says what is wrong and what mends it."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence

import typer

from signpost_cli.checks.examination import Told, examine
from signpost_cli.checks.findings import Finding, Severity
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.report import print_findings, print_summary
from signpost_cli.options import DEFAULT_STACK, AsJson, StackName
from signpost_cli.render import console
from signpost_cli.target import Target

EXAMPLES = (
    "Examples: signpost doctor; signpost doctor --stack-name signpost-test; "
    "signpost doctor --json | jq '.findings[] | select(.severity != \"ok\")'"
)


def doctor(stack_name: StackName = DEFAULT_STACK, as_json: AsJson = False) -> None:
    """Check the installation: trail, rule, state machine, functions, zones, VPCs, names, what runs.

    Only reads. Credentials that may read are enough; what can't be read is listed as not checked,
    and what is not looked at at all stands at the end. Exit code 1 when something stops the work,
    0 when there are warnings only. docs/doctor.md explains each finding.
    """
    installation = Installation(Target(stack_name))
    about = {
        "stack": installation.name,
        "region": installation.region,
        "account": installation.account,
    }
    findings: list[Finding] = []
    told = Told()
    if as_json:
        for _, some in examine(installation, told):
            findings += some
        sys.stdout.write(json.dumps(about | _as_json(findings, told)) + "\n")
    else:
        out = console()
        out.print(
            f"Stack {about['stack']} in {about['region']}, account {about['account']}",
            style="bold",
            soft_wrap=True,
        )
        with out.status("looking") as status:
            installation.progress = status.update
            for subject, some in examine(installation, told):
                print_findings(out, subject, some)
                findings += some
        print_summary(out, findings, told.not_looked_at)
    if any(finding.severity is Severity.STOPS for finding in findings):
        raise typer.Exit(1)


def _as_json(findings: Sequence[Finding], told: Told) -> dict[str, object]:
    counted = Counter(finding.severity for finding in findings)
    return {
        "sound": not counted[Severity.STOPS] and not counted[Severity.NOT_CHECKED],
        "counts": {severity.value: counted[severity] for severity in Severity},
        "findings": [finding.to_json() for finding in findings],
        "services": [one.to_json() for one in told.services],
        "not_looked_at": told.not_looked_at,
    }
