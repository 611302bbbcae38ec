"""Zones in another account: which client the Route 53 calls are made with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from signpost.aws import zone_role
from signpost.errors import AccessDenied

ROLE = "arn:aws:iam::210987654321:role/dns"


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("ZONE_ROLE_ARN", ROLE)
    monkeypatch.setenv("ZONE_ROLE_EXTERNAL_ID", "signpost-7")
    client: Any = boto3.client("sts", region_name="eu-west-1")
    clients = {"sts": client, "route53": "own"}
    monkeypatch.setattr(zone_role, "client", clients.__getitem__)
    zone_role._assumed.cache_clear()
    with Stubber(client) as stubber:
        yield stubber
    zone_role._assumed.cache_clear()


def allow(sts: Stubber, session: str) -> None:
    credentials = {
        "AccessKeyId": "ASIAASSUMEDASSUMED00",
        "SecretAccessKey": "secret",
        "SessionToken": "token",
        "Expiration": datetime(2026, 11, 24, 13, tzinfo=UTC),
    }
    expected = {
        "RoleArn": ROLE,
        "RoleSessionName": session,
        "DurationSeconds": 3600,
        "ExternalId": "signpost-7",
    }
    sts.add_response("assume_role", {"Credentials": credentials}, expected)


def test_without_a_role_the_functions_own_client_is_used(
    sts: Stubber, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZONE_ROLE_ARN", "")
    assert zone_role.route53_client("run-1") == "own"


def test_a_role_is_assumed_once_an_execution_with_the_executions_name(sts: Stubber) -> None:
    allow(sts, "signpost-run-1")

    clients = [zone_role.route53_client("run-1") for _ in range(2)]

    keys = clients[0]._request_signer._credentials.get_frozen_credentials()
    assert keys.access_key == "ASIAASSUMEDASSUMED00"
    assert clients[0] is clients[1]
    sts.assert_no_pending_responses()


def test_another_execution_is_another_session(sts: Stubber) -> None:
    allow(sts, "signpost-run-1")
    allow(sts, "signpost-run-2")

    for execution in ("run-1", "run-2"):
        zone_role.route53_client(execution)

    sts.assert_no_pending_responses()


def test_a_session_name_is_legal_whatever_the_executions_is(sts: Stubber) -> None:
    allow(sts, "signpost---1--" + "x" * 50)

    zone_role.route53_client("ü(1)-" + "x" * 75)


def test_a_refused_assumption_names_the_role(sts: Stubber) -> None:
    sts.add_client_error("assume_role", "AccessDenied", "not authorized", http_status_code=403)

    with pytest.raises(AccessDenied, match=ROLE):
        zone_role.route53_client("run-1")
