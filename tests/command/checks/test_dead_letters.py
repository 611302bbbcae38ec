"""`signpost doctor`: the dead letters."""

from __future__ import annotations

import json

import pytest

from signpost_cli.checks import dead_letters
from signpost_cli.checks.findings import Severity
from tests.support.doctor import AGAIN, QUEUE, codes, installation
from tests.support.stub import Stub

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
    "attribute",
    [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ],
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
