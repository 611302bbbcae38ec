"""How the emulator tells EventBridge of events, and how queues' messages become batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ministack.core.responses import get_region, request_scope
from ministack.services import lambda_svc, sqs

from local_aws.emulated import batches
from local_aws.emulated.batches import is_due
from local_aws.emulated.events import Bus


class Puts:
    """The entries of each PutEvents, with the region they were put in."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[Any]]] = []

    def __call__(self, request: dict[str, Any]) -> None:
        self.calls.append((get_region(), request["Entries"]))
        if {"bad": True} in request["Entries"]:
            raise RuntimeError("not put")


def test_events_are_put_ten_at_a_time_and_in_order() -> None:
    puts = Puts()
    bus = Bus(puts)
    for number in range(25):
        bus.tell({"number": number})

    bus.put_waiting()

    assert [len(entries) for _, entries in puts.calls] == [10, 10, 5]
    assert [one["number"] for _, entries in puts.calls for one in entries] == list(range(25))


def test_each_event_is_put_where_it_happened() -> None:
    puts = Puts()
    bus = Bus(puts)
    for number, region in enumerate(["eu-west-1", "eu-west-1", "us-east-1"]):
        with request_scope("000000000000", region):
            bus.tell({"number": number})

    bus.put_waiting()

    assert puts.calls == [
        ("eu-west-1", [{"number": 0}, {"number": 1}]),
        ("us-east-1", [{"number": 2}]),
    ]


def test_an_event_that_can_not_be_put_does_not_end_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    puts = Puts()
    bus = Bus(puts)
    bus.tell({"bad": True})
    bus.put_waiting()
    bus.tell({"number": 1})

    bus.put_waiting()

    assert "Events were not put" in caplog.text
    assert puts.calls[-1][1] == [{"number": 1}]


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
