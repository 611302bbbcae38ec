"""Asking CloudTrail who started executions: how often, for what times, and what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from signpost_cli import change
from signpost_cli.call_records import MOST_CALLS, CallRecords
from signpost_cli.change import Change
from signpost_cli.past import Pace
from signpost_cli.target import Target
from tests.support.call_records import ACCOUNT, CloudTrail, Resources, record
from tests.support.executions import START, Executions

RULE = f"arn:aws:sts::{ACCOUNT}:assumed-role/signpost-ServiceEventRuleRole-X/1"
MALLORY = f"arn:aws:iam::{ACCOUNT}:user/mallory"
NOW = START + timedelta(days=1)


def executions(*names: str, apart: timedelta = timedelta(minutes=1)) -> list[Change]:
    made = Executions()
    for name in names:
        made.add(name)
    changes = [change.of(made.describe_execution(made.arn(name))) for name in names]
    return [replace(one, started=START + number * apart) for number, one in enumerate(changes)]


def called(one: Change, caller: str) -> Any:
    return record(one.arn, caller, f"{one.started:%Y-%m-%dT%H:%M:%SZ}")


def records_of(
    monkeypatch: pytest.MonkeyPatch, cloudtrail: CloudTrail, now: datetime = NOW
) -> CallRecords:
    clients = {"cloudtrail": cloudtrail, "cloudformation": Resources()}
    monkeypatch.setattr(Target, "client", lambda _, service: clients[service])
    return CallRecords(Target(), Pace(sleep=lambda _: None), now=lambda: now)


def test_executions_close_together_are_asked_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    forged, genuine = executions("forged", "genuine")
    failed = record(None, RULE, f"{forged.started:%Y-%m-%dT%H:%M:%SZ}")
    trail = CloudTrail(called(forged, MALLORY), failed, called(genuine, RULE))

    found = records_of(monkeypatch, trail).starters([forged, genuine])

    assert {arn: (one.by, one.arn) for arn, one in found.items()} == {
        forged.arn: ("caller", MALLORY),
        genuine.arn: ("rule", RULE),
    }
    (asked,) = trail.asked
    assert asked["StartTime"] < forged.started < genuine.started < asked["EndTime"]


def test_executions_far_apart_are_windows_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    far = executions("a", "b", apart=timedelta(hours=1))
    trail = CloudTrail(*(called(one, RULE) for one in far))

    found = records_of(monkeypatch, trail).starters(far)

    assert [one.by for one in found.values()] == ["rule", "rule"]
    assert [asked["EndTime"] - asked["StartTime"] for asked in trail.asked] == [
        timedelta(seconds=30)
    ] * 2


def test_a_window_is_read_to_its_end_for_the_first_call_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (one,) = executions("one")
    later = record(one.arn, RULE, f"{one.started + timedelta(seconds=5):%Y-%m-%dT%H:%M:%SZ}")
    trail = CloudTrail(called(one, MALLORY), later, page=1)

    assert records_of(monkeypatch, trail).starters([one])[one.arn].arn == MALLORY


def test_cloudtrail_is_asked_so_often_and_what_is_beyond_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    many = executions(*map(str, range(MOST_CALLS + 2)), apart=timedelta(hours=1))
    trail = CloudTrail(*(called(one, RULE) for one in many))
    records = records_of(monkeypatch, trail, NOW + timedelta(days=2))

    found = records.starters(many)

    assert (len(trail.asked), records.cut) == (MOST_CALLS, 2)
    assert [one.by for one in found.values()].count("unknown") == 2
    # The newest are asked for first.
    assert found[many[0].arn].reason == f"CloudTrail was asked {MOST_CALLS} times, and no further"


def test_a_window_that_was_not_read_to_its_end_proves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (one,) = executions("one")
    others = [record("other", RULE) for _ in range(MOST_CALLS)]
    trail = CloudTrail(called(one, RULE), *others, page=1)

    assert records_of(monkeypatch, trail).starters([one])[one.arn].by == "unknown"


@pytest.mark.parametrize(
    ("age", "reason"),
    [
        (timedelta(minutes=14), "no record yet, which can take 15 minutes"),
        (timedelta(minutes=16), "no record of it"),
        (timedelta(days=91), "keeps its records for 90 days"),
    ],
)
def test_why_there_is_no_record(
    monkeypatch: pytest.MonkeyPatch, age: timedelta, reason: str
) -> None:
    (one,) = executions("one")
    found = records_of(monkeypatch, CloudTrail(), START + age).starters([one])[one.arn]
    assert found.by == "unknown"
    assert reason in str(found.reason)


def test_without_the_permission_it_is_said_which(monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = executions("one")
    found = records_of(monkeypatch, CloudTrail(denied=True)).starters([one])[one.arn]
    assert (found.by, found.genuine) == ("unknown", None)
    assert "cloudtrail:LookupEvents" in str(found.reason)
