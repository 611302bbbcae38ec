"""Finding a service's executions: along the chain that its ledgers begin, or among all of them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from signpost.aws.clients import code_of
from signpost.triggers.finished import CHANGES
from signpost_cli import change
from signpost_cli.change import Change
from signpost_cli.errors import asking
from signpost_cli.executions import arn_of, events_of, history, waits_for
from signpost_cli.render import count
from signpost_cli.starter import Starter
from signpost_cli.target import Target

PAGE = 100
MOST_RUNNING = 50  # of the executions that run; a DescribeExecution each
WRITES = "ChangeRecord"
# Of the quotas on Step Functions' API actions (Developer Guide, "Service quotas"), what leaves
# most to the account's other users: DescribeExecution allows bursts of 250 and 10 a second.
BURST, PER_SECOND = 100, 8.0


@dataclass
class Pace:
    """Lets calls through at a rate, after a first burst."""

    burst: int = BURST
    per_second: float = PER_SECOND
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _allowed: float = field(init=False)
    _seen: float = field(init=False)

    def __post_init__(self) -> None:
        self._allowed, self._seen = float(self.burst), self.clock()

    def wait(self) -> None:
        """Wait until one more call is due."""
        now = self.clock()
        self._allowed = min(self.burst, self._allowed + (now - self._seen) * self.per_second)
        self._seen = now
        if self._allowed < 1:
            self.sleep((1 - self._allowed) / self.per_second)
        self._allowed -= 1


@dataclass
class Past:
    """What was found. `gone` are executions that the chain names and Step Functions has no more."""

    changes: dict[str, Change] = field(default_factory=dict)  # by execution name
    gone: list[str] = field(default_factory=list)
    cut: bool = False  # the chain goes on, beyond the limit
    more_run: bool = False  # beyond those that were looked at
    looked: int = 0  # executions, in a search among all
    back_to: datetime | None = None  # where a search among all executions stopped
    exhausted: bool = False  # it stopped because there were no more

    def before(self) -> list[str]:
        """The executions that what was found names as the one before."""
        receipts = [one.receipt for one in self.changes.values() if one.receipt]
        return [str(receipt["previous_execution"]) for receipt in receipts
                if receipt["previous_execution"]]  # fmt: skip

    def tell_of(self, starters: Mapping[str, Starter]) -> None:
        """Add who started each execution, by its ARN."""
        self.changes = {
            name: replace(one, started_by=starters[one.arn]) for name, one in self.changes.items()
        }

    def newest_first(self) -> list[Change]:
        """All that was found, each once."""
        return sorted(self.changes.values(), key=lambda one: one.started, reverse=True)


class Looker:
    """Looks at one execution after the other, `limit` at most, and tells how far it is."""

    def __init__(self, target: Target, limit: int, pace: Pace, tell: Callable[[str], None]) -> None:
        self._target, self._limit, self._pace, self._tell = target, limit, pace, tell

    def along_the_chain(self, past: Past, names: Iterable[str], zone_ids: tuple[str, ...]) -> None:
        """Follow the chain from the executions that the ledgers or receipts name."""
        waiting = [name for name in dict.fromkeys(names) if name not in past.changes]
        known, links = {*waiting, *past.changes}, 0
        while waiting:
            if links >= self._limit:
                past.cut = True
                return
            links += 1
            name = waiting.pop(0)
            self._tell(f"following the chain: {len(past.changes)} so far")
            found = self._describe(arn_of(self._target, name))
            if found is None:
                past.gone.append(name)
                continue
            found, before = self._link(found, zone_ids)
            past.changes[found.name] = self._with_waits(found)
            before = [one for one in before if one not in known]
            known |= set(before)
            waiting += before

    def among_all(self, past: Past, service: tuple[str, str]) -> None:
        """Look through all executions, newest first, for those that are about a service."""
        about = "/".join(service)
        for listed in self._listed():
            if past.looked >= self._limit:
                return
            past.back_to = listed["startDate"]
            past.looked += 1
            if listed["name"] in past.changes:
                continue
            found = self._describe(listed["executionArn"])
            if found and found.service == service:
                past.changes[found.name] = self._with_waits(found)
            self._tell(
                f"{count(past.looked, 'execution')} looked at, {len(past.changes)} of {about}, "
                f"back to {past.back_to:%Y-%m-%d %H:%M:%S}"
            )
        past.exhausted = True

    def that_run(self, past: Past, service: tuple[str, str]) -> None:
        """Look at the newest executions that run: one that has not written yet is in no chain."""
        arn = self._target.state_machine_arn
        with asking("states:ListExecutions", arn):
            page = self._target.sfn.list_executions(
                stateMachineArn=arn, statusFilter="RUNNING", maxResults=MOST_RUNNING
            )
        past.more_run = bool(page.get("nextToken"))
        for listed in page["executions"]:
            self._tell(f"{count(len(page['executions']), 'execution')} running")
            found = self._describe(listed["executionArn"])
            if found and found.service == service:
                past.changes.setdefault(found.name, self._with_waits(found))

    def _describe(self, arn: str) -> Change | None:
        self._pace.wait()
        with asking("states:DescribeExecution", arn):
            try:
                return change.of(self._target.sfn.describe_execution(executionArn=arn))
            except ClientError as error:
                if code_of(error) == "ExecutionDoesNotExist":
                    return None
                raise

    def _with_waits(self, found: Change) -> Change:
        """An execution with what it waits for, where it runs; of other services nobody asks."""
        if found.status != "RUNNING":
            return found
        timeline = history(self._target, found.arn)
        return replace(found, waiting=waits_for(self._target, found.arn, timeline))

    def _link(self, found: Change, zone_ids: tuple[str, ...]) -> tuple[Change, list[str]]:
        """An execution of the chain, and the executions before it: as its receipt says, and as
        its batches say where there are several zones or it ended otherwise than with a change."""
        names = []
        if found.receipt and found.receipt["previous_execution"]:
            names.append(found.receipt["previous_execution"])
        if found.outcome not in CHANGES or len(zone_ids) > 1:
            plan = self._written(found.arn)
            found = replace(found, plan=plan)
            names += change.written_over(plan, zone_ids, found.name)
        return found, list(dict.fromkeys(names))

    def _written(self, arn: str) -> dict[str, Any]:
        """The plan that an execution wrote last; empty if it wrote none.

        Where none of its writes ended well, the last that was tried: its answer may have been lost.
        """
        tried: dict[str, Any] = {}
        done: dict[str, Any] = {}
        state = None
        with asking("states:GetExecutionHistory", arn):
            for event in events_of(self._target.sfn, arn):
                entered = event.get("stateEnteredEventDetails")
                if entered:
                    state = entered["name"]
                    tried = json.loads(entered["input"])["plan"] if state == WRITES else tried
                elif state == WRITES and event["type"].endswith("Succeeded"):
                    done = tried
        return done or tried

    def _listed(self) -> Iterator[dict[str, Any]]:
        arn = self._target.state_machine_arn
        request: dict[str, Any] = {"stateMachineArn": arn, "maxResults": PAGE}
        missing = f"Stack {self._target.stack_name} names a state machine that is gone."
        while True:
            with asking("states:ListExecutions", arn, missing):
                page = self._target.sfn.list_executions(**request)
            yield from page["executions"]
            if not page.get("nextToken"):
                return
            request["nextToken"] = page["nextToken"]
