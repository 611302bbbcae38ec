"""`signpost doctor`: the stack."""

from __future__ import annotations

import pytest

from signpost_cli.checks import stack
from tests.support.doctor import codes, installation

KEY = {"OutputKey": "LedgerKeyArn", "OutputValue": "arn:aws:kms:eu-west-1:123456789012:key/1"}


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_COMPLETE"])
def test_a_whole_stack_is_sound(status: str) -> None:
    assert codes(stack.check(installation(StackStatus=status))) == ["ok"]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("ROLLBACK_COMPLETE", "stack-broken"),
        ("UPDATE_ROLLBACK_FAILED", "stack-broken"),
        ("UPDATE_ROLLBACK_COMPLETE", "stack-rolled-back"),
        ("UPDATE_IN_PROGRESS", "stack-busy"),
    ],
)
def test_a_stack_that_is_not_whole(status: str, code: str) -> None:
    assert codes(stack.check(installation(StackStatus=status))) == [code]


def test_a_stack_of_another_version_is_told_by_its_parameters() -> None:
    given = {"HostedZoneIds": "Z1", "Colour": "red"}
    listed = [{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()]
    old = installation(Parameters=listed)

    (finding,) = stack.check(old)

    assert finding.code == "stack-parameters"
    assert "lacks AdoptIdentical" in finding.what
    assert "Colour" in finding.what
    assert old.settings.record_kind == "ALIAS"  # what is lacking has the template's default


def test_a_stack_of_another_version_is_told_with_both_ways_to_agree() -> None:
    older = installation(Outputs=[KEY, {"OutputKey": "Version", "OutputValue": "0.1.7"}])

    (finding,) = stack.check(older)

    assert finding.code == "stack-version"
    assert "version 0.1.7" in finding.what
    assert finding.mend == (
        "sam build && sam deploy --stack-name signpost\npipx install --force signpost-ecs==0.1.7"
    )


def test_a_stack_from_before_versions_were_told() -> None:
    (finding,) = stack.check(installation(Outputs=[KEY]))

    assert finding.code == "stack-version"
    assert finding.mend == "sam build && sam deploy --stack-name signpost"


def test_parameters_that_no_function_could_read_stop_the_work() -> None:
    assert codes(stack.check(installation(parameters={"RecordTtl": "soon"}))) == ["stack-settings"]
