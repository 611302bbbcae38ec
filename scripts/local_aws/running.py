"""Whether an execution is at work for a service."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

# Where a call, in an event's detail, its requestParameters or its answer, names its service or its
# ARN.
_NAMED_BY = ("service", "serviceName", "serviceArn", "resourceArn")


def is_at_work(sfn: SFNClient, state_machine_arn: str, service_name: str) -> bool:
    """Whether an execution runs whose input names a service of this name, in whatever cluster."""
    listed = sfn.list_executions(stateMachineArn=state_machine_arn, statusFilter="RUNNING")
    return any(
        service_name in named(sfn.describe_execution(executionArn=one["executionArn"])["input"])
        for one in listed["executions"]
    )


def named(text: str) -> set[str]:
    """The services, by name, that an execution's input is about."""
    given = json.loads(text)
    return {name.rpartition("/")[2] for name in _named(given)} if isinstance(given, dict) else set()


def _named(given: Mapping[str, Any]) -> Iterator[str]:
    detail = given.get("detail") or {}
    answer = (detail.get("responseElements") or {}).get("service") or {}
    for part in (given, detail, detail.get("requestParameters") or {}, answer):
        yield from (str(part[key]) for key in _NAMED_BY if key in part)
    yield from map(str, given.get("resources") or ())
