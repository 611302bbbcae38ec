"""The executions that run or have failed: what an operator would look for in the console's list.

ListExecutions tells no service, so each one is described; how many are is bounded, and said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from signpost.ledger.ownership import ServiceKey
from signpost_cli import change, timeline
from signpost_cli.change import Change
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Missing, Unreadable, pages, reading
from signpost_cli.executions import events_of
from signpost_cli.past import Pace
from signpost_cli.patience import waiting

FAILED = ("FAILED", "TIMED_OUT", "ABORTED")
RECENT = timedelta(hours=24)
# How many are described: a DescribeExecution each, at the pace of past.py.
MOST_RUNNING, MOST_FAILED, MOST_SUCCEEDED = 50, 100, 100
_PAGE = 100
_GONE = ("ExecutionDoesNotExist", "StateMachineDoesNotExist")
_EVER = datetime.min.replace(tzinfo=UTC)
_ALL = "the executions that run or have failed"


@dataclass(frozen=True)
class Recent:
    """What was found. Dry runs are left out: they change nothing, however they end."""

    waiting: Mapping[ServiceKey, Change] = field(default_factory=dict)  # the newest that runs
    failed: Mapping[ServiceKey, Change] = field(default_factory=dict)  # the newest, if nothing
    # that began later for the service is known to have succeeded
    aimless: tuple[Change, ...] = ()  # that failed in the last 24 hours, about no service
    mended: frozenset[ServiceKey] = frozenset()  # failed in the last 24 hours, succeeded since
    count: int = 0  # that failed in the last 24 hours and were looked at
    unread: tuple[tuple[str, str], ...] = ()  # what, reason
    limits: tuple[str, ...] = ()  # sentences: which were not looked at
    since: datetime = _EVER  # 24 hours before they were listed
    listed: bool = True  # False: nothing of all this could be read

    def is_recent(self, one: Change) -> bool:
        """Whether it ended in the last 24 hours."""
        return (one.ended or one.started) >= self.since


def read(installation: Installation, now: datetime | None = None) -> Recent:
    """List and describe them; never raises. Four ListExecutions calls, and one for each page of
    those that succeeded after a failure of the last 24 hours.
    """
    looker = _Looker(installation, (now or datetime.now(UTC)) - RECENT)
    try:
        return looker.look()
    except Unreadable as error:
        return Recent(unread=((_ALL, str(error)),), listed=False)


class _Looker:
    def __init__(self, installation: Installation, since: datetime) -> None:
        self.since = since
        self._installation = installation
        self._machine = installation.target.state_machine_arn
        self._client = installation.client("stepfunctions")
        self._pace = Pace()
        self._unread: list[tuple[str, str]] = []
        self._limits: list[str] = []
        self._known: Mapping[str, Any] | None = None  # the state machine's definition

    def look(self) -> Recent:
        running = self._first(["RUNNING"], MOST_RUNNING, "run")
        ended = self._first(FAILED, MOST_FAILED, "failed")
        ended += [one for one in running if one.status in FAILED]  # while they were asked for
        failed = [one for one in ended if not is_dry(one)]
        newest = _newest(failed)
        begun = _newest(one for one in running if one.status == "RUNNING" and not is_dry(one))
        recent = [one for one in failed if (one.ended or one.started) >= self.since]
        mended = self._mended({one.service: newest[one.service] for one in recent if one.service})
        return Recent(
            waiting={key: self._waits(one) for key, one in begun.items()},
            failed={key: one for key, one in newest.items() if key not in mended},
            aimless=tuple(one for one in recent if one.service is None),
            mended=frozenset(mended),
            count=len(recent),
            unread=tuple(self._unread),
            limits=tuple(self._limits),
            since=self.since,
        )

    def _first(self, statuses: Iterable[str], most: int, what: str) -> list[Change]:
        """The newest of some statuses, described."""
        found: list[dict[str, Any]] = []
        more = False
        for status in statuses:
            request = {"stateMachineArn": self._machine, "statusFilter": status}
            with reading("states:ListExecutions", self._machine):
                page = self._client.list_executions(**request, maxResults=_PAGE)
                found += page["executions"]
            more = more or bool(page.get("nextToken"))
        found.sort(key=lambda one: one["startDate"], reverse=True)
        if more or len(found) > most:
            self._limits.append(f"executions that {what}, but for the newest {most}")
        return list(self._described(found[:most], what))

    def _described(self, listed: Iterable[Mapping[str, Any]], what: str) -> Iterator[Change]:
        for number, one in enumerate(listed, 1):
            self._installation.progress(f"executions that {what}: {number}")
            found = self._describe(one["executionArn"])
            if found:
                yield found

    def _describe(self, arn: str) -> Change | None:
        self._pace.wait()
        try:
            with reading("states:DescribeExecution", arn, _GONE):
                return change.of(self._client.describe_execution(executionArn=arn))
        except Missing:
            return None

    def _mended(self, failures: Mapping[ServiceKey, Change]) -> set[ServiceKey]:
        """The services for which an execution began after the failure, and has succeeded."""
        open_ = dict(failures)
        try:
            for looked, listed in enumerate(self._succeeded() if open_ else ()):
                self._installation.progress(f"executions that succeeded: {looked}")
                if listed["startDate"] <= min(one.started for one in open_.values()):
                    break
                if looked == MOST_SUCCEEDED:
                    self._limits.append(
                        f"executions that succeeded, but for the newest {MOST_SUCCEEDED}: a "
                        "failure that is told of may be mended since"
                    )
                    break
                found = self._describe(listed["executionArn"])
                key = found.service if found and not is_dry(found) else None
                if key in open_ and listed["startDate"] > open_[key].started:
                    del open_[key]
                if not open_:
                    break
        except Unreadable as error:
            self._unread.append(("which failures are mended since", str(error)))
        return failures.keys() - open_.keys()

    def _succeeded(self) -> Iterator[dict[str, Any]]:
        """Newest first, as AWS lists them (API Reference, ListExecutions); an emulator may not
        within a page.
        """
        request = {"stateMachineArn": self._machine, "statusFilter": "SUCCEEDED"}
        with reading("states:ListExecutions", self._machine):
            found = pages(self._client.list_executions, "executions", **request, maxResults=_PAGE)
            while some := list(islice(found, _PAGE)):
                yield from sorted(some, key=lambda one: one["startDate"], reverse=True)

    def _waits(self, one: Change) -> Change:
        """An execution that runs, with what it waits for as far as that can be read."""
        self._pace.wait()
        try:
            with reading("states:GetExecutionHistory", one.arn):
                told = timeline.read(events_of(self._client, one.arn), self.since + RECENT)
            return replace(one, waiting=waiting(told, self._definition()))
        except Unreadable as error:
            unread = ("what the executions that run wait for", str(error))
            if unread[0] not in dict(self._unread):
                self._unread.append(unread)
            return one

    def _definition(self) -> Mapping[str, Any]:
        if self._known is None:
            with reading("states:DescribeStateMachine", self._machine):
                described = self._client.describe_state_machine(stateMachineArn=self._machine)
                self._known = dict(json.loads(described["definition"]))
        return self._known


def is_dry(one: Change) -> bool:
    """Whether it was told to change nothing."""
    return one.outcome == "DryRun" or bool(one.trigger and one.trigger.get("dry_run"))


def _newest(executions: Iterable[Change]) -> dict[ServiceKey, Change]:
    """The newest for each service."""
    found: dict[ServiceKey, Change] = {}
    for one in sorted(executions, key=lambda one: one.started):
        if one.service:
            found[one.service] = one
    return found
