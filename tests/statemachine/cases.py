"""Every path through the state machine, as test cases of Step Functions Local's mock format.

`python -m tests.statemachine.mock_file` writes mock_config.json from here. What a case must show is
written down by hand, not read from the ASL file: how often each state fails, and how it ends.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

STATE_MACHINE = "ServiceChange"

LAMBDA = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.Unknown",
    "Sandbox.Timedout",
    "States.Timeout",
)
# The function can't run yet: its network, or what belongs to it, is made or waited for.
NOT_YET = (
    "Lambda.ResourceNotReadyException",
    "Lambda.ENINotReadyException",
    "Lambda.ENILimitReachedException",
    "Lambda.SubnetIPAddressLimitReachedException",
    "Lambda.EC2ThrottledException",
    "Lambda.EC2UnexpectedException",
    "Lambda.ResourceConflictException",
    "Lambda.CodeArtifactUserPendingException",
    "Lambda.CodeArtifactUserDeletedException",
)
# IAM may not have spread.
LAMBDA_DENIED = ("Lambda.EC2AccessDeniedException", "Lambda.KMSAccessDeniedException")
LAMBDA_RETRIES = (
    dict.fromkeys(LAMBDA, 5) | dict.fromkeys(NOT_YET, 10) | dict.fromkeys(LAMBDA_DENIED, 3)
)
AWS_RETRIES = {"Throttled": 8, "AwsUnavailable": 8, "AccessDenied": 3}

# State → error → how often it is tried again before it counts.
_OWN: dict[str, dict[str, int]] = {
    "ParseEvent": {},
    "DescribeService": AWS_RETRIES,
    "ResolveLoadBalancer": AWS_RETRIES | {"LoadBalancerNotReady": 60},
    "ResolveTasks": AWS_RETRIES,
    "PlanChange": AWS_RETRIES,
    "CheckReadiness": AWS_RETRIES | {"LoadBalancerNotReady": 60, "TargetsNotHealthy": 60},
    "ChangeRecord": AWS_RETRIES | {"ZoneBusy": 15, "LoadBalancerNotReady": 15, "StillAsked": 5},
    "VerifyRecord": AWS_RETRIES | {"NotPropagated": 80, "ResolverUnreachable": 80},
    "ConfirmService": AWS_RETRIES,
}
RETRIES = {state: own | LAMBDA_RETRIES for state, own in _OWN.items()}

PERMANENT: dict[str, tuple[str, ...]] = {
    "ParseEvent": ("InvalidEvent", "InvalidConfiguration"),
    "DescribeService": ("InvalidConfiguration",),
    "ResolveLoadBalancer": ("LoadBalancerNotFound", "InvalidConfiguration", "ChangeTooLarge"),
    "ResolveTasks": ("InvalidConfiguration",),
    "PlanChange": (
        "HostnameInvalid",
        "HostnameNotAllowed",
        "HostnameTaken",
        "AmbiguousLoadBalancer",
        "LoadBalancerNotFound",
        "InvalidConfiguration",
        "ZoneNotFound",
        "LedgerCorrupt",
        "NameDelegated",
        "ZoneManagedByCloudMap",
        "ChangeTooLarge",
    ),
    "CheckReadiness": ("LoadBalancerNotFound", "InvalidConfiguration"),
    "ChangeRecord": (
        "ChangeRefused",
        "RecordProtected",
        "ZoneManagedByCloudMap",
        "HostnameNotAllowed",
        "LedgerCorrupt",
        "LoadBalancerNotFound",
        "InvalidConfiguration",
        "ZoneNotFound",
    ),
    "VerifyRecord": ("WrongAnswer", "InvalidConfiguration", "ZoneNotFound"),
    "ConfirmService": ("InvalidConfiguration",),
}
REPLANNED: dict[str, tuple[str, ...]] = {
    "ResolveLoadBalancer": ("ServiceChanged",),
    "PlanChange": ("RoutingUnread",),
    "CheckReadiness": ("ServiceChanged",),
    "ChangeRecord": ("RecordConflict", "ServiceChanged", "HeldByPolicy", "OutcomeUnknown"),
    "VerifyRecord": ("RecordConflict",),
    "ConfirmService": ("ServiceChanged",),
}

BEGIN = ("ParseEvent", "IsServiceEvent", "DescribeService", "IsServicePresent")
PLAN = ("ResolveLoadBalancer", "PlanChange", "IsChangeNeeded")
CHANGE = ("ChangeRecord", "VerifyRecord", "ConfirmService", "WhatWasDone")
TASKS_CREATE = (*BEGIN, "ResolveTasks", *PLAN[1:], *CHANGE, "RecordChanged")
CREATE = (*BEGIN, *PLAN, "CheckReadiness", *CHANGE, "RecordChanged")
AGAIN = ("CountRound", "HasRoundsLeft", "DescribeService", "IsServicePresent")
FAILED = ("IsDryRun", "IsAnythingDone", "Failed")
GIVEN_UP = ("CountRound", "HasRoundsLeft", "GiveUp", *FAILED)
SENTENCE = ("HasErrorSentence", "ReadError", "ExplainError", *FAILED)
KEPT = ("TellWhatIsNotDone", "KeepWhatIsDone", *PLAN[1:], *CHANGE, "PartlyChanged")


@dataclass(frozen=True)
class Case:
    """Mocked answers by state, attempt by attempt; and the history they must lead to."""

    name: str
    states: tuple[str, ...]
    end: str  # the outcome, or the error's name
    failures: dict[str, int] = field(default_factory=dict)
    answers: dict[str, list[Any]] = field(default_factory=dict)
    input: dict[str, Any] = field(default_factory=dict)


class Throw(dict[str, Any]):
    """An error as Lambda reports it: the class's name, and JSON with its sentence."""

    def __init__(self, error: str) -> None:
        sentence = f"The sentence of {error}."
        own = "." not in error
        told = {"errorMessage": sentence, "errorType": error, "stackTrace": ["  File …"]}
        super().__init__(Error=error, Cause=json.dumps(told) if own else sentence)


# --- what the functions answer when all is well --------------------------------------------

TRIGGER = {
    "kind": "cloudtrail",
    "name": "CreateService",
    "cluster": "prod",
    "service": "web",
    "time": "2026-11-24T12:00:00.000Z",
    "id": "1",
    "actor": "arn:aws:iam::123456789012:user/ada",
    "reason": None,
    "dry_run": False,
    "skip": None,
}
SERVICE = {
    "cluster": "prod",
    "name": "web",
    "state": "present",
    "reason": "It is ACTIVE behind a load balancer.",
    "configuration": {"target": "load-balancer"},
    "target_groups": [],
    "classic_load_balancers": [],
    "desired_count": 1,
    "managed_by": "",
    "doubt": "",
    "by_revision": False,
}
OF_TASKS = SERVICE | {"configuration": {"target": "tasks-all"}}
PLANNED = {
    "action": "change",
    "reason": "web-alb is the only one.",
    "error": None,
    "summary": [],
    "dry_run": False,
    "wait_for_readiness": True,
    "load_balancers": ["arn:lb"],
    "before": [],
    "after": [],
    "zones": [],
    "previous_execution": None,
    "warnings": [],
    "written": [],
    "written_zones": [],
    "refused": [],
    "told": False,
    "noted": False,
    "partly": False,
    "policy": "sync",
}
CHANGED = {
    "zones": [],
    "refused": [],
    "pending": [],
    "wrote": False,
    "unfinished": False,
    "gave_up": False,
}
VERIFIED = {
    "method": "dns",
    "detail": "192.0.2.53 served it.",
    "zones": [],
    "attempts": 1,
    "verified_at": "2026-11-24T12:00:09.000Z",
    "seconds": 9.0,
}
HAPPY: dict[str, Any] = {
    "ParseEvent": TRIGGER,
    "DescribeService": SERVICE,
    "ResolveLoadBalancer": {"found": []},
    "ResolveTasks": {"published": [], "spare": [], "running": 0, "without_address": 0},
    "PlanChange": PLANNED,
    "CheckReadiness": {"attempts": 1, "targets": [], "waiting": []},
    "ChangeRecord": CHANGED,
    "VerifyRecord": VERIFIED,
    "ConfirmService": SERVICE,
}


def _outcomes() -> list[Case]:
    def case(name: str, states: tuple[str, ...], **answers: Any) -> Case:
        given = {state: [answer] for state, answer in answers.items()}
        return Case(name, states, states[-1], answers=given)

    absent = SERVICE | {"state": "absent"}
    removal = PLANNED | {"action": "remove", "wait_for_readiness": False}
    removed = (*BEGIN, "PlanChange", "IsChangeNeeded", *CHANGE, "RecordRemoved")
    return [
        case("Created", CREATE),
        case(
            "ChangedWithoutWait",
            (*BEGIN, *PLAN, *CHANGE, "RecordChanged"),
            PlanChange=PLANNED | {"wait_for_readiness": False},
        ),
        case(
            "CreatedForTasks",
            TASKS_CREATE,
            DescribeService=OF_TASKS,
            PlanChange=PLANNED | {"wait_for_readiness": False},
        ),
        case(
            "WithdrawnFromTasks",
            removed,
            DescribeService=OF_TASKS | {"state": "withdrawn"},
            PlanChange=removal,
        ),
        case("Removed", removed, DescribeService=absent, PlanChange=removal),
        case(
            "Withdrawn",
            removed,
            DescribeService=SERVICE | {"state": "withdrawn"},
            PlanChange=removal,
        ),
        case(
            "Overtaken",
            (*BEGIN, *PLAN, "ChangeWasOvertaken", "ProofIsNotOurs", "RecordChanged"),
            PlanChange=PLANNED | {"action": "overtaken"},
        ),
        case("Unchanged", (*BEGIN, *PLAN, "Unchanged"), PlanChange=PLANNED | {"action": "none"}),
        Case(
            "UnchangedAndServed",
            (*BEGIN, *PLAN, *CHANGE[1:], "UnchangedAndServed"),
            "Unchanged",
            answers={"PlanChange": [PLANNED | {"action": "prove"}]},
        ),
        case(
            "NothingOwned",
            (*BEGIN, "PlanChange", "IsChangeNeeded", "Skipped"),
            DescribeService=SERVICE | {"state": "withdrawn"},
            PlanChange=PLANNED | {"action": "skip"},
        ),
        case(
            "NotOurs",
            (*BEGIN, "ServiceIsNotOurs", "Skipped"),
            DescribeService=SERVICE | {"state": "not-ours"},
        ),
        case(
            "NotAServiceEvent",
            ("ParseEvent", "IsServiceEvent", "EventIsNotForUs", "Skipped"),
            ParseEvent=TRIGGER | {"skip": "The call failed."},
        ),
        case("DryRun", (*BEGIN, *PLAN, "DryRun"), PlanChange=PLANNED | {"dry_run": True}),
        case(
            "DryRunOfNothing",
            (*BEGIN, *PLAN, "DryRun"),
            PlanChange=PLANNED | {"dry_run": True, "action": "none"},
        ),
    ]


def _way(state: str) -> tuple[str, ...]:
    """All states of a service's creation that passes through a state."""
    return TASKS_CREATE if state == "ResolveTasks" else CREATE


def _until(state: str) -> tuple[str, ...]:
    way = _way(state)
    return way[: way.index(state) + 1]


def _given(state: str) -> dict[str, list[Any]]:
    """What has to be answered for an execution to pass through a state."""
    if state != "ResolveTasks":
        return {}
    unwaited = PLANNED | {"wait_for_readiness": False}
    return {"DescribeService": [OF_TASKS], "PlanChange": [unwaited]}


def _ending(state: str, error: str) -> tuple[str, ...]:
    """The states after an error that counts."""
    first: tuple[str, ...] = ("InputNotUnderstood",) if state == "ParseEvent" else ()
    if state in ("VerifyRecord", "ConfirmService"):
        first = ("ChangeIsNotProved",)
    if error.startswith("States."):
        return (*first, "HasErrorSentence", "EngineError", *FAILED)
    if "." in error:
        return (*first, "HasErrorSentence", *FAILED)
    return (*first, *SENTENCE)


def _retries() -> list[Case]:
    cases = []
    for state, retries in RETRIES.items():
        for error, most in retries.items():
            name = f"{state}{error.replace('.', '')}"
            throw = Throw(error)
            cases.append(
                Case(
                    f"{name}Recovers",
                    _way(state),
                    "RecordChanged",
                    {state: 2},
                    {**_given(state), state: [throw, throw, HAPPY[state]]},
                )
            )
            cases.append(
                Case(
                    f"{name}RunsOut",
                    (*_until(state), *_ending(state, error)),
                    error.replace("States.", "StepFunctions."),
                    {state: most + 1},
                    {**_given(state), state: [throw] * (most + 1)},
                )
            )
    return cases


def _permanent() -> list[Case]:
    return [
        Case(
            f"{state}{error}",
            (*_until(state), *_ending(state, error)),
            error,
            {state: 1},
            {**_given(state), state: [Throw(error)]},
        )
        for state, errors in PERMANENT.items()
        for error in (*errors, "KeyError")
    ]


def _rounds() -> list[Case]:
    cases = []
    for state, errors in REPLANNED.items():
        into = _until(state)
        again = (*AGAIN, *into[len(BEGIN) :])
        for error in errors:
            throw = Throw(error)
            rest = CREATE[len(into) :]
            cases.append(
                Case(
                    f"{state}{error}PlansAgain",
                    (*into, *again, *rest),
                    "RecordChanged",
                    {state: 1},
                    {state: [throw, HAPPY[state]]},
                )
            )
            cases.append(
                Case(
                    f"{state}{error}FiveTimes",
                    (*into, *again * 4, *GIVEN_UP),
                    "ServiceKeepsChanging",
                    {state: 5},
                    {state: [throw] * 5},
                )
            )
    return cases


def _dry_runs() -> list[Case]:
    """Whatever befalls a dry run, it ends as one."""
    dry, told = TRIGGER | {"dry_run": True}, (*SENTENCE[:-2], "NothingIsPlanned", "DryRun")
    rounds = (*_until("ResolveLoadBalancer"), *(*AGAIN, "ResolveLoadBalancer") * 4)
    changed = [Throw("ServiceChanged")] * 5
    return [
        Case(
            "DryRunIsRefused",
            (*_until("PlanChange"), *told),
            "DryRun",
            {"PlanChange": 1},
            {"ParseEvent": [dry], "PlanChange": [Throw("HostnameTaken")]},
        ),
        Case(
            "DryRunOfAServiceThatKeepsChanging",
            (*rounds, *GIVEN_UP[:-2], "NothingIsPlanned", "DryRun"),
            "DryRun",
            {"ResolveLoadBalancer": 5},
            {"ParseEvent": [dry], "ResolveLoadBalancer": changed},
        ),
        Case(
            "DryRunIsNotUnderstood",
            ("ParseEvent", "InputNotUnderstood", *told[:-2], "TriggerIsUnknown", *told[-2:]),
            "DryRun",
            {"ParseEvent": 1},
            {"ParseEvent": [Throw("InvalidEvent")]},
            {"dry_run": True, "cluster": "prod", "service": "we b"},
        ),
    ]


def _parts() -> list[Case]:
    """Where a part is written before the rest, or without it."""
    unwaited = PLANNED | {"wait_for_readiness": False}
    partly = unwaited | {"partly": True}
    wrote = CHANGED | {"wrote": True}
    left = wrote | {"unfinished": True, "pending": ["Z2"]}
    gave_up = wrote | {"gave_up": True}
    begun, loop = (*BEGIN, *PLAN), PLAN[1:]
    return [
        Case(
            "APartIsReadyFirst",
            (*CREATE[:-1], *loop, "CheckReadiness", *CHANGE, "RecordChanged"),
            "RecordChanged",
            answers={"ChangeRecord": [left, wrote]},
        ),
        Case(
            "APartIsRefused",
            (*begun, *CHANGE, *loop, *CHANGE, "PartlyChanged"),
            "PartlyChanged",
            answers={"PlanChange": [unwaited, partly], "ChangeRecord": [left, wrote]},
        ),
        Case(
            "APartNeverGetsReady",
            (*CREATE[:-1], *loop, "CheckReadiness", *SENTENCE[:-1], *KEPT),
            "PartlyChanged",
            {"CheckReadiness": 61},
            {
                "PlanChange": [PLANNED, PLANNED, partly],
                "CheckReadiness": [HAPPY["CheckReadiness"], *[Throw("TargetsNotHealthy")] * 61],
                "ChangeRecord": [left, gave_up],
            },
        ),
        Case(
            "TheRestFailsAndSoDoesThePlanWithoutIt",
            (*begun, *CHANGE, *loop, "ChangeRecord", *SENTENCE[:-1], *KEPT[:3], *SENTENCE),
            "LedgerCorrupt",
            {"ChangeRecord": 1, "PlanChange": 1},
            {
                "PlanChange": [unwaited, unwaited, Throw("LedgerCorrupt")],
                "ChangeRecord": [left, Throw("ZoneNotFound")],
            },
        ),
        Case(
            "WhatWasToldBeforeIsNotAFailure",
            (*begun, "ChangeRecord", *SENTENCE[:-1], *KEPT[:4], "Unchanged"),
            "Unchanged",
            {"ChangeRecord": 4},
            {
                "PlanChange": [unwaited | {"noted": True}, unwaited | {"action": "none"}],
                "ChangeRecord": [Throw("AccessDenied")] * 4,
            },
        ),
        Case(
            "NotOursByTheSecondRound",
            (*begun, *CHANGE[:2], *AGAIN, *loop, *CHANGE, "RecordChanged"),
            "RecordChanged",
            {"VerifyRecord": 1},
            {
                "DescribeService": [SERVICE, SERVICE | {"state": "not-ours"}],
                "PlanChange": [unwaited],
                "ChangeRecord": [wrote],
                "VerifyRecord": [Throw("RecordConflict"), VERIFIED],
            },
        ),
        Case(
            "KeepsChangingAfterAWrite",
            (
                *begun,
                *CHANGE[:3],
                *(*AGAIN, *PLAN, *CHANGE[:3]) * 4,
                *GIVEN_UP[:-1],
                *KEPT,
            ),
            "PartlyChanged",
            {"ConfirmService": 5},
            {
                "PlanChange": [*[unwaited] * 5, partly],
                "ChangeRecord": [*[wrote] * 5, gave_up],
                "ConfirmService": [*[Throw("ServiceChanged")] * 5, SERVICE],
            },
        ),
    ]


CASES = [*_outcomes(), *_retries(), *_permanent(), *_rounds(), *_dry_runs(), *_parts()]
