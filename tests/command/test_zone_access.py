"""The zones as the command reads them: with whose rights, and what it says where it may not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from signpost.ledger.listing import ListedLedger
from signpost_cli.errors import CommandError
from signpost_cli.zone_access import ZoneAccess
from tests.support.ledgers import NAME
from tests.support.route53 import StrictRoute53
from tests.support.stack import stack_with
from tests.support.stub import Stub

ROLE = "arn:aws:iam::210987654321:role/dns"


def reader(external_id: str) -> dict[str, Any]:
    """The clients that tell the external id which PlanChange was given."""
    cloudformation, lambda_ = Stub("cloudformation"), Stub("lambda")
    detail = {
        "LogicalResourceId": "PlanChangeFunction",
        "PhysicalResourceId": "signpost-plan",
        "ResourceType": "AWS::Lambda::Function",
        "LastUpdatedTimestamp": datetime(2026, 11, 24, tzinfo=UTC),
        "ResourceStatus": "CREATE_COMPLETE",
    }
    cloudformation.answers("describe_stack_resource", StackResourceDetail=detail)
    variables = {"ZONE_ROLE_ARN": ROLE, "ZONE_ROLE_EXTERNAL_ID": external_id}
    lambda_.answers("get_function_configuration", Environment={"Variables": variables})
    return {"cloudformation": cloudformation.client, "lambda": lambda_.client}


def listed(access: ZoneAccess) -> list[ListedLedger]:
    return list(access.listed())


def test_zones_of_another_account_are_read_with_the_stacks_role(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    aws, sts = StrictRoute53(), Stub("sts")
    zone = aws.create_zone(NAME, vpcs=("vpc-1",))
    keys = {"AccessKeyId": "A" * 20, "SecretAccessKey": "s", "SessionToken": "t"}
    expected = {"RoleArn": ROLE, "RoleSessionName": "signpost-command", "ExternalId": "x-7"}

    sts.stubber.add_response(
        "assume_role",
        {"Credentials": {**keys, "Expiration": datetime(2026, 11, 24, 13, tzinfo=UTC)}},
        expected,
    )
    parameters = {"HostedZoneIds": zone, "ZoneReadRoleArn": ROLE, "ZoneRoleExternalId": "****"}
    clients = {"sts": sts.client, **reader("x-7")}
    access = ZoneAccess(stack_with(monkeypatch, clients, **parameters))

    with aws.patched():
        assert listed(access) == []

    sts.stubber.assert_no_pending_responses()


def test_a_role_that_may_not_be_assumed_is_said_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sts = Stub("sts")
    sts.fails("assume_role", "AccessDenied", 403)
    clients = {"sts": sts.client, **reader("x-7")}
    access = ZoneAccess(stack_with(monkeypatch, clients, HostedZoneIds="Z1", ZoneReadRoleArn=ROLE))

    with pytest.raises(CommandError, match=r"(?s)sts:AssumeRole.*trust policy") as raised:
        listed(access)

    assert ROLE in str(raised.value)


def test_a_zone_that_is_gone_is_named_with_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    client = StrictRoute53().client()
    access = ZoneAccess(stack_with(monkeypatch, {"route53": client}, HostedZoneIds="ZGONE"))

    with pytest.raises(CommandError, match="route53:GetHostedZone on zone ZGONE failed"):
        listed(access)


def test_a_stack_without_zones_is_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="no parameter HostedZoneIds"):
        listed(ZoneAccess(stack_with(monkeypatch, {})))
