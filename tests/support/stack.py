"""A stack whose parameters and clients a test gives."""

from __future__ import annotations

from typing import Any

import pytest

from signpost_cli.target import Target
from tests.support.executions import MACHINE


def stack_with(
    monkeypatch: pytest.MonkeyPatch, clients: dict[str, Any], **parameters: str
) -> Target:
    """Any `Target` is a stack of these parameters then, and has these clients."""
    given = {"HostedZoneIds": "", "OwnerId": "signpost", **parameters}
    stack = {
        "Outputs": [{"OutputKey": "StateMachineArn", "OutputValue": MACHINE}],
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in given.items()
        ],
    }
    monkeypatch.setattr(Target, "stack", stack)
    monkeypatch.setattr(Target, "client", lambda _, service: clients[service])
    return Target()
