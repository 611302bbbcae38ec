"""Hostile text in every field of what the command is told, through everything that prints it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from signpost.errors import SignpostError
from signpost_cli import app, change, render, render_timeline, swept
from signpost_cli.checks.findings import Finding, Severity, for_stack
from signpost_cli.checks.report import print_findings, print_summary
from signpost_cli.commands import history, services, show
from signpost_cli.errors import CommandError, asking
from signpost_cli.following import Live, as_one_document
from signpost_cli.page.graph import read as read_graph
from signpost_cli.page.html import page
from signpost_cli.patience import Waiting
from signpost_cli.target import Target
from signpost_cli.timeline import read
from tests.support.call_records import CloudTrail, Resources, record
from tests.support.console import printed
from tests.support.executions import Executions
from tests.support.history import waiting
from tests.support.hostile import SAMPLES, forged_in, harm_in, hostile, texts
from tests.support.ledgers import LedgerEstate, ledger_of
from tests.support.pages import Seen
from tests.support.stack import stack_with

SMALL = {"StartAt": "CheckReadiness", "States": {"CheckReadiness": {"Type": "Task", "End": True}}}
GRAPH = read_graph(SMALL)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
RECORD = {"zone": "Z1", "name": "web.ecs.internal", "type": "CNAME", "ttl": 60,
          "values": ["old.example", "b.example"], "alias": None}  # fmt: skip
ALIAS = {**RECORD, "type": "A", "values": [], "alias": {"dns_name": "new.example"}}
RECEIPT: dict[str, Any] = {
    "outcome": "RecordChanged",
    "reason": "So it is.",
    "error": None,
    "trigger": {"kind": "cloudtrail", "name": "UpdateService", "cluster": "prod", "service": "web",
                "time": "2026-11-24T12:00:00.000Z", "id": "event-1",
                "actor": "arn:aws:iam::123456789012:user/ada", "reason": "by hand",
                "dry_run": True},
    "before": [RECORD],
    "after": [ALIAS],
    "warnings": ["No listener rule leads there."],
    "zones": [{"id": "Z1", "name": "ecs.internal", "change_id": "C1"}],
    "attempts": {"rounds": 1, "readiness": 3, "verification": 2},
    "verification": {"method": "dns", "detail": "It was served."},
    "seconds": 12.34,
    "previous_execution": "the-one-before",
}  # fmt: skip
SWEPT: dict[str, Any] = {
    "outcome": "NotAllRepaired",
    "reason": "Services not in order: 2.",
    "because": "after the outage",
    "error": None,
    "findings": [
        {"cluster": "prod", "service": "web", "what": "without-names", "reason": "It has none.",
         "execution": "sweep-1", "outcome": outcome, "error": error, "cause": "Somebody has it."}
        for outcome, error in (("RecordChanged", None), ("Failed", "HostnameTaken"), (None, None))
    ],
    "problems": [{"cluster": "c", "service": "api", "error": "ZoneNotFound", "reason": "None."}],
    "notes": ["a ledger of another installation"],
    "left": 1, "held": {"ledgers": 1, "percent": 20}, "more_problems": 1, "more_notes": 1,
    "found": 2, "looked_at": {"services": 1, "clusters": 1, "ledgers": 1, "zones": 1},
}  # fmt: skip


def described(name: str = "one", receipt: Any = RECEIPT, **more: Any) -> dict[str, Any]:
    executions = Executions()
    executions.add("one", "RecordChanged")
    found = executions.describe_execution(executions.arn("one"))
    return found | {"executionArn": executions.arn(name), "output": json.dumps(receipt)} | more


def sound(text: str) -> None:
    """Nothing acts on a reader, and no line is anybody else's."""
    assert harm_in(text) == set()
    assert forged_in(text) == []


# --- receipts, histories, timelines -------------------------------------------------------------


@given(hostile(RECEIPT), texts.filter(lambda text: ":" not in text))
def test_a_receipt_in_a_terminal_a_page_and_json(receipt: dict[str, Any], name: str) -> None:
    one = change.of(described(name, receipt))
    out, shown = printed()

    render.receipt(out, one, f"https://console.example/{name}")
    render.change(out, one, f"https://console.example/{name}")
    found = read(waiting().events)
    document = page(one, found, GRAPH, f"https://console.example/{name}")

    sound(shown.getvalue())
    assert harm_in(document) == set()
    seen = Seen(document)
    assert not {"script", "img", "link"} & set(seen.tags)
    assert receipt == json.loads(next(text for text in seen.texts if text.startswith("{\n")))
    told = json.dumps(as_one_document(one, found, None))
    assert harm_in(told, allowed="") == set()
    assert json.loads(told)["receipt"] == receipt  # JSON says what there is, to the letter


@given(texts, texts, texts, st.sampled_from(["FAILED", "TIMED_OUT", "ABORTED"]))
def test_an_execution_that_somebody_stopped(
    error: str, cause: str, reason: str, status: str
) -> None:
    input_ = json.dumps({"cluster": "prod", "service": "web", "reason": reason})
    ended = described(status=status, error=error, cause=cause, input=input_)
    one = change.of({**ended, "output": None})
    out, shown = printed()

    render.receipt(out, one)
    render.change(out, one, None)

    sound(shown.getvalue())
    assert harm_in(page(one, read([]), GRAPH, None)) == set()


@given(texts, texts, texts)
def test_one_that_waits(state: str, error: str, cause: str) -> None:
    waits = Waiting(state=state, so_far=1.0, since=NOW, seconds=1.0, attempts=2, most=None,
                    error=error, cause=cause, about=None, until=None)  # fmt: skip
    one = replace(change.of(described(status="RUNNING")), waiting=waits)
    out, shown = printed()

    render.receipt(out, one)
    render.change(out, one, None)

    sound(shown.getvalue())
    assert harm_in(page(one, read([]), GRAPH, None)) == set()


@given(hostile(waiting().events, but=("type",)), texts)
def test_a_timeline(events: list[dict[str, Any]], cause: str) -> None:
    failed = {"error": cause, "cause": cause}
    ended = [*events, {"type": "ExecutionFailed", "timestamp": events[-1]["timestamp"],
                       "id": len(events) + 1, "executionFailedEventDetails": failed}]  # fmt: skip
    one = change.of(described())
    for history_ in (events, ended):
        found = read(history_, now=events[-1]["timestamp"])
        out, shown = printed()

        render_timeline.timeline(out, found)
        live = Live(out, out.print)
        live.seen(found)
        live.ended(found, one)

        sound(shown.getvalue())
        assert harm_in(page(one, found, GRAPH, None)) == set()


@given(hostile(SWEPT))
def test_a_sweep(told: dict[str, Any]) -> None:
    found = replace(read(waiting().events), status="SUCCEEDED", output=told)
    found.steps[0].name = "FindDrift"
    out, shown = printed()

    swept.show(out, found, lambda name: f"signpost show {name}")

    sound(shown.getvalue())
    one = change.of(described(receipt=told))
    assert harm_in(page(one, found, GRAPH, None)) == set()


# --- findings, ledgers, errors ------------------------------------------------------------------


@given(texts, texts, texts, st.sampled_from(Severity))
def test_findings(what: str, why: str, progress: str, severity: Severity) -> None:
    mend = f"signpost rerun prod {what.partition(chr(10))[0]}\naws ecs list-services"
    finding = for_stack(Finding("names", "name-taken", severity, what, why, mend), "other")
    out, shown = printed()

    print_findings(out, what, [finding] * 12)
    print_summary(out, [finding], [progress])

    sound(shown.getvalue())


@pytest.mark.parametrize("text", SAMPLES)
def test_ledgers(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = text.replace("\ud800", "").replace("\udfff", "")  # can't stand in a record
    estate = LedgerEstate(
        ledger_of("web"),
        ledger_of(text, cluster=text, at="odd", installation=text),
    )
    stack_with(monkeypatch, {"route53": estate.aws.client()}, HostedZoneIds=estate.zone.id)

    services.services("signpost", as_json=False)
    sound(capsys.readouterr().out)
    services.services("signpost", as_json=True)
    assert harm_in(capsys.readouterr().out) == set()


@pytest.mark.parametrize("text", SAMPLES)
def test_what_aws_answers_and_what_was_not_thought_of(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    refusal = ClientError({"Error": {"Code": "Odd", "Message": text}}, "DescribeExecution")
    for error in (refusal, SignpostError(text)):
        with pytest.raises(CommandError) as told, asking("states:DescribeExecution", "one"):
            raise error
        monkeypatch.setattr(app, "app", _raising(told.value))
        with pytest.raises(SystemExit):
            app.main()
        sound(capsys.readouterr().err)
    monkeypatch.delenv("SIGNPOST_DEBUG", raising=False)
    monkeypatch.setattr(app, "app", _raising(ValueError(text)))
    with pytest.raises(SystemExit):
        app.main()
    sound(capsys.readouterr().err)


def _raising(error: Exception) -> Any:
    def raising() -> None:
        raise error

    return raising


# --- the commands -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", SAMPLES)
@pytest.mark.parametrize("as_json", [False, True])
def test_history_and_show(
    text: str,
    as_json: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    executions = Executions()
    by_hand = {"cluster": "prod", "service": "web", "reason": text}
    executions.add("failed", "HostnameTaken!", input=by_hand)
    executions.all["failed"] |= {"error": text, "cause": text}
    executions.add("changed")
    executions.all["changed"]["output"] = json.dumps({**RECEIPT, "reason": text})
    executions.histories["failed"] = waiting().events
    estate = LedgerEstate()
    started = [record(executions.arn(name), text) for name in ("failed", "changed")]
    clients = {
        "route53": estate.aws.client(),
        "stepfunctions": executions,
        "cloudtrail": CloudTrail(*started),
        "cloudformation": Resources(),
    }
    stack_with(monkeypatch, clients, HostedZoneIds=estate.zone.id)
    monkeypatch.setattr(Target, "console_link", lambda _, arn: f"https://console.example/{arn}")
    monkeypatch.setattr("signpost_cli.executions.definition", lambda *_: json.dumps(SMALL))

    history.history("prod", "web", True, 10, "signpost", as_json)
    show.show(executions.arn("failed"), None, "signpost", as_json)
    sound(capsys.readouterr().out)
    show.show(executions.arn("failed"), tmp_path / "page.html", "signpost", as_json)

    assert harm_in((tmp_path / "page.html").read_text()) == set()
