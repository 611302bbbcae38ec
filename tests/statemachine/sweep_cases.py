"""Every path through the sweep, as `cases` has those through ServiceChange.

One service is found in each: what several do at the same time has no order to write down.
"""

from __future__ import annotations

import json
from typing import Any

from tests.statemachine.cases import (
    AWS_RETRIES,
    LAMBDA_RETRIES,
    Case,
    Throw,
)

STATE_MACHINE = "Sweep"

LIMIT = "StepFunctions.ExecutionLimitExceededException"
RETRIES: dict[str, dict[str, int]] = {
    "FindDrift": AWS_RETRIES | LAMBDA_RETRIES,
    "ReportSweep": LAMBDA_RETRIES,
    "StartServiceChange": dict.fromkeys(
        (
            LIMIT,
            "StepFunctions.SfnException",
            "StepFunctions.AWSStepFunctionsException",
            "StepFunctions.SdkClientException",
        ),
        5,
    ),
}
PERMANENT = {
    "FindDrift": ("InvalidEvent", "InvalidConfiguration", "ZoneNotFound"),
    "ReportSweep": ("SweepBrake",),
}

RUN = ("FindDrift", "IsRepairNeeded", "RepairServices", "StartServiceChange")
REPORT = ("ReportSweep", "IsAllRepaired")
SENTENCE = ("HasErrorSentence", "ReadError", "ExplainError")
FAILED = ("RecallInput", "IsDryRun", "Failed")
REPAIRED = (*RUN, "ServiceIsInOrder", *REPORT, "Repaired")

FINDING = {
    "cluster": "prod",
    "service": "web",
    "what": "service-without-names",
    "reason": "It has no names.",
    "execution": "sweep-prod-web-1",
}
FOUND = {
    "action": "repair",
    "reason": None,
    "error": None,
    "because": None,
    "looked_at": {"clusters": 1, "services": 1, "zones": 1, "ledgers": 0},
    "found": 1,
    "findings": [FINDING],
    "left": 0,
    "held": None,
    "problems": [],
    "more_problems": 0,
    "notes": [],
    "more_notes": 0,
}
HAPPY: dict[str, Any] = {
    "FindDrift": FOUND,
    "StartServiceChange": {"Output": {"outcome": "RecordChanged"}},
    "ReportSweep": {"outcome": "Repaired", "reason": "1 of 1 services is repaired."},
}
NOT_ALL = {"outcome": "NotAllRepaired", "reason": "0 of 1 services is repaired."}


class Ended(Throw):
    """An execution that did not succeed, as `startExecution.sync:2` reports it."""

    def __init__(self, **described: str) -> None:
        super().__init__("States.TaskFailed")
        self["Cause"] = json.dumps({"ExecutionArn": "arn:execution", **described})


def _outcomes() -> list[Case]:
    nothing = FOUND | {"findings": [], "found": 0}
    return [
        Case("SweepRepaired", REPAIRED, "Repaired"),
        Case(
            "SweepNothingFound",
            ("FindDrift", "IsRepairNeeded", "NothingFound"),
            "NothingFound",
            answers={"FindDrift": [nothing | {"action": "none"}]},
        ),
        Case(
            "SweepDryRun",
            ("FindDrift", "IsRepairNeeded", "DryRun"),
            "DryRun",
            answers={"FindDrift": [FOUND | {"action": "dry-run"}]},
        ),
        Case(
            "SweepDryRunFails",
            ("FindDrift", *SENTENCE, *FAILED[:-1], "NothingIsCompared", "DryRun"),
            "DryRun",
            {"FindDrift": 1},
            {"FindDrift": [Throw("ZoneNotFound")]},
            {"dry_run": True},
        ),
        Case(
            "SweepProblemsOnly",
            (*RUN[:-1], *REPORT, "NotAllRepaired"),
            "NotAllRepaired",
            answers={"FindDrift": [nothing], "ReportSweep": [NOT_ALL]},
        ),
    ]


def _not_in_order(name: str, between: tuple[str, ...], *failures: Throw) -> Case:
    return Case(
        f"Sweep{name}",
        (*RUN, "HasRunEnded", *between, "ServiceIsNotInOrder", *REPORT, "NotAllRepaired"),
        "NotAllRepaired",
        {"StartServiceChange": len(failures)},
        {"StartServiceChange": list(failures), "ReportSweep": [NOT_ALL]},
    )


def _runs() -> list[Case]:
    failed = Ended(Status="FAILED", Error="HostnameTaken", Cause="Somebody has it.")
    read = ("ReadRun", "HasRunError")
    cases = [
        _not_in_order("RunFails", (*read, "ExplainRun"), failed),
        _not_in_order("RunIsStopped", (*read, "RunWasCutOff"), Ended(Status="ABORTED")),
        _not_in_order("RunIsNotStarted", (), Throw("StepFunctions.StateMachineDoesNotExist")),
    ]
    for error, most in RETRIES["StartServiceChange"].items():
        name, throw = error.rpartition(".")[2], Throw(error)
        cases.append(_not_in_order(f"{name}RunsOut", (), *[throw] * (most + 1)))
        cases.append(
            Case(
                f"Sweep{name}Recovers",
                REPAIRED,
                "Repaired",
                {"StartServiceChange": 2},
                {"StartServiceChange": [throw, throw, HAPPY["StartServiceChange"]]},
            )
        )
    return cases


def _ending(error: str) -> tuple[str, ...]:
    if error.startswith("States."):
        return ("HasErrorSentence", "EngineError", *FAILED)
    return ("HasErrorSentence", *FAILED) if "." in error else (*SENTENCE, *FAILED)


def _steps() -> list[Case]:
    cases = []
    for state in ("FindDrift", "ReportSweep"):
        until = REPAIRED[: REPAIRED.index(state) + 1]
        for error, most in RETRIES[state].items():
            name, throw = f"Sweep{state}{error.replace('.', '')}", Throw(error)
            cases += [
                Case(
                    f"{name}Recovers",
                    REPAIRED,
                    "Repaired",
                    {state: 2},
                    {state: [throw, throw, HAPPY[state]]},
                ),
                Case(
                    f"{name}RunsOut",
                    (*until, *_ending(error)),
                    error.replace("States.", "StepFunctions."),
                    {state: most + 1},
                    {state: [throw] * (most + 1)},
                ),
            ]
        cases += [
            Case(
                f"Sweep{state}{error}",
                (*until, *_ending(error)),
                error,
                {state: 1},
                {state: [Throw(error)]},
            )
            for error in (*PERMANENT[state], "KeyError")
        ]
    return cases


CASES = [*_outcomes(), *_runs(), *_steps()]
