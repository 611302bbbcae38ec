"""ReportExecution: what becomes of Step Functions' own events of finished executions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import report_execution
from signpost.errors import AwsUnavailable, InvalidEvent, Throttled
from tests.support.announcement import REFUSED, SCHEMA, objections, receipt
from tests.support.estate import ENVIRONMENT, REGION
from tests.support.lines import metrics_in, written_lines
from tests.support.status_change import STATES, status_change
from tests.support.stub import Stub


def unchanged() -> dict[str, Any]:
    return receipt("Unchanged", zones=[], verification=None, seconds=None)


class Aws:
    """The two services that it calls, with the answers a test gives, and what they were sent."""

    def __init__(self) -> None:
        self.events, self.stepfunctions = Stub("events"), Stub("stepfunctions")
        self.sent: list[dict[str, Any]] = []
        self.events.client.meta.events.register(
            "provide-client-params.events.PutEvents",
            lambda params, **_: self.sent.extend(params["Entries"]),
        )

    def accepts(self) -> None:
        self.events.answers("put_events", FailedEntryCount=0, Entries=[{"EventId": "1"}])


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    aws = Aws()
    monkeypatch.setattr(report_execution, "client", lambda name, patient: getattr(aws, name).client)
    yield aws
    aws.events.stubber.assert_no_pending_responses()
    aws.stepfunctions.stubber.assert_no_pending_responses()


@pytest.mark.parametrize("outcome", ["RecordChanged", "RecordRemoved", "PartlyChanged"])
def test_a_change_is_announced_as_documented(aws: Aws, outcome: str) -> None:
    aws.accepts()

    report_execution.handler(status_change("SUCCEEDED", output=receipt(outcome)), None)

    (entry,) = aws.sent
    detail = json.loads(entry["Detail"])
    assert (entry["Source"], entry["DetailType"]) == ("signpost", "Signpost Service Change")
    assert objections(detail) == []
    assert (detail["outcome"], detail["names"]) == (outcome, ["web.ecs.internal"])


@pytest.mark.parametrize(
    ("outcome", "told", "alert"),
    [
        ("PartlyChanged", False, True),
        ("PartlyChanged", True, False),
        ("RecordChanged", False, False),
    ],
)
def test_what_was_refused_is_announced_and_alerts_once(
    aws: Aws, outcome: str, told: bool, alert: bool
) -> None:
    aws.accepts()
    refused = [REFUSED] if outcome == "PartlyChanged" else []

    report_execution.handler(
        status_change("SUCCEEDED", output=receipt(outcome, refused=refused, told=told)), None
    )

    detail = json.loads(aws.sent[0]["Detail"])
    assert detail["alert"] is alert
    assert [one["name"] for one in detail["refused"]] == ["www.ecs.internal"][: len(refused)]
    assert objections(detail) == []


def test_an_execution_that_began_before_an_upgrade_is_announced(aws: Aws) -> None:
    """It keeps the definition of the version before, whose receipts know nothing refused."""
    aws.accepts()
    older = {key: value for key, value in receipt().items() if key not in ("refused", "told")}

    report_execution.handler(status_change("SUCCEEDED", output=older), None)

    detail = json.loads(aws.sent[0]["Detail"])
    assert (detail["refused"], detail["alert"]) == ([], False)


def test_a_repeated_event_gives_the_same_announcement(aws: Aws) -> None:
    event = status_change("SUCCEEDED", output=receipt())
    aws.accepts()
    aws.accepts()

    report_execution.handler(event, None)
    report_execution.handler(event, None)

    first, second = aws.sent
    assert first == second
    assert first["Resources"] == [f"{STATES}:execution:ServiceChange:run-1"]


@pytest.mark.parametrize("outcome", ["Unchanged", "Skipped", "DryRun"])
def test_an_execution_that_changed_nothing_is_counted_and_not_announced(
    aws: Aws, outcome: str
) -> None:
    with written_lines() as lines:
        report_execution.handler(
            status_change("SUCCEEDED", output=unchanged() | {"outcome": outcome}), None
        )

    assert aws.sent == []
    assert metrics_in(lines()) == {("Executions", outcome): [1]}


def test_a_change_that_was_overtaken_before_its_proof_is_not_announced(aws: Aws) -> None:
    overtaken = receipt() | {"seconds": None}
    overtaken["verification"] |= {"method": "none", "verified_at": None, "seconds": None}
    with written_lines() as lines:
        report_execution.handler(status_change("SUCCEEDED", output=overtaken), None)

    assert aws.sent == []
    assert metrics_in(lines()) == {("Executions", "RecordChanged"): [1]}


def test_a_change_is_counted_with_its_time_rounds_and_attempts(aws: Aws) -> None:
    aws.accepts()

    with written_lines() as lines:
        report_execution.handler(status_change("SUCCEEDED", output=receipt()), None)

    assert metrics_in(lines()) == {
        ("Executions", "RecordChanged"): [1],
        ("SecondsToVerified", None): [6.2],
        ("Rounds", None): [2],
        ("ReadinessAttempts", None): [4],
        ("VerificationAttempts", None): [3],
    }


@pytest.mark.parametrize(
    ("status", "detail", "outcome", "error"),
    [
        ("FAILED", {"error": "HostnameTaken", "cause": "It is."}, "Failed", "HostnameTaken"),
        ("FAILED", {"error": None}, "Failed", "Failed"),
        ("TIMED_OUT", {}, "TimedOut", "TimedOut"),
        ("ABORTED", {}, "Aborted", "Aborted"),
    ],
)
def test_an_execution_without_success_is_counted_by_its_error(
    aws: Aws, status: str, detail: dict[str, Any], outcome: str, error: str
) -> None:
    with written_lines() as lines:
        report_execution.handler(status_change(status, **detail), None)

    assert metrics_in(lines()) == {("Executions", outcome): [1], ("Failures", error): [1]}


def test_a_failures_line_says_which_service_it_was_and_why(aws: Aws) -> None:
    event = {"cluster": "prod", "service": "web", "reason": "by hand"}

    with written_lines() as lines:
        report_execution.handler(
            status_change("FAILED", input=event, error="HostnameTaken", cause="It is taken."), None
        )

    (line,) = [line for line in lines() if "message" in line]
    assert line["execution"] == "run-1"
    assert (line["cluster"], line["ecs_service"], line["trigger"]) == ("prod", "web", "Run")
    assert (line["result"]["error"], line["result"]["cause"]) == ("HostnameTaken", "It is taken.")


def test_a_receipt_too_long_for_its_event_is_fetched(aws: Aws) -> None:
    aws.accepts()
    arn = f"{STATES}:execution:ServiceChange:run-1"
    aws.stepfunctions.answers(
        "describe_execution",
        executionArn=arn,
        stateMachineArn=f"{STATES}:stateMachine:ServiceChange",
        status="SUCCEEDED",
        startDate=datetime(2026, 11, 24, 13, 20, tzinfo=UTC),
        output=json.dumps(receipt()),
    )

    report_execution.handler(status_change("SUCCEEDED", left_out=True), None)

    assert json.loads(aws.sent[0]["Detail"])["service"] == "web"


def test_what_can_not_be_announced_is_not_counted_either_for_lambda_tries_again(aws: Aws) -> None:
    aws.events.fails("put_events", "ThrottlingException")

    with written_lines() as lines, pytest.raises(Throttled):
        report_execution.handler(status_change("SUCCEEDED", output=receipt()), None)

    assert metrics_in(lines()) == {("Retries", "Throttled"): [1]}


def test_an_event_that_the_bus_did_not_take_is_an_error(aws: Aws) -> None:
    refused = {"ErrorCode": "InternalFailure", "ErrorMessage": "try later"}
    aws.events.answers("put_events", FailedEntryCount=1, Entries=[refused])

    with pytest.raises(AwsUnavailable, match="run-1: InternalFailure: try later"):
        report_execution.handler(status_change("SUCCEEDED", output=receipt()), None)


@pytest.mark.parametrize("event", [{}, {"detail-type": "x"}, status_change("RUNNING")])
def test_anything_but_the_end_of_an_execution_is_refused(aws: Aws, event: dict[str, Any]) -> None:
    with pytest.raises(InvalidEvent):
        report_execution.handler(event, None)


def test_settings_that_can_not_be_read_keep_no_failure_from_being_counted(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECORD_TTL", "soon")

    with written_lines() as lines:
        report_execution.handler(status_change("FAILED", error="InvalidConfiguration"), None)

    assert metrics_in(lines())[("Failures", "InvalidConfiguration")] == [1]


def test_the_announcement_leaves_out_what_the_proof_lists(aws: Aws) -> None:
    """Given a proof near the limit of an output, then the event is far below the bus's limit."""
    aws.accepts()
    proof = receipt()["verification"] | {"zones": [{"answers": ["x" * 200_000]}]}

    report_execution.handler(status_change("SUCCEEDED", output=receipt(verification=proof)), None)

    assert len(aws.sent[0]["Detail"]) < 5_000
    assert REGION in aws.sent[0]["Resources"][0]


def test_the_documentations_example_is_as_documented() -> None:
    text = (Path(__file__).parents[2] / "docs" / "events.md").read_text()
    example = json.loads(text.partition("```json")[2].partition("```")[0])

    assert objections(example["detail"]) == []
    assert example["detail"].keys() == SCHEMA["properties"].keys()
