"""`signpost doctor`: stack, rule, dead letters, state machine and functions, fact by fact."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest

from signpost_cli.checks import (
    dead_letters,
    functions,
    machines,
    more_rules,
    rule,
    rule_facts,
    stack,
)
from signpost_cli.checks.findings import Severity
from signpost_cli.checks.installation import environment_of
from signpost_cli.checks.reading import Unreadable
from signpost_cli.checks.rule_facts import Rule
from tests.support.definitions import DEFINITION
from tests.support.doctor import MACHINE, QUEUE, codes, installation
from tests.support.parameters import EXAMPLE, SETTINGS
from tests.support.stub import Stub
from tests.support.template import RESOURCES, TEMPLATE

AGAIN = "sam deploy"
PATTERN = rule_facts.expected_pattern(installation(), "ServiceEventRule")
ON = Rule("service-events", "default", "ENABLED", json.dumps(PATTERN))
TARGET = {"Arn": MACHINE, "RoleArn": "arn:role", "DeadLetterConfig": {"Arn": "arn:queue"}}


# --- the stack -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["CREATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"])
def test_a_whole_stack_is_sound(status: str) -> None:
    assert codes(stack.check(installation(StackStatus=status))) == ["ok"]


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("ROLLBACK_COMPLETE", "stack-broken"),
        ("UPDATE_ROLLBACK_FAILED", "stack-broken"),
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
    older = installation(Outputs=[{"OutputKey": "Version", "OutputValue": "0.1.7"}])

    (finding,) = stack.check(older)

    assert finding.code == "stack-version"
    assert "version 0.1.7" in finding.what
    assert finding.mend == (
        "sam build && sam deploy --stack-name signpost\npipx install --force signpost-ecs==0.1.7"
    )


def test_a_stack_from_before_versions_were_told() -> None:
    (finding,) = stack.check(installation(Outputs=[]))

    assert finding.code == "stack-version"
    assert finding.mend == "sam build && sam deploy --stack-name signpost"


def test_parameters_that_no_function_could_read_stop_the_work() -> None:
    assert codes(stack.check(installation(parameters={"RecordTtl": "soon"}))) == ["stack-settings"]


def test_the_parameters_become_the_variables_that_the_template_makes_of_them() -> None:
    names = environment_of(TEMPLATE["Parameters"], "1", "eu-west-1")
    assert EXAMPLE.keys() <= names.keys()


# --- the rule --------------------------------------------------------------------------------


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


def test_a_pattern_in_another_order_is_the_same() -> None:
    turned = copy.deepcopy(PATTERN)
    turned["$or"].reverse()
    turned["$or"][-1]["detail"]["eventName"].reverse()

    assert rule_facts.judge_pattern(replace(ON, pattern=json.dumps(turned)), PATTERN, AGAIN) == []


def test_a_pattern_that_was_edited_is_told_where() -> None:
    edited = PATTERN | {"source": ["aws.s3"]}

    (finding,) = rule_facts.judge_pattern(replace(ON, pattern=json.dumps(edited)), PATTERN, AGAIN)

    assert finding.code == "rule-pattern"
    assert 'source has "aws.s3" too' in finding.what


def test_sorts_of_events_that_do_not_get_through_are_named() -> None:
    assert rule.judge_blindness(ON, [], AGAIN) == []
    (finding,) = rule.judge_blindness(ON, ["DeleteService"], AGAIN)
    assert (finding.code, finding.severity) == ("rule-blind", Severity.STOPS)


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


# --- the other rules -------------------------------------------------------------------------

QUEUED = "arn:aws:sqs:eu-west-1:123456789012:collected"


@pytest.mark.parametrize(
    ("name", "code", "severity"),
    [
        ("TaskEventRule", "event-rule", Severity.STOPS),
        ("FailedExecutionRule", "alert-rule", Severity.WARNING),
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


# --- dead letters ----------------------------------------------------------------------------

POLICY = json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}}]}
)
EMPTY = {
    "ApproximateNumberOfMessages": "0",
    "ApproximateNumberOfMessagesNotVisible": "0",
    "MessageRetentionPeriod": "1209600",
    "Policy": POLICY,
}


def test_an_empty_queue_is_sound() -> None:
    assert codes(dead_letters.judge(QUEUE, EMPTY, AGAIN)) == ["ok"]


@pytest.mark.parametrize(
    "attribute", ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
)
def test_waiting_events_are_counted_and_nothing_is_taken_out(attribute: str) -> None:
    (finding,) = dead_letters.judge(QUEUE, EMPTY | {attribute: "3"}, AGAIN)

    assert (finding.code, finding.severity) == ("letters-waiting", Severity.WARNING)
    assert "3 events wait" in finding.what
    assert "14 days" in finding.what
    assert f"--queue-url {QUEUE}" in finding.mend


def test_a_queue_that_refuses_eventbridge() -> None:
    assert codes(dead_letters.judge(QUEUE, EMPTY | {"Policy": ""}, AGAIN)) == ["letters-policy"]


def test_a_queue_that_is_gone() -> None:
    api = Stub("sqs")
    api.fails("get_queue_attributes", "AWS.SimpleQueueService.NonExistentQueue")

    assert codes(dead_letters.check(installation({"sqs": api.client}))) == ["letters-no-queue"]


# --- the state machine -----------------------------------------------------------------------

ARNS = {
    name: f"arn:aws:lambda:eu-west-1:123456789012:function:{name}"
    for name in RESOURCES["ServiceChange"]["Properties"]["DefinitionSubstitutions"]
}


def deployed() -> dict[str, Any]:
    text = json.dumps(DEFINITION)
    for name, arn in ARNS.items():
        text = text.replace(f"${{{name}}}", arn)
    definition: dict[str, Any] = json.loads(text)
    return definition


def judged(definition: dict[str, Any]) -> list[Any]:
    text = json.dumps(definition, indent=7)
    return machines.judge("ServiceChange", DEFINITION, text, ARNS, AGAIN)


def test_the_repositorys_definition_is_recognised_however_it_is_written() -> None:
    assert judged(deployed()) == []


def test_each_state_that_differs_is_named() -> None:
    edited = deployed()
    edited["States"]["CheckReadiness"]["TimeoutSeconds"] += 1
    edited["States"]["Extra"] = edited["States"].pop("GiveUp")
    edited["TimeoutSeconds"] = 5

    (finding,) = judged(edited)

    assert finding.code == "machine-definition"
    for part in ("changed state CheckReadiness", "missing state GiveUp", "added state Extra",
                 "changed TimeoutSeconds"):  # fmt: skip
        assert part in finding.what


def test_a_state_that_calls_another_function_stops_the_work() -> None:
    other = "arn:aws:lambda:eu-west-1:123456789012:function:other"
    text = json.dumps(deployed()).replace(ARNS["PlanChangeFunctionArn"], other)

    (finding,) = judged(json.loads(text))

    assert (finding.code, finding.severity) == ("machine-function", Severity.STOPS)
    assert other in finding.what


def test_one_placeholder_with_two_values_is_a_difference() -> None:
    edited = deployed()
    edited["States"]["ConfirmService"]["Parameters"]["FunctionName"] = "arn:other"

    assert "ConfirmService" in judged(edited)[0].what


# --- the functions ---------------------------------------------------------------------------

FUNCTION = functions.Function(
    "plan",
    {"State": "Active", "Runtime": "python3.13", "Environment": {"Variables": EXAMPLE}},
)


def configured(**more: Any) -> functions.Function:
    return replace(FUNCTION, configuration={**FUNCTION.configuration, **more})


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (FUNCTION, []),
        (configured(State="Inactive"), []),
        (configured(State="Failed", StateReason="no role"), ["function-state"]),
        (configured(LastUpdateStatus="Failed"), ["function-state"]),
        (configured(Runtime="python3.9"), ["function-runtime"]),
    ],
)
def test_whether_a_function_runs(function: functions.Function, found: list[str]) -> None:
    assert codes(functions.judge(function, "python3.13", AGAIN)) == found


@pytest.mark.parametrize(("reserved", "found"), [(None, []), (1, []), (0, ["function-throttled"])])
def test_a_function_without_any_concurrency(reserved: int | None, found: list[str]) -> None:
    assert codes(functions.judge_reserved("plan", reserved)) == found


def test_a_variable_that_was_edited_by_hand_is_told_once_for_all_functions() -> None:
    variables = EXAMPLE | {"POLICY": "dry-run"}
    edited = configured(Environment={"Variables": variables})

    (finding,) = functions.judge_settings(
        [FUNCTION, edited, replace(edited, name="verify")], SETTINGS, AGAIN
    )

    assert finding.code == "function-settings"
    assert "POLICY is 'dry-run'" in finding.what
    assert "In: plan, verify." in finding.what


def test_where_events_come_from_is_no_setting_of_the_stack() -> None:
    local = configured(Environment={"Variables": EXAMPLE | {"EVENT_SOURCES": "local.ecs"}})
    assert functions.judge_settings([local], SETTINGS, AGAIN) == []


def test_an_environment_that_can_not_be_decrypted_is_not_checked() -> None:
    locked = configured(Environment={"Error": {"Message": "KMS says no"}})
    with pytest.raises(Unreadable, match="KMS says no"):
        functions.judge_settings([locked], SETTINGS, AGAIN)


@pytest.mark.parametrize(
    ("mappings", "found"),
    [
        ([{"UUID": "u", "State": "Enabled"}], []),
        ([{"UUID": "u", "State": "Disabled"}], ["function-queue"]),
        ([], ["function-queue"]),
    ],
)
def test_a_queue_that_leads_nowhere(mappings: list[dict[str, str]], found: list[str]) -> None:
    assert codes(functions.judge_queue("collect", mappings)) == found


@pytest.mark.parametrize(("limit", "found"), [(10, ["concurrency-low"]), (1000, [])])
def test_a_new_accounts_concurrency_is_a_warning(limit: int, found: list[str]) -> None:
    assert codes(functions.judge_concurrency(limit)) == found


def test_functions_that_are_gone_and_functions_that_may_not_be_read() -> None:
    api = Stub("lambda")
    names = [name for name, it in RESOURCES.items() if it["Type"] == "AWS::Serverless::Function"]
    api.fails("get_function_configuration", "ResourceNotFoundException")
    for name in names[1:]:
        api.fails("get_function_configuration", "AccessDeniedException", message=f"not {name}")
    api.answers("list_event_source_mappings", EventSourceMappings=[{"State": "Enabled"}])
    api.answers("get_account_settings", AccountLimit={"UnreservedConcurrentExecutions": 1000})

    gone, unread = functions.check(
        installation({"lambda": api.client}, resources={name: f"x-{name}" for name in names})
    )

    assert gone.code == "function-missing"
    assert unread.severity is Severity.NOT_CHECKED
    assert all(name in unread.what for name in names[1:])
