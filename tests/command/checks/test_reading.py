"""`signpost doctor`: facts that can't be read keep nothing else back."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from signpost_cli.checks.findings import Finding, Severity, found
from signpost_cli.checks.reading import Unreadable, attempt, attempt_each, reading

OFF = found("rule-disabled", "The rule is DISABLED.", "enable it")


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Call")


@pytest.mark.parametrize(
    "failure",
    [error("AccessDenied"), EndpointConnectionError(endpoint_url="x"), KeyError("Field")],
)
def test_whatever_keeps_a_fact_back_is_said_with_the_call(failure: Exception) -> None:
    def look() -> list[Finding]:
        with reading("svc:Call", "thing"):
            raise failure

    (finding,) = attempt("rule", "the rule", look)

    assert finding.severity is Severity.NOT_CHECKED
    assert finding.why.startswith("svc:Call on thing: ")


def test_one_reason_for_several_is_told_once_and_the_others_go_on() -> None:
    def denied() -> list[Finding]:
        with reading("svc:Call", "thing"):
            raise error("AccessDenied")

    findings = attempt_each("rule", {"a": denied, "b": lambda: [OFF], "c": denied})

    assert [finding.code for finding in findings] == ["rule-disabled", "not-checked"]
    assert "Not checked: a, c." in findings[1].what


def test_an_unreadable_fact_is_its_own_kind_where_no_other_is_said() -> None:
    assert Unreadable("the template can't be read").kind == "the template can't be read"
