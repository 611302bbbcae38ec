"""The template held against the state machine, the modules and the parameters they read."""

from __future__ import annotations

import re
from typing import Any

import pytest

from signpost import __version__
from signpost.settings import Settings
from signpost.triggers import cloud_events
from tests.support.definitions import (
    ALL_TASKS,
    DEFINITIONS,
    function_of,
    module_of,
    states_of,
    tasks_in,
)
from tests.support.parameters import EXAMPLE
from tests.support.template import (
    FUNCTIONS,
    RESOURCES,
    ROOT,
    TEMPLATE,
    VARIABLES,
    statements,
)

STEPS = {function_of(task) for task in ALL_TASKS.values()}


def test_there_is_one_function_for_each_module() -> None:
    handlers = {name: function["Handler"] for name, function in FUNCTIONS.items()}
    modules = {path.stem for path in (ROOT / "functions").glob("*.py")}
    assert set(handlers.values()) == {f"{module}.handler" for module in modules}
    assert all(
        f"{module_of(name.removesuffix('Function'))}.handler" == handler
        for name, handler in handlers.items()
    )


def test_the_template_is_of_the_codes_version() -> None:
    assert TEMPLATE["Metadata"]["Signpost"]["Version"] == __version__
    assert TEMPLATE["Mappings"]["Signpost"]["Release"]["Version"] == __version__
    assert TEMPLATE["Outputs"]["Version"]["Value"] == {
        "FindInMap": ["Signpost", "Release", "Version"]
    }


def test_what_is_no_step_of_a_machine_is_started_by_events() -> None:
    """By events of its own, or as a rule's or an event source's target."""
    starters = str(
        [
            resource
            for resource in RESOURCES.values()
            if resource["Type"] in ("AWS::Events::Rule", "AWS::Lambda::EventSourceMapping")
        ]
    )
    started = {
        name.removesuffix("Function")
        for name, function in FUNCTIONS.items()
        if function.get("Events") or str({"GetAtt": f"{name}.Arn"}) in starters
    }
    assert {name.removesuffix("Function") for name in FUNCTIONS} == STEPS | started


@pytest.mark.parametrize("machine", DEFINITIONS)
def test_a_state_machine_is_given_each_function_it_names_and_may_run_no_other(machine: str) -> None:
    functions = {function_of(task) for task in tasks_in(states_of(DEFINITIONS[machine])).values()}
    properties = RESOURCES[machine]["Properties"]
    given: dict[str, Any] = {
        f"{name}FunctionArn": {"GetAtt": f"{name}Function.Arn"} for name in functions
    }
    given["Partition"] = {"Ref": "AWS::Partition"}
    given["Version"] = {"FindInMap": ["Signpost", "Release", "Version"]}
    if machine == "Sweep":
        given["ServiceChangeArn"] = {"Ref": "ServiceChange"}
    allowed = {one["Sid"]: one for one in statements(f"{machine}Role")}

    assert properties["DefinitionSubstitutions"] == given
    assert sorted(map(str, allowed["RunTheSteps"]["Resource"])) == sorted(
        str({"GetAtt": f"{name}Function.Arn"}) for name in functions
    )


def test_the_schedule_may_start_the_sweep_and_nothing_else() -> None:
    (policy,) = RESOURCES["SweepSchedulerRole"]["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement == {
        "Effect": "Allow",
        "Action": "states:StartExecution",
        "Resource": {"Ref": "Sweep"},
    }


def test_the_sweep_may_start_service_change_and_nothing_else() -> None:
    (starts,) = [
        one for one in statements("SweepRole") if "states:StartExecution" in str(one["Action"])
    ]
    assert starts["Resource"] == {"Ref": "ServiceChange"}


@pytest.mark.parametrize(
    ("schedule", "allowed"),
    [
        ("rate(1 hour)", True),
        ("rate(15 minutes)", True),
        ("cron(0 3 * * ? *)", True),
        ("off", True),
        ("", False),
        ("1 hour", False),
        ("rate(0 hours)", False),
    ],
)
def test_the_schedule_is_checked_before_anything_is_deployed(schedule: str, allowed: bool) -> None:
    pattern = TEMPLATE["Parameters"]["SweepSchedule"]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, schedule)) == allowed


def test_failures_of_both_machines_are_told() -> None:
    detail = RESOURCES["FailedExecutionRule"]["Properties"]["EventPattern"]["detail"]
    assert detail["stateMachineArn"] == [{"Ref": name} for name in DEFINITIONS]


def test_the_functions_get_every_variable_that_the_settings_read_and_no_other() -> None:
    read: set[str] = set()

    class Recorder(dict[str, str]):
        def __contains__(self, name: object) -> bool:
            read.add(str(name))
            return True

        def __getitem__(self, name: str) -> str:
            return EXAMPLE[name]

    Settings.from_env(Recorder())
    powertools = {name for name in VARIABLES if name.startswith("POWERTOOLS_")}
    assert read - {"AWS_REGION"} == VARIABLES.keys() - powertools


def test_the_defaults_of_the_parameters_are_settings_that_can_be_used() -> None:
    defaults = {
        name: str(TEMPLATE["Parameters"][value["Ref"]]["Default"])
        for name, value in VARIABLES.items()
        if isinstance(value, dict) and "Ref" in value and "::" not in value["Ref"]
    }
    Settings.from_env(EXAMPLE | defaults)
    assert len(defaults) >= 6


def test_a_task_outlives_its_function_so_that_the_functions_own_error_is_seen() -> None:
    usual = TEMPLATE["Globals"]["Function"]["Timeout"]
    assert all(
        task["TimeoutSeconds"] > FUNCTIONS[f"{function_of(task)}Function"].get("Timeout", usual)
        for task in ALL_TASKS.values()
    )


def test_the_rule_lets_in_just_the_calls_that_parse_event_accepts() -> None:
    pattern = RESOURCES["ServiceEventRule"]["Properties"]["EventPattern"]
    calls = {
        name
        for branch in pattern["$or"]
        if branch["detail-type"] == ["AWS API Call via CloudTrail"]
        for name in branch["detail"]["eventName"]
    }
    assert calls == {*cloud_events.SERVICE_CALLS, *cloud_events.TAG_CALLS}


def test_failed_calls_start_nothing() -> None:
    pattern = RESOURCES["ServiceEventRule"]["Properties"]["EventPattern"]
    assert all(
        branch["detail"]["errorCode"] == [{"exists": False}]
        for branch in pattern["$or"]
        if branch["detail-type"] == ["AWS API Call via CloudTrail"]
    )


def test_an_event_that_could_not_start_the_machine_is_kept() -> None:
    (target,) = RESOURCES["ServiceEventRule"]["Properties"]["Targets"]
    assert target["DeadLetterConfig"]


def test_what_failed_of_a_batch_comes_back_without_the_rest() -> None:
    collect = FUNCTIONS["CollectEventsFunction"]["Events"]["Collected"]["Properties"]
    assert collect["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_a_batch_is_hidden_for_as_long_as_lambda_may_be_at_it() -> None:
    """Lambda Developer Guide, "Using Lambda with Amazon SQS": six times the function's timeout, and
    the batching window.
    """
    collect = FUNCTIONS["CollectEventsFunction"]
    window = collect["Events"]["Collected"]["Properties"]["MaximumBatchingWindowInSeconds"]
    hidden = RESOURCES["CollectedEventsQueue"]["Properties"]["VisibilityTimeout"]
    assert hidden == 6 * collect["Timeout"] + window


@pytest.mark.parametrize("name", TEMPLATE["Parameters"])
def test_each_parameter_is_described_and_has_a_default(name: str) -> None:
    parameter = TEMPLATE["Parameters"][name]
    assert parameter["Description"]
    assert "Default" in parameter or name == "HostedZoneIds"


def test_the_outputs_are_what_the_command_and_people_look_for() -> None:
    assert TEMPLATE["Outputs"].keys() >= {
        "StateMachineArn",
        "SweepStateMachineArn",
        "RuleArn",
        "DeadLetterQueueUrl",
        "AlertTopicArn",
    }
