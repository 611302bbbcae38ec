"""The alarms, the dashboard and the saved queries, held against what the functions write."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from signpost.metrics import METRICS, NAMESPACE
from signpost.triggers.finished import CHANGES, DETAIL_TYPE, SOURCE
from tests.support.template import FUNCTIONS, RESOURCES, ROOT, TEMPLATE, statements

OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
ALARMS = {
    name: resource["Properties"]
    for name, resource in RESOURCES.items()
    if resource["Type"] == "AWS::CloudWatch::Alarm"
}
QUERIES = {
    name: resource["Properties"]
    for name, resource in RESOURCES.items()
    if resource["Type"] == "AWS::Logs::QueryDefinition"
}
BODY: str = RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Sub"][0]
DASHBOARD: dict[str, Any] = json.loads(
    re.sub(r"\$\{([\w:.]+)\}", r"\1", BODY.replace("${VerifiedWithinSeconds}", "900"))
)
STACK = "AWS::StackName"
MOST_METRICS_OF_AN_ALARM = 10  # CloudWatch User Guide, "Alarms on metric math expressions"


def metrics_of(alarm: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Namespace, name and dimensions of each metric that an alarm looks at."""
    found = [query["MetricStat"]["Metric"] for query in alarm.get("Metrics", [])
             if "MetricStat" in query] or [alarm]  # fmt: skip
    return [
        (
            metric["Namespace"],
            metric["MetricName"],
            {dimension["Name"]: dimension["Value"] for dimension in metric["Dimensions"]},
        )
        for metric in found
    ]


def shown() -> set[tuple[str, tuple[str, ...]]]:
    """Name and dimensions of each of Signpost's metrics on the dashboard."""
    found: set[tuple[str, tuple[str, ...]]] = set()
    for widget in DASHBOARD["widgets"]:
        for metric in widget["properties"].get("metrics", []):
            if metric[0] == NAMESPACE:
                words = [word for word in metric if isinstance(word, str)]
                found.add((metric[1], tuple(words[2::2])))
            elif isinstance(metric[0], dict) and "SEARCH" in metric[0]["expression"]:
                searched = re.search(r"\{(.*?)\} MetricName=\"(\w+)\"", metric[0]["expression"])
                assert searched
                namespace, *dimensions = searched[1].split(",")
                assert namespace == NAMESPACE
                found.add((searched[2], tuple(dimensions)))
    return found


def test_each_of_the_promised_conditions_raises_an_alarm() -> None:
    assert ALARMS.keys() >= {
        "FailedExecutionsAlarm",
        "UndeliveredAlertsAlarm",
        "DeadLettersAlarm",
        "ThrottledStepsAlarm",
        "ThrottledHelpersAlarm",
        "SlowChangesAlarm",
        "SweepNotRunAlarm",
    }


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_tells_the_topic_and_is_explained(name: str) -> None:
    alarm, short = ALARMS[name], name.removesuffix("Alarm")
    assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlertTopic"}]
    # The topic's policy lets in alarms whose names begin so.
    assert alarm["AlarmName"] == {"Sub": f"${{AWS::StackName}}-{short}"}
    assert f'"{short}" in docs/operations.md' in str(alarm["AlarmDescription"])
    assert f"\n### {short}\n" in OPERATIONS


@pytest.mark.parametrize("name", ALARMS)
def test_no_data_is_a_breach_only_where_something_should_have_happened(name: str) -> None:
    swept = {"If": ["SweepIsOn", "breaching", "notBreaching"]}
    expected = swept if name == "SweepNotRunAlarm" else "notBreaching"
    assert ALARMS[name]["TreatMissingData"] == expected


def test_only_this_stacks_alarms_may_publish() -> None:
    statement = RESOURCES["AlertTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"][1]
    assert statement["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert statement["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Ref": "AWS::AccountId"}
    }
    assert statement["Condition"]["ArnLike"]["aws:SourceArn"]["Sub"].endswith(
        ":alarm:${AWS::StackName}-*"
    )


def test_every_function_is_watched_for_throttling() -> None:
    watched = [
        dimensions["FunctionName"]["Ref"]
        for alarm in ALARMS.values()
        for namespace, name, dimensions in metrics_of(alarm)
        if (namespace, name) == ("AWS/Lambda", "Throttles")
    ]
    assert sorted(watched) == sorted(FUNCTIONS)


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_takes_no_more_metrics_than_cloudwatch_does(name: str) -> None:
    assert len(ALARMS[name].get("Metrics", [])) <= MOST_METRICS_OF_AN_ALARM


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_on_our_metrics_is_on_one_that_is_written(name: str) -> None:
    for namespace, metric, dimensions in metrics_of(ALARMS[name]):
        if namespace == NAMESPACE:
            own = METRICS[metric][1]
            assert dimensions.keys() == {"service", own} - {None}
            assert dimensions["service"] == {"Ref": "AWS::StackName"}


def test_the_dashboard_shows_all_that_is_written_and_nothing_else() -> None:
    written = {
        (name, ("service", own) if own else ("service",)) for name, (_, own) in METRICS.items()
    }
    assert shown() == written


def test_the_dashboard_shows_every_outcome_that_is_a_change() -> None:
    (changes,) = [
        widget["properties"]["metrics"]
        for widget in DASHBOARD["widgets"]
        if widget["properties"].get("title") == "Changes"
    ]
    assert sorted(metric[5] for metric in changes) == sorted(CHANGES)


def test_the_dashboard_begins_with_every_alarm() -> None:
    (widget,) = [widget for widget in DASHBOARD["widgets"] if widget["type"] == "alarm"]
    assert {arn.rpartition(":")[2] for arn in widget["properties"]["alarms"]} == set(ALARMS)


def test_no_two_widgets_of_the_dashboard_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for widget in DASHBOARD["widgets"]:
        cells = {
            (widget["x"] + column, widget["y"] + row)
            for column in range(widget["width"])
            for row in range(widget["height"])
        }
        assert not cells & taken
        assert max(column for column, _ in cells) < 24
        taken |= cells


# What a line of `signpost.observability` has, and what of its result the queries use.
FIELDS = {
    "@timestamp", "message", "step", "execution", "cluster", "ecs_service", "trigger",
    "trigger_kind", "trigger_id", "round", "attempt", "outcome", "error", "result.outcome",
    "result.error", "result.cause",
} | {f"result.{name}" for name in METRICS}  # fmt: skip


@pytest.mark.parametrize("name", QUERIES)
def test_a_saved_query_asks_for_fields_that_the_lines_have(name: str) -> None:
    query = QUERIES[name]["QueryString"]
    lists = re.findall(r"(?:^|\| )fields (.*)| by (.*)", query, re.MULTILINE)
    asked = {field.strip() for pair in lists for field in "".join(pair).split(",")}
    asked |= set(re.findall(r"(?:filter|and|ispresent\() ?([\w.]+) (?:=|in)", query))
    asked |= set(re.findall(r"ispresent\(([\w.]+)\)", query))
    assert asked
    assert asked <= FIELDS
    assert QUERIES[name]["LogGroupNames"] == [{"Ref": "FunctionsLogGroup"}]


def test_the_end_of_each_execution_of_this_machine_is_reported() -> None:
    pattern = RESOURCES["FinishedExecutionRule"]["Properties"]["EventPattern"]
    assert pattern["detail"] == {
        "status": ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"],
        "stateMachineArn": [{"Ref": "ServiceChange"}],
    }


def test_a_report_that_can_not_be_made_is_kept() -> None:
    queue = {"GetAtt": "DeadLetterQueue.Arn"}
    (target,) = RESOURCES["FinishedExecutionRule"]["Properties"]["Targets"]
    policy = RESOURCES["DeadLetterQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"][0]
    assert target["DeadLetterConfig"]["Arn"] == queue
    assert FUNCTIONS["ReportExecutionFunction"]["DeadLetterQueue"]["TargetArn"] == queue
    assert {"GetAtt": "FinishedExecutionRule.Arn"} in policy["Condition"]["ArnEquals"][
        "aws:SourceArn"
    ]


def test_nothing_but_the_announcement_can_be_sent_to_the_bus() -> None:
    (statement,) = [
        s for s in statements("ReportExecutionFunctionRole") if s["Action"] == "events:PutEvents"
    ]
    assert statement["Resource"]["Sub"].endswith(":event-bus/default")
    assert statement["Condition"] == {
        "StringEquals": {"events:detail-type": DETAIL_TYPE},
        "ForAllValues:StringEquals": {"events:source": SOURCE},
    }


def test_the_metrics_of_two_stacks_are_told_apart() -> None:
    variables = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["POWERTOOLS_SERVICE_NAME"] == {"Ref": STACK}
