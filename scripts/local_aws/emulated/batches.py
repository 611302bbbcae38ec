"""Batches of queues' messages: Lambda waits for more of them, and takes more than ten.

Lambda invokes a function when its batching window has passed since the first message, or when the
batch is full (AWS Lambda Developer Guide: Using Lambda with Amazon SQS, batching behavior).
MiniStack takes what is there at once, and ten at most.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import Any

from ministack.services import lambda_svc, sqs

Message = dict[str, Any]
Receive = Callable[[str, int], list[Message]]


def install() -> None:
    """Let the emulator's event source mappings wait, shortened like its state machines' waits."""
    scale = float(os.environ.get("SFN_WAIT_SCALE", "1"))
    sqs._receive_messages_for_esm = _waiting(sqs._receive_messages_for_esm, scale)


def is_due(sent: Sequence[float], now: float, batch_size: int, window: float) -> bool:
    """Whether a batch is to be taken of messages sent at these times (all in seconds)."""
    return len(sent) >= batch_size or (bool(sent) and now - min(sent) >= window)


def _waiting(original: Receive, scale: float) -> Receive:
    def receive(queue_url: str, batch_size: int) -> list[Message]:
        queue = sqs._queues.get(queue_url)
        window = scale * _window(queue["attributes"]["QueueArn"])
        now = time.time()
        sent = [one["sent_at"] for one in queue["messages"] if one["visible_at"] <= now]
        batch: list[Message] = []
        if is_due(sent, now, batch_size, window):
            while more := original(queue_url, batch_size - len(batch)):
                batch += more
                if len(batch) == batch_size:
                    break
        return batch

    return receive


def _window(queue_arn: str) -> float:
    """The longest window of the queue's mappings, in seconds."""
    mappings = [
        one for _, _, one in lambda_svc._iter_all_esms() if one["EventSourceArn"] == queue_arn
    ]
    return max(
        (float(one.get("MaximumBatchingWindowInSeconds") or 0) for one in mappings), default=0
    )
