"""ECS calls as CloudTrail records them, and a service as ECS describes it then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

ARN = "arn:aws:ecs:us-east-1:000000000000:service/prod/web"


def recorded(name: str, number: int = 1, **request: Any) -> dict[str, Any]:
    """A call with its request, as LookupEvents has it; its answer is not recorded."""
    return {
        "eventVersion": "1.08",
        "userIdentity": {"type": "IAMUser", "principalId": "test", "accessKeyId": "test"},
        "eventTime": "2026-11-24T12:00:00Z",
        "eventSource": "ecs.amazonaws.com",
        "eventName": name,
        "requestParameters": request,
        "responseElements": None,
        "eventID": f"event-{number}",
    }


def answered(arn: str) -> dict[str, Any]:
    """What a recorded call has of an answer with the service of this ARN."""
    return {"responseElements": {"service": {"serviceArn": arn}}}


def service(**changes: Any) -> dict[str, Any]:
    """A service whose one deployment is complete, as DescribeServices has it."""
    return {
        "serviceArn": ARN,
        "serviceName": "web",
        "clusterArn": "arn:aws:ecs:us-east-1:000000000000:cluster/prod",
        "status": "ACTIVE",
        "desiredCount": 1,
        "createdAt": datetime(2026, 4, 13, 19, 44, 52, tzinfo=UTC),
        "loadBalancers": [{"targetGroupArn": "tg"}],
        "deployments": [
            {
                "id": "ecs-svc/1",
                "status": "PRIMARY",
                "rolloutState": "COMPLETED",
                "createdAt": datetime.now(UTC) - timedelta(minutes=1),
            }
        ],
        **changes,
    }
