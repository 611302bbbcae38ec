"""CloudTrail's own records of StartExecution: who has started executions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from signpost_cli import starter
from signpost_cli.change import Change
from signpost_cli.errors import CommandError, asking
from signpost_cli.past import Pace
from signpost_cli.render import count
from signpost_cli.starter import Starter
from signpost_cli.target import Target

# CloudTrail API Reference, LookupEvents: 2 calls a second, 50 events a call, 90 days; an event is
# there within about 15 minutes of its call.
PER_SECOND, PAGE, KEPT, DELIVERED = 2, 50, timedelta(days=90), timedelta(minutes=15)
MOST_CALLS = 20  # ten seconds
AROUND = timedelta(seconds=15)  # the call, and the start that Step Functions notes
TOGETHER = timedelta(minutes=10)  # executions that are asked for in one window

Window = list[Change]


def _pace() -> Pace:
    return Pace(burst=PER_SECOND, per_second=PER_SECOND)


@dataclass
class CallRecords:
    """Asks CloudTrail, `MOST_CALLS` times at most; `cut` are the executions beyond that."""

    target: Target
    pace: Pace = field(default_factory=_pace)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    cut: int = 0
    _calls: int = 0

    def starters(self, changes: Iterable[Change]) -> dict[str, Starter]:
        """Who started each execution, by its ARN. Never raises: what can't be asked is unknown."""
        found: dict[str, Starter] = {}
        young = []
        for one in changes:
            if self.now() - one.started > KEPT:
                found[one.arn] = _unknown("CloudTrail keeps its records for 90 days")
            else:
                young.append(one)
        try:
            roles = self._roles() if young else {}
            for window in _windows(young):
                found |= self._in(window, roles)
        except CommandError as error:
            unknown = _unknown(str(error).splitlines()[0].rstrip("."))
            found = {one.arn: unknown for one in young} | found
        return found

    def _roles(self) -> dict[str, str]:
        """The names of the stack's roles that start executions, with what assumes each."""
        stack = self.target.stack_name
        with asking("cloudformation:ListStackResources", f"stack {stack}"):
            paginator = self.target.client("cloudformation").get_paginator("list_stack_resources")
            return {
                resource["PhysicalResourceId"]: starter.ROLES[resource["LogicalResourceId"]]
                for page in paginator.paginate(StackName=stack)
                for resource in page["StackResourceSummaries"]
                if resource["LogicalResourceId"] in starter.ROLES
            }

    def _in(self, window: Window, roles: dict[str, str]) -> dict[str, Starter]:
        records, is_whole = self._records(window)
        if not is_whole:
            self.cut += len(window)
            reason = f"CloudTrail was asked {count(MOST_CALLS, 'time')}, and no further"
            return {one.arn: _unknown(reason) for one in window}
        return {
            one.arn: starter.judge((r for r in records if _started(r) == one.arn), roles)
            or self._none(one)
            for one in window
        }

    def _records(self, window: Window) -> tuple[list[dict[str, Any]], bool]:
        """All calls in a window, and whether they are all: the first call counts, and the answer
        begins with the last."""
        request: dict[str, Any] = {
            "LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": "StartExecution"}],
            "StartTime": window[-1].started - AROUND,
            "EndTime": window[0].started + AROUND,
            "MaxResults": PAGE,
        }
        records: list[dict[str, Any]] = []
        while self._calls < MOST_CALLS:
            self._calls += 1
            self.pace.wait()
            with asking("cloudtrail:LookupEvents", "StartExecution"):
                page = self.target.client("cloudtrail").lookup_events(**request)
            records += [json.loads(event["CloudTrailEvent"]) for event in page["Events"]]
            if not page.get("NextToken"):
                return records, True
            request["NextToken"] = page["NextToken"]
        return records, False

    def _none(self, one: Change) -> Starter:
        if self.now() - one.started < DELIVERED:
            return _unknown("CloudTrail has no record yet, which can take 15 minutes")
        return _unknown("CloudTrail has no record of it")


def _started(record: dict[str, Any]) -> str | None:
    """The execution that a call has started; None where it failed."""
    return (record.get("responseElements") or {}).get("executionArn")


def _unknown(reason: str) -> Starter:
    return Starter("unknown", reason=reason)


def _windows(changes: Sequence[Change]) -> Iterator[Window]:
    """Executions by the time of their start, newest first, close ones together."""
    window: Window = []
    for one in sorted(changes, key=lambda change: change.started, reverse=True):
        if window and window[-1].started - one.started > TOGETHER:
            yield window
            window = []
        window.append(one)
    if window:
        yield window
