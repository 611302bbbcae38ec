"""A boto3 client whose answers a test gives in advance."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.stub import Stubber

from tests.support.estate import REGION


class Stub:
    """botocore's Stubber with shorter words."""

    def __init__(self, service: str) -> None:
        self.client: Any = boto3.client(service, region_name=REGION)  # type: ignore[call-overload]
        self.stubber = Stubber(self.client)
        self.stubber.activate()

    def answers(self, call: str, **answer: Any) -> None:
        self.stubber.add_response(call, answer)

    def fails(self, call: str, code: str, status: int = 400, message: str = "") -> None:
        self.stubber.add_client_error(call, code, message, http_status_code=status)
