"""Executions as Step Functions tells of them: lists, descriptions and histories, in memory."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from signpost.ledger import ledger
from signpost.ledger.ledger import Ledger
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost.plan.batch import ZonePlan
from signpost_cli.past import Looker, Pace
from signpost_cli.target import Target
from tests.support.api_model import StandIn
from tests.support.parameters import SEAL

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:ServiceChange"
# What ListExecutions tells of each; DescribeExecution tells more.
LISTED = ("executionArn", "stateMachineArn", "name", "status", "startDate", "stopDate")
# What there is to say of it, beside its definition and a date.
DESCRIBED = {"stateMachineArn": MACHINE, "name": "ServiceChange", "roleArn": "arn:role"}
ZONE = {"id": "Z1", "name": "ecs.internal"}
BY_HAND = {"cluster": "prod", "service": "web", "reason": "why not"}


class Executions(StandIn, services=("stepfunctions",)):
    """What the `stepfunctions` client answers. Executions begin a minute after one another."""

    def __init__(self) -> None:
        self.all: dict[str, dict[str, Any]] = {}
        self.histories: dict[str, list[dict[str, Any]]] = {}
        self.described: list[str] = []

    def add(
        self,
        name: str,
        outcome: str = "RecordChanged",
        *,
        previous: str | None = None,
        input: dict[str, Any] | None = None,
        wrote: dict[str, Any] | None = None,
    ) -> None:
        """One that succeeded, or failed with an outcome that ends in `!`, or has that status."""
        started = START + timedelta(minutes=len(self.all))
        document = BY_HAND if input is None else input
        one: dict[str, Any] = {
            "executionArn": self.arn(name),
            "stateMachineArn": MACHINE,
            "name": name,
            "startDate": started,
            "stopDate": started + timedelta(seconds=9),
            "input": json.dumps(document),
        }
        if outcome.endswith("!"):
            one |= {"status": "FAILED", "error": outcome[:-1], "cause": "It was so."}
        elif outcome in ("RUNNING", "TIMED_OUT", "ABORTED"):
            one |= {"status": outcome}
        else:
            receipt = _receipt(outcome, previous, document)
            one |= {"status": "SUCCEEDED", "output": json.dumps(receipt)}
        self.all[name] = one
        entered = {"name": "ChangeRecord", "input": json.dumps({"plan": wrote or {}})}
        self.histories[name] = [
            {"type": "TaskStateEntered", "stateEnteredEventDetails": entered},
            {"type": "TaskSucceeded"},
        ] if wrote else []  # fmt: skip

    def forget(self, name: str) -> None:
        """As Step Functions does after 90 days."""
        del self.all[name]

    @staticmethod
    def arn(name: str) -> str:
        return f"{MACHINE.replace(':stateMachine:', ':execution:')}:{name}"

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803
        name = executionArn.rpartition(":")[2]
        self.described.append(name)
        if name not in self.all:
            raise ClientError({"Error": {"Code": "ExecutionDoesNotExist"}}, "DescribeExecution")
        return self.all[name]

    def get_execution_history(self, executionArn: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        history = self.histories[executionArn.rpartition(":")[2]]
        facts = [{"id": number, "timestamp": START} for number in range(1, len(history) + 1)]
        return {"events": [one | event for one, event in zip(facts, history, strict=True)]}

    def list_executions(
        self,
        maxResults: int,  # noqa: N803
        nextToken: str = "0",  # noqa: N803
        statusFilter: str = "",  # noqa: N803
        **_: Any,
    ) -> dict[str, Any]:
        newest_first = [
            {key: one[key] for key in LISTED if key in one}
            for one in reversed(self.all.values())
            if statusFilter in ("", one["status"])
        ]
        end = int(nextToken) + maxResults
        page: dict[str, Any] = {"executions": newest_first[int(nextToken) : end]}
        return page | ({"nextToken": str(end)} if end < len(newest_first) else {})

    def target(self) -> Target:
        """A stack whose state machine these are the executions of."""
        target = Target()
        target.sfn = self
        target.outputs = {"StateMachineArn": MACHINE}
        return target

    def looker(self, limit: int = 100) -> Looker:
        """Who looks through them for a service's history."""
        return Looker(self.target(), limit, Pace(), lambda _: None)


def _receipt(outcome: str, previous: str | None, document: dict[str, Any]) -> dict[str, Any]:
    return {
        "outcome": outcome,
        "reason": "So it is.",
        "trigger": {
            "kind": "cloudtrail",
            "name": "UpdateService",
            "cluster": document.get("cluster"),
            "service": document.get("service"),
            "time": "2026-11-24T12:00:00.000Z",
            "id": "event-1",
            "actor": "arn:aws:iam::123456789012:user/ada",
            "reason": None,
            "dry_run": False,
            "claimed": True,
        },
        "before": [],
        "after": [],
        "attempts": {"rounds": 1, "readiness": 3, "verification": 2},
        "verification": {"method": "dns", "detail": "It was served."},
        "seconds": 12.34,
        "previous_execution": previous,
    }


def plan(*, replaces: str, before_that: str | None = None, zone: dict[str, str] = ZONE) -> Any:
    """A plan whose batch replaces the ledger of an execution."""
    record = RecordSet(f"web.{zone['name']}", "A", 60, ("10.0.0.1",))
    old = Ledger("i", "r", "prod", "web", replaces, before_that, "2026-11-24T12:00:00Z", (record,))
    where = Zone(zone["id"], zone["name"], private=True)
    text = ledger.render(old, zone=where, name="web.ledger", seal=SEAL)
    txt = ledger.record_set("web.ledger", text)
    part = ZonePlan(where, "web.ledger", None, (), (), (("DELETE", txt),))
    return {"zones": [part.to_json()], "before": [], "after": [{}]}
