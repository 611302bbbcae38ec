"""An execution that is followed: each state once, each sentence once, and the exit code."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import typer

from signpost_cli import change, executions
from signpost_cli.change import Change
from signpost_cli.following import Live, follow_to_the_end
from signpost_cli.timeline import Timeline, read
from tests.support.announcement import REFUSED
from tests.support.console import printed
from tests.support.executions import Executions
from tests.support.history import History

SENTENCE = "web.ecs.internal has records that Signpost did not make."


def refused() -> History:
    history = History().add("ExecutionStarted").enter("ParseEvent").succeed(1).leave("ParseEvent")
    return history.enter("PlanChange").fail("HostnameTaken", SENTENCE, after=1)


def one(outcome: str, **more: Any) -> Change:
    given = Executions()
    given.add("one", outcome)
    return replace(change.of(given.describe_execution(given.arn("one"))), **more)


def live(*seen: History) -> tuple[Live, Any]:
    out, text = printed()
    found = Live(out, lambda _: None)
    for history in seen:
        found.seen(read(history.events))
    return found, text


def test_a_failure_is_told_once_with_its_sentence_in_the_receipt() -> None:
    history = refused()
    following, text = live(history, history.enter("HasErrorSentence", "Choice"))
    assert "PlanChange" not in text.getvalue()

    history.enter("Failed", "Fail").add("ExecutionFailed")
    following.ended(read(history.events), one("HostnameTaken!", cause=SENTENCE))

    shown = " ".join(text.getvalue().split())
    assert shown.count("PlanChange") == 1
    assert shown.count(SENTENCE) == 1
    assert f"HostnameTaken {SENTENCE}" in shown


@pytest.mark.parametrize("again", ["CountRound", "KeepWhatIsDone"])
def test_a_failure_that_is_planned_again_is_told_at_once_with_its_sentence(again: str) -> None:
    history = History().add("ExecutionStarted").enter("ChangeRecord")
    history.fail("RecordConflict", "Somebody was faster.", after=1)
    _, text = live(history, history.enter(again, "Pass"))

    assert "RecordConflict Somebody was faster." in text.getvalue()


def test_an_error_that_the_receipt_words_otherwise_keeps_its_sentence() -> None:
    history = refused()
    following, text = live(history)
    following.ended(read(history.enter("Failed", "Fail").events), one("StepFunctions.Timeout!"))

    assert SENTENCE in " ".join(text.getvalue().split())


@pytest.mark.parametrize(
    ("outcome", "receipt", "code"),
    [
        ("Unchanged", {}, 0),
        ("DryRun", {}, 0),
        ("Skipped", {}, 0),
        ("DryRun", {"error": "HostnameTaken"}, 1),
        ("Skipped", {"error": "ServiceNotFound"}, 1),
        ("HostnameTaken!", {}, 1),
        ("PartlyChanged", {"refused": [REFUSED]}, 1),
        ("DryRun", {"refused": [REFUSED]}, 1),
        ("Unchanged", {"refused": [REFUSED]}, 1),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_only_what_did_what_it_was_started_for_exits_0(
    monkeypatch: pytest.MonkeyPatch,
    outcome: str,
    receipt: dict[str, Any],
    code: int,
    *,
    as_json: bool,
) -> None:
    ended = one(outcome)
    ended = replace(
        ended,
        error=ended.error or receipt.get("error"),
        receipt=ended.receipt and {**ended.receipt, **receipt},
    )
    timeline = Timeline(status=ended.status)
    monkeypatch.setattr(executions, "follow", lambda *_: timeline)
    monkeypatch.setattr(executions, "describe", lambda *_: {})
    monkeypatch.setattr(change, "of", lambda _: ended)
    target = Executions().target()
    monkeypatch.setattr(type(target), "console_link", lambda *_: None)

    if code:
        with pytest.raises(typer.Exit) as ended_with:
            follow_to_the_end(target, ended.arn, as_json=as_json)
        assert ended_with.value.exit_code == code
    else:
        follow_to_the_end(target, ended.arn, as_json=as_json)
