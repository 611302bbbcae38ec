"""The ASL file held against the modules and the errors it names."""

from __future__ import annotations

import ast
import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest

from signpost import errors

ROOT = Path(__file__).parents[2]
DEFINITION = json.loads((ROOT / "statemachine" / "service_change.asl.json").read_text())
STATES: dict[str, dict[str, Any]] = DEFINITION["States"]
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}
BESIDE_THE_MACHINE = {"collect_events", "report_execution"}
OUTCOMES = {"RecordChanged", "RecordRemoved", "Unchanged", "Skipped", "DryRun"}
ERRORS: dict[str, type[Exception]] = {
    name: thing
    for name, thing in vars(errors).items()
    if inspect.isclass(thing) and issubclass(thing, errors.SignpostError)
}
BASES = {"SignpostError", "RetryableError", "ReplannedError", "PermanentError"}
LAMBDA_ERRORS = {
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "States.Timeout",
}


def function_of(task: dict[str, Any]) -> str:
    """`CheckReadiness` of `${CheckReadinessFunctionArn}`."""
    match = re.fullmatch(r"\$\{(\w+)FunctionArn\}", task["Parameters"]["FunctionName"])
    assert match
    return match[1]


def module_of(function: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", function).lower()


def names_in(task: dict[str, Any], key: str) -> set[str]:
    return {name for entry in task[key] for name in entry["ErrorEquals"]}


def test_each_task_is_named_after_the_module_it_runs() -> None:
    functions = {name: function_of(task) for name, task in TASKS.items()}
    described = functions.pop("ConfirmService")
    assert (described, functions) == ("DescribeService", {name: name for name in functions})


def test_each_module_in_functions_is_a_step_of_the_machine_or_stands_beside_it() -> None:
    modules = {path.stem for path in (ROOT / "functions").glob("*.py")}
    assert modules - BESIDE_THE_MACHINE == {module_of(function_of(task)) for task in TASKS.values()}


@pytest.mark.parametrize("name", TASKS)
def test_each_task_is_told_its_execution_and_round(name: str) -> None:
    told = TASKS[name]["Parameters"]["Payload"]
    assert told["execution.$"] == "$$.Execution.Name"
    assert name == "ParseEvent" or told["round"] == {"number.$": "$.round.number"}


@pytest.mark.parametrize("name", TASKS)
def test_each_task_is_bounded_retried_and_caught(name: str) -> None:
    task = TASKS[name]
    assert task["TimeoutSeconds"] > 0
    assert names_in(task, "Retry") >= LAMBDA_ERRORS
    fallback = task["Catch"][-1]
    assert fallback["ErrorEquals"] == ["States.ALL"]
    assert fallback["Next"] == (
        "InputNotUnderstood" if name == "ParseEvent" else "HasErrorSentence"
    )
    for retry in task["Retry"]:
        assert retry.keys() == {
            "ErrorEquals",
            "IntervalSeconds",
            "MaxAttempts",
            "BackoffRate",
            "MaxDelaySeconds",
            "JitterStrategy",
        }


@pytest.mark.parametrize("name", TASKS)
def test_what_a_task_retries_and_plans_again_is_what_its_module_says_it_raises(name: str) -> None:
    task = TASKS[name]
    module = ROOT / "functions" / f"{module_of(function_of(task))}.py"
    handler = next(
        node
        for node in ast.parse(module.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name == "handler"
    )
    raised = set(re.findall(r"\w+", ast.get_docstring(handler) or "")) & ERRORS.keys()
    if name == "DescribeService":
        raised.remove("ServiceChanged")  # ConfirmService's
    replanned = {error for error in raised if issubclass(ERRORS[error], errors.ReplannedError)}
    retried = {
        error for error in raised - replanned if issubclass(ERRORS[error], errors.RetryableError)
    }
    own = {entry for entry in names_in(task, "Retry") if "." not in entry}
    caught = names_in(task, "Catch") - {"States.ALL"}
    assert (own, caught) == (retried, replanned)


def test_every_retryable_error_is_retried_somewhere_and_every_replanned_one_replanned() -> None:
    retried = set().union(*(names_in(task, "Retry") for task in TASKS.values()))
    replanned = {
        name
        for task in TASKS.values()
        for entry in task["Catch"]
        if entry["Next"] == "CountRound"
        for name in entry["ErrorEquals"]
    }
    own = {name: error for name, error in ERRORS.items() if name not in BASES}
    wanted = {name for name, error in own.items() if issubclass(error, errors.ReplannedError)}
    assert replanned == wanted
    assert {name for name in retried if "." not in name} == {
        name for name, error in own.items() if issubclass(error, errors.RetryableError)
    } - wanted


def test_permanent_errors_are_neither_retried_nor_planned_again() -> None:
    permanent = {n for n, e in ERRORS.items() if issubclass(e, errors.PermanentError)}
    named = {
        name
        for task in TASKS.values()
        for key in ("Retry", "Catch")
        for entry in task[key]
        if entry.get("Next") not in ("HasErrorSentence", "InputNotUnderstood")
        for name in entry["ErrorEquals"]
    }
    assert not named & permanent


def test_waiting_for_readiness_takes_about_half_an_hour() -> None:
    # With full jitter a wait is half its interval on average.
    (retry,) = [
        entry
        for entry in TASKS["CheckReadiness"]["Retry"]
        if "TargetsNotHealthy" in entry["ErrorEquals"]
    ]
    intervals = [
        min(retry["IntervalSeconds"] * retry["BackoffRate"] ** attempt, retry["MaxDelaySeconds"])
        for attempt in range(retry["MaxAttempts"])
    ]
    assert 25 <= sum(intervals) / 2 / 60 <= 35


def test_the_machine_ends_within_an_hour() -> None:
    assert DEFINITION["TimeoutSeconds"] == 3600


def test_the_end_states_are_the_outcomes_and_one_failure() -> None:
    ends = {name for name, state in STATES.items() if state.get("End")}
    fails = {name for name, state in STATES.items() if state["Type"] == "Fail"}
    assert (ends, fails) == (OUTCOMES, {"Failed"})


def test_every_receipt_has_the_same_keys() -> None:
    keys = {
        name: {key.removesuffix(".$") for key in STATES[name]["Parameters"]} for name in OUTCOMES
    }
    keys["DryRun"].remove("plan")  # the batch that a dry run only shows
    assert all(found == keys["RecordChanged"] for found in keys.values())


@pytest.mark.parametrize("name", STATES)
def test_every_state_can_be_reached_and_leads_to_a_state_that_is_there(name: str) -> None:
    leads_to = {name: set(re.findall(r'"(?:Next|Default)": "(\w+)"', json.dumps(state)))
                for name, state in STATES.items()}  # fmt: skip
    reached = set().union(*leads_to.values()) | {DEFINITION["StartAt"]}
    assert leads_to[name] <= STATES.keys()
    assert name in reached
