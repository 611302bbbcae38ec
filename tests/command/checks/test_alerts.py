"""`signpost doctor`: whether an alert reaches somebody."""

from __future__ import annotations

import json
from typing import Any

import pytest

from signpost_cli.checks import alerts
from signpost_cli.checks.findings import Severity
from tests.support.doctor import AGAIN, codes, installation
from tests.support.stub import Stub
from tests.support.template import RESOURCES

TOPIC = "arn:aws:sns:eu-west-1:123456789012:alerts"
# The template's, as CloudFormation would fill it in.
STATEMENTS: list[dict[str, Any]] = json.loads(
    json.dumps(RESOURCES["AlertTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"])
)
OTHER = {"ArnEquals": {"aws:SourceArn": "arn:aws:events:eu-west-1:123456789012:rule/one"}}


def topic(statements: Any = STATEMENTS, **attributes: str) -> dict[str, str]:
    return {"Policy": json.dumps({"Statement": statements}), **attributes}


def checked(attributes: dict[str, str] | None, **parameters: str) -> list[Any]:
    api = Stub("sns")
    if attributes is None:
        api.fails("get_topic_attributes", "NotFound", 404)
    else:
        api.answers("get_topic_attributes", Attributes=attributes)
    outputs = [{"OutputKey": "AlertTopicArn", "OutputValue": TOPIC}]
    return alerts.check(installation({"sns": api.client}, parameters, Outputs=outputs))


def test_the_templates_topic_with_a_subscriber_is_sound() -> None:
    assert codes(checked(topic(SubscriptionsConfirmed="1"))) == ["ok"]


def test_a_topic_that_is_gone() -> None:
    assert codes(checked(None)) == ["alert-topic"]
    assert codes(alerts.check(installation())) == ["alert-topic"]  # of an older version


def test_a_condition_for_eventbridge_is_what_aws_does_not_support() -> None:
    conditional = [STATEMENTS[0] | {"Condition": OTHER}, STATEMENTS[1]]

    (finding,) = alerts.judge_policy(topic(conditional)["Policy"], AGAIN)

    assert (finding.code, finding.severity) == ("alert-policy", Severity.WARNING)
    assert "events.amazonaws.com in under a Condition only" in finding.what


@pytest.mark.parametrize(
    ("statements", "unheard"),
    [
        (STATEMENTS[:1], ["cloudwatch"]),
        (STATEMENTS[1:], ["events"]),
        (STATEMENTS[1], ["events"]),
        ([], ["events", "cloudwatch"]),
        ([one | {"Effect": "Deny"} for one in STATEMENTS], ["events", "cloudwatch"]),
        ([one | {"Action": ["sns:Subscribe"]} for one in STATEMENTS], ["events", "cloudwatch"]),
        ([one | {"Action": ["SNS:Publish"]} for one in STATEMENTS], []),
        ([one | {"Principal": "*"} for one in STATEMENTS], ["events", "cloudwatch"]),
    ],
)
def test_who_is_not_let_in_is_named(statements: Any, unheard: list[str]) -> None:
    findings = list(alerts.judge_policy(topic(statements)["Policy"], AGAIN))

    assert [finding.what for finding in findings] == [
        finding.what for name in unheard for finding in findings if f"{name}.amazon" in finding.what
    ]
    assert len(findings) == len(unheard)


def test_a_subscription_that_waits_is_said_with_what_sends_the_mail_again() -> None:
    (finding,) = checked(topic(SubscriptionsPending="1"), AlertEmail="on@call.example")

    assert finding.code == "alert-subscription"
    assert "1 wait" in finding.what
    assert f"--topic-arn {TOPIC} " in finding.mend
    assert "on@call.example" in finding.mend


def test_a_subscription_that_was_ended_is_said() -> None:
    (finding,) = checked(topic(), AlertEmail="on@call.example")

    assert finding.code == "alert-subscription"
    assert "AlertEmail is on@call.example" in finding.what


def test_who_asked_to_be_told_of_nothing_gets_a_note() -> None:
    (finding,) = checked(topic())

    assert finding.severity is Severity.NOTE
