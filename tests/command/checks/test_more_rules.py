"""`signpost doctor`: the other rules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signpost_cli.checks import more_rules
from signpost_cli.checks.findings import Severity
from tests.support.doctor import AGAIN, ON, codes
from tests.support.template import RESOURCES

QUEUED = "arn:aws:sqs:eu-west-1:123456789012:collected"


@pytest.mark.parametrize(
    ("name", "code", "severity"),
    [
        ("TaskEventRule", "event-rule", Severity.STOPS),
        ("FailedExecutionRule", "alert-rule", Severity.WARNING),
        ("PartlyChangedRule", "alert-rule", Severity.WARNING),
    ],
)
def test_another_rule_that_is_off(name: str, code: str, severity: Severity) -> None:
    kind = more_rules.code_of(RESOURCES[name]["Properties"])

    (finding,) = more_rules.judge_state(kind, replace(ON, state="DISABLED"))

    assert (finding.code, finding.severity) == (code, severity)


@pytest.mark.parametrize(
    ("given", "wanted", "found"),
    [
        ([QUEUED], [QUEUED], []),
        (["arn:other"], [None], []),
        (["arn:other"], [QUEUED], ["event-rule"]),
        ([], [None], ["event-rule"]),
    ],
)
def test_another_rule_leads_where_the_template_says(
    given: list[str], wanted: list[str | None], found: list[str]
) -> None:
    assert codes(more_rules.judge_targets("event-rule", ON, given, wanted, AGAIN)) == found
