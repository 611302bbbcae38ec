"""How the emulator tells EventBridge of events."""

from __future__ import annotations

from typing import Any

import pytest
from ministack.core.responses import get_region, request_scope

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
