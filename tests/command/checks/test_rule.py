"""`signpost doctor`: the rule that starts the workflow."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from signpost.triggers.cloud_events import SERVICE_CALLS, TAG_CALLS
from signpost_cli.checks import rule
from signpost_cli.checks.findings import Severity
from tests.support.doctor import AGAIN, MACHINE, ON, codes, installation
from tests.support.patterns import ENGINES, verdicts
from tests.support.stub import Stub

TARGET = {"Arn": MACHINE, "RoleArn": "arn:role", "DeadLetterConfig": {"Arn": "arn:queue"}}


@pytest.mark.parametrize("state", ["ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"])
def test_a_rule_that_is_on(state: str) -> None:
    assert rule.judge_state(replace(ON, state=state)) == []


def test_a_disabled_rule_comes_with_the_command_that_enables_it() -> None:
    (finding,) = rule.judge_state(replace(ON, state="DISABLED", bus="other"))

    assert (finding.code, finding.severity) == ("rule-disabled", Severity.STOPS)
    assert "enable-rule --name service-events --event-bus-name other" in finding.mend


@pytest.mark.parametrize(
    ("targets", "found"),
    [
        ([TARGET], []),
        ([{"Arn": "arn:other"}, TARGET], []),
        ([], ["rule-target"]),
        ([{**TARGET, "Arn": "arn:other"}], ["rule-target"]),
        ([{"Arn": MACHINE, "RoleArn": "arn:role"}], ["rule-no-dead-letters"]),
        ([{"Arn": MACHINE}], ["rule-role", "rule-no-dead-letters"]),
    ],
)
def test_the_rules_targets(targets: list[dict[str, Any]], found: list[str]) -> None:
    assert codes(rule.judge_targets(ON, targets, MACHINE, AGAIN)) == found


def test_sorts_of_events_that_do_not_get_through_are_named() -> None:
    assert rule.judge_blindness(ON, [], AGAIN) == []
    (finding,) = rule.judge_blindness(ON, ["DeleteService"], AGAIN)
    assert (finding.code, finding.severity) == ("rule-blind", Severity.STOPS)


def test_the_samples_have_every_call_that_starts_the_workflow_and_the_pattern_lets_all_in() -> None:
    samples = dict(rule.samples(installation()))

    calls = {event["detail"]["eventName"] for event in samples.values()}
    assert calls == {*SERVICE_CALLS, *TAG_CALLS, "SERVICE_DEPLOYMENT_COMPLETED"}
    for engine in ENGINES:
        assert all("ServiceEventRule" in verdicts(engine, event) for event in samples.values())


@pytest.mark.parametrize("said", [True, False])
def test_every_sample_that_the_pattern_keeps_out_is_named(said: bool) -> None:
    api = Stub("events")
    api.answers("describe_rule", Name="service-events", State="ENABLED", EventPattern=ON.pattern)
    labels = [label for label, _ in rule.samples(installation())]
    for _ in labels:
        api.answers("test_event_pattern", Result=said)
    api.fails("list_targets_by_rule", "AccessDeniedException")

    blind, *_ = rule.check(installation({"events": api.client}))

    assert all((label in blind.what) is not said for label in labels)


@pytest.mark.parametrize(
    ("service", "found"), [("events.amazonaws.com", []), ("lambda.amazonaws.com", ["rule-role"])]
)
def test_the_role_must_trust_eventbridge(service: str, found: list[str]) -> None:
    statement = {"Effect": "Allow", "Principal": {"Service": [service]}, "Action": "sts:AssumeRole"}
    assert codes(rule.judge_trust("arn:role", {"Statement": [statement]}, AGAIN)) == found


def test_a_rule_that_is_gone() -> None:
    api = Stub("events")
    api.fails("describe_rule", "ResourceNotFoundException")

    assert codes(rule.check(installation({"events": api.client}))) == ["rule-missing"]


def test_what_of_the_rule_can_not_be_read_does_not_keep_the_rest_back() -> None:
    api = Stub("events")
    api.answers("describe_rule", Name="service-events", State="DISABLED", EventPattern=ON.pattern)
    api.fails("test_event_pattern", "AccessDeniedException")
    api.fails("list_targets_by_rule", "AccessDeniedException")

    findings = rule.check(installation({"events": api.client}))

    assert codes(findings) == ["rule-disabled", "not-checked", "not-checked"]
    assert "events:TestEventPattern" in findings[1].why
