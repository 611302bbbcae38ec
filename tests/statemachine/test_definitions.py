"""The ASL files held against the modules and the errors they name."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest

from signpost import errors
from signpost.sweep import report
from tests.support.definitions import (
    ALL_TASKS,
    BASES,
    DEFINITION,
    DEFINITIONS,
    ERRORS,
    ROOT,
    TASKS,
    States,
    function_of,
    module_of,
    states_of,
)

OUTCOMES = {
    "ServiceChange": {
        *("RecordChanged", "RecordRemoved", "PartlyChanged", "Unchanged", "Skipped", "DryRun"),
        "UnchangedAndServed",
    },
    "Sweep": {"NothingFound", "Repaired", "NotAllRepaired", "DryRun"},
}
# All that a call of a function can end with by Lambda's own doing (botocore's model of Invoke);
# Step Functions puts `Lambda.` before the name. Those that a repetition can help, …
SOON = {"ServiceException", "TooManyRequestsException"}
NETWORK = {  # in minutes: Lambda makes the function's network, or what else it needs
    "ResourceNotReadyException",  # inactive after weeks of idleness
    "ENINotReadyException",
    "ENILimitReachedException",  # others give theirs back
    "SubnetIPAddressLimitReachedException",
    "EC2ThrottledException",
    "EC2UnexpectedException",
    "ResourceConflictException",  # the function is being created or updated
    "CodeArtifactUserPendingException",
    "CodeArtifactUserDeletedException",
}
DENIED = {"EC2AccessDeniedException", "KMSAccessDeniedException"}  # IAM that has not spread
# … and those that it can't.
NEVER = {
    # the function's configuration is wrong, or what it names is gone
    "InvalidSecurityGroupIDException",
    "InvalidSubnetIDException",
    "InvalidRuntimeException",
    "InvalidZipFileException",
    "ResourceNotFoundException",
    "KMSDisabledException",
    "KMSInvalidStateException",
    "KMSNotFoundException",
    "CodeArtifactUserFailedException",
    "RuntimeAliasDeletedException",
    "RuntimeVersionDeletedException",
    # the call is wrong, or too large
    "InvalidParameterValueException",
    "InvalidRequestContentException",
    "RequestTooLargeException",
    "SerializedRequestEntityTooLargeException",
    "UnsupportedMediaTypeException",
    # a quota that only a person raises; a loop that Lambda has stopped
    "ServiceQuotaExceededException",
    "RecursiveInvocationException",
    # what these functions have not: versions, SnapStart, durable executions, file systems
    "NoPublishedVersionException",
    "ModeNotSupportedException",
    "DurableExecutionAlreadyStartedException",
    "SnapStartException",
    "SnapStartNotReadyException",
    "SnapStartTimeoutException",
    "SnapStartRegenerationFailureException",
    "EFSIOException",
    "EFSMountConnectivityException",
    "EFSMountFailureException",
    "EFSMountTimeoutException",
    "S3FilesMountConnectivityException",
    "S3FilesMountFailureException",
    "S3FilesMountTimeoutException",
}
# Of the engine's own, which no model has.
ENGINE = {
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.Unknown",
    "Sandbox.Timedout",
    "States.Timeout",
}


def names_in(task: dict[str, Any], key: str) -> set[str]:
    return {name for entry in task[key] for name in entry["ErrorEquals"]}


def test_each_task_is_named_after_the_module_it_runs() -> None:
    functions = {name: function_of(task) for name, task in ALL_TASKS.items()}
    described = functions.pop("ConfirmService")
    assert (described, functions) == ("DescribeService", {name: name for name in functions})


@pytest.mark.parametrize("name", TASKS)
def test_each_task_is_told_its_execution_and_round(name: str) -> None:
    told = TASKS[name]["Parameters"]["Payload"]
    assert told["execution.$"] == "$$.Execution.Name"
    assert name == "ParseEvent" or told["round"]["number.$"] == "$.round.number"


@pytest.mark.parametrize("name", ALL_TASKS)
def test_each_task_is_bounded_retried_and_caught(name: str) -> None:
    task = ALL_TASKS[name]
    assert task["TimeoutSeconds"] > 0
    helped = {f"Lambda.{error}" for error in SOON | NETWORK | DENIED}
    assert {one for one in names_in(task, "Retry") if "." in one} == helped | ENGINE
    fallback = task["Catch"][-1]
    assert fallback["ErrorEquals"] == ["States.ALL"]
    first = {"ParseEvent": "InputNotUnderstood"}
    first |= dict.fromkeys(("VerifyRecord", "ConfirmService"), "ChangeIsNotProved")
    assert fallback["Next"] == first.get(name, "HasErrorSentence")
    for retry in task["Retry"]:
        assert retry.keys() == {
            "ErrorEquals",
            "IntervalSeconds",
            "MaxAttempts",
            "BackoffRate",
            "MaxDelaySeconds",
            "JitterStrategy",
        }


@pytest.mark.parametrize("name", ALL_TASKS)
def test_what_a_task_retries_and_plans_again_is_what_its_module_says_it_raises(name: str) -> None:
    task = ALL_TASKS[name]
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
        for task in ALL_TASKS.values()
        for key in ("Retry", "Catch")
        for entry in task[key]
        if entry.get("Next") not in ("HasErrorSentence", "InputNotUnderstood")
        for name in entry["ErrorEquals"]
    }
    assert not named & permanent


def test_of_every_error_of_lambda_it_is_said_whether_a_repetition_helps() -> None:
    invoke = botocore.session.get_session().get_service_model("lambda").operation_model("Invoke")
    assert {shape.name for shape in invoke.error_shapes} == SOON | NETWORK | DENIED | NEVER


def waits(state: str, error: str) -> list[float]:
    """How long an execution waits for an error to go away, in seconds, on average: with full jitter
    a wait is half its interval.
    """
    (retry,) = [entry for entry in ALL_TASKS[state]["Retry"] if error in entry["ErrorEquals"]]
    share = {"FULL": 0.5, "NONE": 1.0}[retry["JitterStrategy"]]
    intervals = [
        min(retry["IntervalSeconds"] * retry["BackoffRate"] ** attempt, retry["MaxDelaySeconds"])
        for attempt in range(retry["MaxAttempts"])
    ]
    return [share * interval for interval in intervals]


def test_waiting_for_readiness_takes_about_half_an_hour() -> None:
    assert 25 <= sum(waits("CheckReadiness", "TargetsNotHealthy")) / 60 <= 35


def test_a_removal_that_is_still_asked_for_is_tried_in_growing_waits_for_about_25_minutes() -> None:
    seconds = waits("ChangeRecord", "StillAsked")
    assert seconds == sorted(seconds)
    assert min(seconds) >= 60
    assert 20 <= sum(seconds) / 60 <= 30


@pytest.mark.parametrize("name", ALL_TASKS)
def test_a_function_that_was_idle_has_minutes_to_get_its_network(name: str) -> None:
    assert 3 * 60 <= sum(waits(name, "Lambda.ResourceNotReadyException")) <= 5 * 60


@pytest.mark.parametrize("name", ALL_TASKS)
def test_what_iam_has_not_spread_is_tried_three_times_more_within_a_minute(name: str) -> None:
    asks = name not in ("ParseEvent", "ReportSweep")  # these read their input only
    assert ("AccessDenied" in names_in(ALL_TASKS[name], "Retry")) == asks
    # Without jitter, which could make all three come at once.
    for error in ["Lambda.EC2AccessDeniedException"] + ["AccessDenied"] * asks:
        seconds = waits(name, error)
        assert len(seconds) == 3
        assert min(seconds) >= 10
        assert 30 <= sum(seconds) <= 60


def test_half_an_hour_for_targets_a_network_and_a_proof_fit_into_the_time_of_an_execution() -> None:
    rest = (
        waits("VerifyRecord", "Lambda.ResourceNotReadyException")
        + waits("VerifyRecord", "NotPropagated")
        + waits("ChangeRecord", "AccessDenied")
    )
    # A removal, which may have to wait until nobody asks, waits for no targets.
    for longest in (("CheckReadiness", "TargetsNotHealthy"), ("ChangeRecord", "StillAsked")):
        assert sum(waits(*longest) + rest) < DEFINITION["TimeoutSeconds"]


def test_a_part_that_is_proved_before_the_rest_gets_ready_fits_in_too() -> None:
    proof = waits("VerifyRecord", "NotPropagated")
    ready = waits("CheckReadiness", "TargetsNotHealthy")
    assert sum(ready + proof + proof) < DEFINITION["TimeoutSeconds"]


def test_a_service_change_ends_within_70_minutes_and_a_sweep_waits_longer_for_it() -> None:
    sweep = states_of(DEFINITIONS["Sweep"])
    assert DEFINITION["TimeoutSeconds"] == 70 * 60
    assert sweep["StartServiceChange"]["TimeoutSeconds"] > 70 * 60


def test_a_sweep_has_time_for_as_many_executions_as_it_starts() -> None:
    waves = report.FINDINGS / DEFINITIONS["Sweep"]["States"]["RepairServices"]["MaxConcurrency"]
    assert DEFINITIONS["Sweep"]["TimeoutSeconds"] > waves * DEFINITION["TimeoutSeconds"]


@pytest.mark.parametrize("machine", DEFINITIONS)
def test_the_end_states_are_the_outcomes_and_one_failure(machine: str) -> None:
    states: States = DEFINITIONS[machine]["States"]
    ends = {name for name, state in states.items() if state.get("End")}
    fails = {name for name, state in states.items() if state["Type"] == "Fail"}
    assert (ends, fails) == (OUTCOMES[machine], {"Failed"})


@pytest.mark.parametrize("machine", DEFINITIONS)
def test_every_receipt_has_the_same_keys(machine: str) -> None:
    states: States = DEFINITIONS[machine]["States"]
    keys = {
        name: {key.removesuffix(".$") for key in states[name]["Parameters"]} - {"plan"}
        for name in OUTCOMES[machine]  # `plan`: the batch that a dry run only shows
    }
    assert all(found == keys["DryRun"] for found in keys.values())


@pytest.mark.parametrize("machine", DEFINITIONS)
def test_every_receipt_tells_the_version_that_was_deployed(machine: str) -> None:
    states: States = DEFINITIONS[machine]["States"]
    told = {name: states[name]["Parameters"]["version"] for name in OUTCOMES[machine]}
    assert set(told.values()) == {"${Version}"}


def levels(machine: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A machine, and those inside of its Map states."""
    yield machine
    for state in machine["States"].values():
        if state["Type"] == "Map":
            yield from levels(state["ItemProcessor"])


LEVELS = {
    f"{name}-{level['StartAt']}": level
    for name, definition in DEFINITIONS.items()
    for level in levels(definition)
}


@pytest.mark.parametrize("name", LEVELS)
def test_every_state_can_be_reached_and_leads_to_a_state_that_is_there(name: str) -> None:
    level = LEVELS[name]
    reached = {level["StartAt"]}
    for state in level["States"].values():
        own = {key: value for key, value in state.items() if key != "ItemProcessor"}
        reached |= set(re.findall(r'"(?:Next|Default)": "(\w+)"', json.dumps(own)))
    assert reached == level["States"].keys()


@pytest.mark.parametrize("machine", DEFINITIONS)
def test_no_state_spells_out_the_result_path_that_it_has_anyway(machine: str) -> None:
    """`$` is the default; aws-local-stepfunctions 3.0.0 misreads it where it is given."""
    states = states_of(DEFINITIONS[machine])
    places = [place for state in states.values() for place in (state, *state.get("Catch", []))]
    assert [place for place in places if place.get("ResultPath") == "$"] == []
