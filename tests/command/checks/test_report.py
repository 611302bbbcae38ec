"""`signpost doctor`: what it prints, and that its reference has every finding."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from signpost_cli.checks import local_endpoint
from signpost_cli.checks.catalogue import KINDS, STOPS
from signpost_cli.checks.findings import Finding, Severity, found, not_checked, sound
from signpost_cli.checks.reading import Unreadable, attempt, attempt_each, reading
from signpost_cli.checks.report import print_findings, print_summary
from tests.support.console import printed

REFERENCE = (Path(__file__).parents[3] / "docs" / "doctor.md").read_text()
COMMAND = f"aws events enable-rule --name {'n' * 80}"
OFF = found("rule-disabled", "The rule is DISABLED.", COMMAND)


def told(*findings: Finding) -> str:
    out, text = printed()
    print_findings(out, "rule", findings)
    print_summary(out, findings)
    return text.getvalue()


def test_a_finding_says_what_why_and_what_mends_it() -> None:
    text = told(OFF)

    assert text.startswith("✗ rule           The rule is DISABLED.\n")
    assert "why  Events do not start the workflow" in text
    assert f"mend  {COMMAND}\n" in text  # in one line, to be copied
    assert "1 finding stops the work." in text


def test_prose_fits_into_80_columns() -> None:
    text = told(found("rule-pattern", "word " * 60, "short"))
    assert max(map(len, text.splitlines())) <= 80


def test_what_looks_like_markup_is_printed_as_it_is() -> None:
    assert "[red]x[/red]" in told(sound("rule", "[red]x[/red]"))


def test_many_of_a_kind_are_cut_short_and_explained_once() -> None:
    text = told(*[found("service-hostname", f"prod/s{n} …", "mend") for n in range(12)])

    assert "and 2 more of service-hostname" in text
    assert text.count("Its executions fail with this error") == 1
    assert "12 findings stop the work." in text


def test_each_thing_that_was_not_checked_has_its_own_reason() -> None:
    text = told(not_checked("rule", "this", "call A"), not_checked("rule", "that", "call B"))
    assert "call A" in text
    assert "call B" in text
    assert "2 checks not made." in text


def test_nothing_to_say_is_said() -> None:
    assert "Everything is as it should be." in told(sound("rule", "It is on."))


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


def test_only_the_endpoint_of_a_running_local_aws_is_one() -> None:
    assert not local_endpoint.is_local_aws("https://events.eu-west-1.amazonaws.com")
    assert not local_endpoint.is_local_aws("http://127.0.0.1:1")


def test_an_unreadable_fact_is_its_own_kind_where_no_other_is_said() -> None:
    assert Unreadable("the template can't be read").kind == "the template can't be read"


def test_the_reference_has_every_finding_and_its_severity() -> None:
    documented = dict(re.findall(r"^\| `([a-z-]+)` ([✗!]) \|", REFERENCE, re.MULTILINE))
    assert documented == {
        code: "✗" if kind.severity == STOPS else "!" for code, kind in KINDS.items()
    }
