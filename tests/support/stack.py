"""A stack whose parameters and clients a test gives."""

from __future__ import annotations

from typing import Any

import pytest

from signpost_cli.target import Target
from tests.support.executions import MACHINE
from tests.support.ledgers import kms
from tests.support.parameters import SETTINGS


def stack_with(
    monkeypatch: pytest.MonkeyPatch, clients: dict[str, Any], **parameters: str
) -> Target:
    """Any `Target` is a stack of these parameters then, and has these clients."""
    given = {"HostedZoneIds": "", "OwnerId": "signpost", **parameters}
    stack = {
        "StackId": SETTINGS.stack_id,
        "Outputs": [
            {"OutputKey": "StateMachineArn", "OutputValue": MACHINE},
            {"OutputKey": "LedgerKeyArn", "OutputValue": SETTINGS.ledger_key_arn},
        ],
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in given.items()
        ],
    }
    monkeypatch.setattr(Target, "stack", stack)
    given_clients = {"kms": kms()} | clients
    monkeypatch.setattr(Target, "client", lambda _, service: given_clients[service])
    return Target()
