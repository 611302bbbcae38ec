"""A sweep's input and receipt: what is refused, and what is never too large."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from signpost.errors import HostnameTaken, InvalidEvent, SweepBrake
from signpost.plan.room import MARGIN
from signpost.sweep import report as sweep_report
from signpost.sweep.findings import Drift, Finding, Kind, Problem
from signpost.sweep.report import Request
from signpost.triggers.runs import MAX_TEXT
from tests.support.parameters import SETTINGS

NEW = Finding("prod", "web", Kind.WITHOUT_NAMES, "It has no names.", 0)
GONE = Finding("prod", "web", Kind.WITHOUT_SERVICE, "It is gone.", 1)
LOOKED_AT = {"clusters": 1, "services": 1, "zones": 1, "ledgers": 10}
PAYLOAD_BYTES = 256 * 1024  # Step Functions quotas, "Maximum input or output size"


def several(finding: Finding, count: int, prefix: str = "s") -> tuple[Finding, ...]:
    return tuple(replace(finding, service=f"{prefix}{number}") for number in range(count))


def found(
    *findings: Finding, request: Request | None = None, ledgers: int = 10, sweep: str = "sweep-1"
) -> dict[str, Any]:
    result = Drift(findings, (), ledgers)
    return sweep_report.found(result, request or Request(), [], LOOKED_AT, SETTINGS, sweep)


def ended(told: dict[str, Any], *errors: str | None) -> dict[str, Any]:
    """`drift` after the executions."""
    runs = [
        finding
        | {"outcome": "Failed" if error else "RecordChanged", "error": error, "cause": error}
        for finding, error in zip(told["findings"], errors, strict=True)
    ]
    return told | {"findings": runs}


def test_an_empty_input_is_a_sweep() -> None:
    assert Request.from_input({}) == Request(False, False, False, None)


@pytest.mark.parametrize(
    "document",
    [None, [], "sweep", {"dryrun": True}, {"force": "yes"}, {"reason": 1}, {"reason": "x" * 2000}],
)
def test_what_is_no_sweep_is_refused(document: object) -> None:
    with pytest.raises(InvalidEvent):
        Request.from_input(document)


def test_with_nothing_found_nothing_is_done() -> None:
    assert found()["action"] == "none"


def test_a_dry_run_tells_all_removals_and_that_the_brake_would_hold_them() -> None:
    told = found(*several(GONE, 5), request=Request(dry_run=True))
    assert (told["action"], len(told["findings"]), told["held"]["ledgers"]) == ("dry-run", 5, 5)


def test_the_brake_holds_removals_only() -> None:
    told = found(*several(GONE, 5), *several(NEW, 2, "new"))
    assert {finding["what"] for finding in told["findings"]} == {Kind.WITHOUT_NAMES.value}
    assert told["held"]["services"] == 5


def test_force_takes_the_brake_off() -> None:
    told = found(*several(GONE, 5), request=Request(force=True))
    assert (len(told["findings"]), told["held"]) == (5, None)


def test_the_brake_is_told_after_everything_else_is_done() -> None:
    told = ended(found(*several(GONE, 5), *several(NEW, 2, "new")), None, "HostnameTaken")
    with pytest.raises(SweepBrake) as braked:
        sweep_report.report(told)
    assert "5 of 10 ledgers" in str(braked.value)
    assert "prod/s0, prod/s1" in str(braked.value)
    assert "prod/new1 (HostnameTaken)" in str(braked.value)


def test_a_sweep_whose_executions_succeeded_has_repaired() -> None:
    told = sweep_report.report(ended(found(*several(NEW, 2)), None, None))
    assert told["outcome"] == "Repaired"


def test_a_sweep_of_which_an_execution_failed_names_it() -> None:
    told = sweep_report.report(ended(found(*several(NEW, 2)), None, "HostnameTaken"))
    assert told["outcome"] == "NotAllRepaired"
    assert "prod/s1 (HostnameTaken)" in told["reason"]


@pytest.mark.parametrize("outcome", ["Unchanged", "Skipped", "PartlyChanged", "DryRun"])
def test_an_execution_that_did_not_do_it_all_has_repaired_nothing(outcome: str) -> None:
    told = ended(found(*several(NEW, 2)), None, None)
    told["findings"][1]["outcome"] = outcome
    said = sweep_report.report(told)
    assert said["outcome"] == "NotAllRepaired"
    assert f"prod/s1 ({outcome})" in said["reason"]
    assert "repaired: 1" in said["reason"]


def test_what_is_too_much_for_one_sweep_is_left_to_the_next() -> None:
    told = found(*several(NEW, 250))
    assert (len(told["findings"]), told["left"], told["found"]) == (100, 150, 250)


def test_each_sweep_draws_others_so_that_failing_ones_keep_nobody_waiting() -> None:
    findings = several(NEW, 250)
    drawn = {
        finding["service"]
        for number in range(20)
        for finding in found(*findings, sweep=f"sweep-{number}")["findings"]
    }
    assert len(drawn) > 240


def test_an_execution_has_one_name_however_often_a_sweep_starts_it() -> None:
    first, again, later = (
        found(NEW, sweep=name)["findings"][0]["execution"] for name in ("one", "one", "two")
    )
    assert first == again != later


@pytest.mark.parametrize("ledgers", [5000, 10], ids=["no brake", "brake"])
@pytest.mark.parametrize("length", [3, 255])
def test_the_payload_stays_small_however_much_is_found(length: int, ledgers: int) -> None:
    long = replace(NEW, cluster="c" * length, reason="ü" * 2000)
    findings = tuple(replace(long, service=f"{n:05d}".rjust(length, "s")) for n in range(6000))
    findings = tuple(replace(one, removed_ledgers=n % 2) for n, one in enumerate(findings))
    problems = tuple(Problem(one.cluster, one.service, "X", one.reason) for one in findings)
    request, notes = Request(reason="ü" * MAX_TEXT), ["n" * 4000] * 99
    result = Drift(findings, problems, ledgers)

    told = sweep_report.found(result, request, notes, LOOKED_AT, SETTINGS, "sweep-1")
    failed = ended(told, *["LoadBalancerNotReady"] * len(told["findings"]))
    for run in failed["findings"]:
        run["cause"] = str(HostnameTaken("E" * 5000))
    try:
        said = sweep_report.report(failed)["reason"]
    except SweepBrake as brake:
        said = str(brake)

    whole = {"drift": failed, "report": said, "error": said, "envelope": "x" * MARGIN}
    assert len(json.dumps(whole, ensure_ascii=False).encode()) < PAYLOAD_BYTES
    assert all(len(finding["execution"]) <= 80 for finding in told["findings"])
    counted = len(told["problems"]) + told["more_problems"], len(told["notes"]) + told["more_notes"]
    assert counted == (len(problems), len(notes))
    held = told["held"]["services"] if told["held"] else 0
    assert len(told["findings"]) + told["left"] + held == len(findings)
    assert f"{len(told['findings'])}; repaired: 0." in said or f"{held} " in said
