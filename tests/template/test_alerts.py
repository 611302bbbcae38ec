"""What is told of an execution that does not succeed: a sentence with a link, delivered."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.support.announcement import announced
from tests.support.definitions import DEFINITIONS
from tests.support.doctor import MACHINE
from tests.support.status_change import STATES, status_change
from tests.support.template import RESOURCES, TEMPLATE

RULES = {
    name: resource["Properties"]
    for name, resource in RESOURCES.items()
    if resource["Type"] == "AWS::Events::Rule"
    and {"Ref": "AlertTopic"} in [target["Arn"] for target in resource["Properties"]["Targets"]]
}
PARTLY = "PartlyChangedRule"
ON_STATES = RULES.keys() - {PARTLY}
CONSOLE = TEMPLATE["Mappings"]["Consoles"]["aws"]["Host"]
# What an event's input, and what a person who stops an execution, could put in front of others.
SECRETS = ("AKIAIOSFODNN7EXAMPLE", "192.0.2.77", "http://evil.example", "\x1b[31m", "\u202e")
BAD = " ".join(SECRETS)


def target_of(rule: str) -> dict[str, Any]:
    (target,) = RULES[rule]["Targets"]
    return dict(target)


def told(rule: str, event: dict[str, Any]) -> str:
    """What EventBridge makes of an event (EventBridge User Guide, "Input transformation"): a path
    that leads nowhere leaves nothing. Raises ValueError where it is not JSON, as a target wants it.
    """
    transformer = target_of(rule)["InputTransformer"]
    text, own = transformer["InputTemplate"]["Sub"]
    assert own == {"Console": {"FindInMap": ["Consoles", {"Ref": "AWS::Partition"}, "Host"]}}
    for name, value in {
        "AWS::StackName": "dns",
        "AWS::Region": "eu-west-1",
        "ServiceChange": MACHINE,
        "Console": CONSOLE,
    }.items():
        text = text.replace(f"${{{name}}}", value)
    for name, path in transformer["InputPathsMap"].items():
        found: Any = event
        for key in path.split(".")[1:]:
            found = found.get(key, "")
        assert f"<{name}>" in text
        text = text.replace(f"<{name}>", str(found))
    assert not re.search(r"[<>$]", text)
    return str(json.loads(text))


def rule_for(status: str) -> str:
    (rule,) = [name for name in ON_STATES
               if status in RULES[name]["EventPattern"]["detail"]["status"]]  # fmt: skip
    return rule


@pytest.mark.parametrize("machine", DEFINITIONS)
@pytest.mark.parametrize(
    ("status", "ended"),
    [
        ("FAILED", "FAILED at 2026-11-24T13:20:06Z with the error HostnameTaken"),
        ("TIMED_OUT", "ended as TIMED_OUT at 2026-11-24T13:20:06Z"),
        ("ABORTED", "ended as ABORTED at 2026-11-24T13:20:06Z"),
    ],
)
def test_an_alert_is_a_sentence_with_a_link(machine: str, status: str, ended: str) -> None:
    error = "HostnameTaken" if status == "FAILED" else None
    event = status_change(status, machine=machine, error=error, input={"actor": BAD}, cause=BAD)

    text = told(rule_for(status), event)

    whole = f"an execution of the state machine {STATES}:stateMachine:{machine} {ended}."
    assert text.startswith(f"Signpost, stack dns in eu-west-1: {whole} ")
    link = f"https://{CONSOLE}/states/home?region=eu-west-1#/v2/executions/details/"
    assert f" {link}{STATES}:execution:{machine}:run-1 " in text
    assert text.endswith(".md.")
    assert not [secret for secret in SECRETS if secret in text]


@pytest.mark.parametrize("status", ["TIMED_OUT", "ABORTED"])
def test_what_somebody_says_who_stops_an_execution_is_not_told(status: str) -> None:
    event = status_change(status, error=BAD, cause=BAD)

    assert not [secret for secret in SECRETS if secret in told(rule_for(status), event)]


def test_what_was_done_in_part_is_told_without_what_others_wrote() -> None:
    event = announced("PartlyChanged", reason=BAD, warnings=[BAD])

    text = told(PARTLY, event)

    whole = (
        f"an execution of the state machine {MACHINE} ended as PartlyChanged at {event['time']}."
    )
    assert text.startswith(f"Signpost, stack dns in eu-west-1: {whole} ")
    assert f"#/v2/executions/details/{event['resources'][0]} " in text
    assert text.endswith(".md.")
    assert not [secret for secret in SECRETS if secret in text]


def test_every_execution_that_did_not_succeed_is_told_once() -> None:
    told_of = [
        status for rule in ON_STATES for status in RULES[rule]["EventPattern"]["detail"]["status"]
    ]
    assert sorted(told_of) == ["ABORTED", "FAILED", "TIMED_OUT"]
    for rule in map(RULES.__getitem__, ON_STATES):
        assert rule["EventPattern"]["source"] == ["aws.states"]
        machines = rule["EventPattern"]["detail"]["stateMachineArn"]
        assert machines == [{"Ref": name} for name in DEFINITIONS]


@pytest.mark.parametrize("rule", RULES)
def test_an_alert_that_can_not_be_delivered_is_kept_and_raises_an_alarm(rule: str) -> None:
    statement = RESOURCES["DeadLetterQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"][0]
    alarm = RESOURCES["UndeliveredAlertsAlarm"]["Properties"]["Metrics"]
    watched = [
        (metric["Namespace"], metric["MetricName"])
        for metric in (one["MetricStat"]["Metric"] for one in alarm if "MetricStat" in one)
        if metric["Dimensions"] == [{"Name": "RuleName", "Value": {"Ref": rule}}]
    ]

    assert target_of(rule)["DeadLetterConfig"] == {"Arn": {"GetAtt": "DeadLetterQueue.Arn"}}
    assert {"GetAtt": f"{rule}.Arn"} in statement["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert watched == [
        ("AWS/Events", "FailedInvocations"),
        ("AWS/Events", "InvocationsFailedToBeSentToDlq"),
    ]


def test_rules_may_publish_without_a_condition_and_with_no_role() -> None:
    """As documented: EventBridge knows no Condition block in the policy of a topic."""
    statements = RESOURCES["AlertTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    (statement,) = [one for one in statements if "events" in one["Principal"]["Service"]]
    assert "Condition" not in statement
    assert (statement["Action"], statement["Resource"]) == ("sns:Publish", {"Ref": "AlertTopic"})
    assert not [rule for rule in RULES if "RoleArn" in target_of(rule)]


def test_every_other_resource_policy_names_its_source() -> None:
    policies = {
        (name, statement["Principal"]["Service"]): "aws:SourceArn"
        in str(statement.get("Condition"))
        for name, resource in RESOURCES.items()
        if resource["Type"] in ("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy")
        for statement in resource["Properties"]["PolicyDocument"]["Statement"]
    }
    assert [key for key, names in policies.items() if not names] == [
        ("AlertTopicPolicy", "events.amazonaws.com")
    ]


def test_an_execution_of_either_machine_that_does_not_succeed_raises_the_alarm() -> None:
    metrics = RESOURCES["FailedExecutionsAlarm"]["Properties"]["Metrics"]
    queries = [one for one in metrics if "MetricStat" in one]
    watched = {
        (query["MetricStat"]["Metric"]["MetricName"], one["Value"]["Ref"])
        for query in queries
        for one in query["MetricStat"]["Metric"]["Dimensions"]
    }
    assert watched == {
        (f"Executions{ended}", machine)
        for ended in ("Failed", "TimedOut", "Aborted")
        for machine in DEFINITIONS
    }
    (expression,) = [one["Expression"] for one in metrics if "Expression" in one]
    assert set(re.findall(r"FILL\((\w+), 0\)", expression)) == {query["Id"] for query in queries}
