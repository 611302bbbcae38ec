"""CloudTrail's records of StartExecution, and a client that looks them up."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from tests.support.api_model import StandIn

ACCOUNT = "123456789012"


def record(execution: str | None, caller: str | None, time: str = "2026-11-24T12:00:00Z") -> Any:
    """One call, which has started an execution of this ARN; None where it failed."""
    return {
        "eventTime": time,
        "eventName": "StartExecution",
        "recipientAccountId": ACCOUNT,
        "userIdentity": {"arn": caller} if caller else {},
        "responseElements": {"executionArn": execution} if execution else None,
    }


class CloudTrail(StandIn, services=("cloudtrail",)):
    """Answers LookupEvents as AWS does: newest first, a page at a time."""

    def __init__(self, *records: Any, page: int = 50, denied: bool = False) -> None:
        self.records, self.page, self.denied = records, page, denied
        self.asked: list[dict[str, Any]] = []

    def lookup_events(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        if self.denied:
            raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "LookupEvents")
        inside = [
            one
            for one in self.records
            if request["StartTime"]
            <= datetime.fromisoformat(one["eventTime"])
            <= request["EndTime"]
        ]
        inside.sort(key=lambda one: one["eventTime"], reverse=True)
        begin = int(request.get("NextToken", 0))
        events = inside[begin : begin + self.page]
        more = {"NextToken": str(begin + self.page)} if begin + self.page < len(inside) else {}
        return {"Events": [{"CloudTrailEvent": json.dumps(one)} for one in events], **more}


class Resources:
    """A CloudFormation client that knows one role of the stack."""

    def get_paginator(self, _: str) -> Resources:
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        role = {
            "LogicalResourceId": "ServiceEventRuleRole",
            "PhysicalResourceId": "signpost-ServiceEventRuleRole-X",
        }
        queue = {"LogicalResourceId": "DeadLetterQueue", "PhysicalResourceId": "signpost-queue"}
        return [{"StackResourceSummaries": [queue, role]}]
