"""How queues' messages become batches."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from ministack.services import lambda_svc, sqs

from local_aws.emulated import batches
from local_aws.emulated.batches import is_due


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ([], False),
        ([97.0], False),  # the window of 5 seconds began with it
        ([94.0], True),
        ([99.0, 94.0], True),  # the first message counts
        ([99.0] * 10, True),  # full
    ],
)
def test_a_batch_waits_for_its_window(sent: Sequence[float], expected: bool) -> None:
    """AWS Lambda Developer Guide: Using Lambda with Amazon SQS, batching behavior."""
    assert is_due(sent, now=100.0, batch_size=10, window=5.0) is expected


@pytest.mark.parametrize(
    ("window", "batch_size", "expected"), [(0, 1000, 25), (0, 15, 15), (300, 1000, 0)]
)
def test_a_mapping_takes_more_than_ten_messages_when_its_window_has_passed(
    monkeypatch: pytest.MonkeyPatch, window: int, batch_size: int, expected: int
) -> None:
    arn = "arn:aws:sqs:us-east-1:000000000000:tasks"
    monkeypatch.setattr(sqs, "_receive_messages_for_esm", sqs._receive_messages_for_esm)
    batches.install()
    sqs._act_create_queue({"QueueName": "tasks"}, "")
    url = sqs._queue_url("tasks")
    for number in range(25):
        sqs._act_send_message({"QueueUrl": url, "MessageBody": str(number)}, url)
    mapping = {"EventSourceArn": arn, "MaximumBatchingWindowInSeconds": window}
    monkeypatch.setattr(lambda_svc, "_iter_all_esms", lambda: iter([("", "", mapping)]))

    batch = sqs._receive_messages_for_esm(url, batch_size)

    sqs.reset()
    assert len(batch) == expected


def test_of_a_batch_only_what_failed_stays_in_the_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS Lambda Developer Guide: Using Lambda with Amazon SQS, partial batch responses. MiniStack
    does so by itself.
    """
    sqs._act_create_queue({"QueueName": "tasks"}, "")
    url = sqs._queue_url("tasks")
    for body in ("good", "bad", "good"):
        sqs._act_send_message({"QueueUrl": url, "MessageBody": body}, url)
    batch = sqs._receive_messages_for_esm(url, 10)
    failures = [{"itemIdentifier": one["id"]} for one in batch if one["body"] == "bad"]
    answer = {"body": {"batchItemFailures": failures}}
    monkeypatch.setattr(lambda_svc, "_execute_function", lambda *_: answer)
    mapping = {
        "UUID": "1",
        "FunctionName": "collect",
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
    }

    lambda_svc._run_sqs_batch(mapping, {}, {}, batch, url, "tasks")

    left = [one["body"] for one in sqs._queues[url]["messages"]]
    sqs.reset()
    assert left == ["bad"]
