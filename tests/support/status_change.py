"""Step Functions' own event of a finished execution.

Shape: Step Functions Developer Guide, "EventBridge (CloudWatch Events) for Step Functions
execution status changes".
"""

from __future__ import annotations

import json
from typing import Any

from tests.support.estate import ACCOUNT, PARTITION, REGION

STATES = f"arn:{PARTITION}:states:{REGION}:{ACCOUNT}"
STARTED, STOPPED = 1_795_526_400_000, 1_795_526_405_300  # 2026-11-24T13:20:00Z and 5.3 s later


def status_change(
    status: str,
    *,
    name: str = "run-1",
    machine: str = "ServiceChange",
    input: Any = None,
    output: Any = None,
    left_out: bool = False,
    **detail: Any,
) -> dict[str, Any]:
    """The event; `left_out` is what becomes of input and output of more than 248 KB."""
    succeeded = status == "SUCCEEDED"
    arn = f"{STATES}:execution:{machine}:{name}"
    return {
        "version": "0",
        "id": "315c1398-40ff-a850-213b-158f73e60175",
        "detail-type": "Step Functions Execution Status Change",
        "source": "aws.states",
        "account": ACCOUNT,
        "time": "2026-11-24T13:20:06Z",
        "region": REGION,
        "resources": [arn],
        "detail": {
            "executionArn": arn,
            "stateMachineArn": f"{STATES}:stateMachine:{machine}",
            "name": name,
            "status": status,
            "startDate": STARTED,
            "stopDate": STOPPED,
            "input": None if left_out else json.dumps(input),
            "output": json.dumps(output) if succeeded and not left_out else None,
            "inputDetails": {"included": not left_out},
            "outputDetails": {"included": not left_out} if succeeded else None,
            "error": None,
            "cause": None,
            **detail,
        },
    }
