"""Who started an execution, as CloudTrail's record tells, whatever the input claims."""

from __future__ import annotations

from typing import Any

import pytest

from signpost_cli import starter
from signpost_cli.starter import Starter
from tests.support.call_records import record

ADA, MALLORY = (f"arn:aws:iam::123456789012:user/{name}" for name in ("ada", "mallory"))
ROLES = {"signpost-rule": "rule", "signpost-collect": "collector", "signpost-sweep": "sweep"}
CLAIMED = {"kind": "cloudtrail", "name": "CreateService", "actor": ADA, "claimed": True}
BY_HAND = {"kind": "manual", "name": "Run", "actor": None, "claimed": False}


def session(role: str, account: str = "123456789012") -> str:
    return f"arn:aws:sts::{account}:assumed-role/{role}/0123456789abcdef"


@pytest.mark.parametrize(
    ("arn", "by", "genuine"),
    [
        (session("signpost-rule"), "rule", True),
        (session("signpost-sweep"), "sweep", True),
        (session("signpost-collect"), "collector", None),
        (session("operators"), "caller", False),
        (MALLORY, "caller", False),
        # A name of ours that is no role of ours.
        (session("signpost-rule", account="210987654321"), "caller", False),
        ("arn:aws:iam::123456789012:user/signpost-rule", "caller", False),
        ("arn:aws:sts::123456789012:federated-user/signpost-rule", "caller", False),
        (session("signpost-rule-2"), "caller", False),
    ],
)
def test_only_the_stacks_own_roles_stand_for_an_event(
    arn: str, by: str, genuine: bool | None
) -> None:
    found = starter.judge([record("e", arn)], ROLES)
    assert found is not None
    assert (found.by, found.arn, found.genuine) == (by, arn, genuine)


def test_a_call_that_was_made_again_does_not_hide_who_made_the_first() -> None:
    first = record("e", MALLORY, "2026-11-24T12:00:00Z")
    again = record("e", session("signpost-rule"), "2026-11-24T12:00:01Z")
    same_second = record("e", session("signpost-rule"), "2026-11-24T12:00:00Z")

    assert starter.judge([again, first], ROLES) == Starter("caller", MALLORY)
    assert starter.judge([same_second, first], ROLES) == Starter("caller", MALLORY)


def test_an_identity_without_arn_proves_nothing() -> None:
    one = record("e", None)
    one["userIdentity"] = {"type": "AWSService", "invokedBy": "events.amazonaws.com"}
    assert starter.judge([one], ROLES) == Starter(
        "unknown", reason="CloudTrail names only events.amazonaws.com"
    )
    assert starter.judge([], ROLES) is None


@pytest.mark.parametrize(
    ("found", "trigger", "who", "said"),
    [
        (Starter("rule", "r"), CLAIMED, ADA, "by the stack's rule, so the event is AWS's own"),
        (Starter("caller", MALLORY), CLAIMED, MALLORY, f"by {MALLORY}, CloudTrail says; what the"),
        (Starter("caller", MALLORY), BY_HAND, MALLORY, f"by {MALLORY}, CloudTrail says"),
        (Starter("collector", "c"), CLAIMED, f"{ADA} (claimed)", "by CollectEvents"),
        (Starter("unknown", None, "No"), CLAIMED, f"{ADA} (claimed)", "is only claimed"),
        (Starter("unknown", None, "No"), BY_HAND, None, "by whom is not proved: No."),
    ],
)
def test_whom_it_names(found: Starter, trigger: dict[str, Any], who: str | None, said: str) -> None:
    assert starter.who(found, trigger) == who
    assert said in starter.started(found, trigger)


def test_without_cloudtrail_an_actor_is_only_claimed() -> None:
    assert starter.who(None, CLAIMED) == f"{ADA} (claimed)"
    before_0_3 = {"kind": "cloudtrail", "name": "CreateService", "actor": ADA}
    assert "only claimed" in starter.started(Starter("unknown", reason="No"), before_0_3)
