"""Ledgers as the command reads them: with whose rights, and what it says of each."""

from __future__ import annotations

import json
from typing import Any

import pytest

from signpost.ledger.listing import ListedLedger
from signpost.settings import installation_of
from signpost_cli.commands import services
from signpost_cli.errors import CommandError
from signpost_cli.target import Target
from signpost_cli.zone_access import ZoneAccess
from tests.support.executions import MACHINE
from tests.support.ledgers import NAME, LedgerEstate, ledger_of
from tests.support.route53 import StrictRoute53
from tests.support.stub import Stub

OURS = installation_of("123456789012", "eu-west-1", "signpost")
ROLE = "arn:aws:iam::210987654321:role/dns"


def target(monkeypatch: pytest.MonkeyPatch, clients: dict[str, Any], **more: str) -> Target:
    """A stack of these parameters, whose clients are given."""
    parameters = {"HostedZoneIds": "", "OwnerId": "signpost", **more}
    stack = {
        "Outputs": [{"OutputKey": "StateMachineArn", "OutputValue": MACHINE}],
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
    }
    monkeypatch.setattr(Target, "stack", stack)
    monkeypatch.setattr(Target, "client", lambda _, service: clients[service])
    return Target()


@pytest.fixture
def estate() -> LedgerEstate:
    return LedgerEstate()


@pytest.fixture
def told(
    estate: LedgerEstate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    """What `signpost services --json` says of one ledger of ours, one foreign and one corrupt."""
    estate.put(
        ledger_of("web", installation=OURS), ledger_of("api"), ledger_of("odd", at="another")
    )
    target(monkeypatch, {"route53": estate.aws.client()}, HostedZoneIds=estate.zone.id)

    services.services("signpost", as_json=True)

    ledgers = json.loads(capsys.readouterr().out)["ledgers"]
    return {one["ledger"].partition(".")[0]: one for one in ledgers}


def test_services_tells_what_is_owned_where_it_points_and_the_last_execution(
    told: dict[str, Any],
) -> None:
    web = told["web"]

    (record,) = web["records"]
    assert (web["state"], web["cluster"], web["service"]) == ("ours", "prod", "web")
    assert record["alias"]["dns_name"] == "lb.eu-west-1.elb.amazonaws.com"
    assert (web["execution"], web["previous_execution"]) == ("run-2", "run-1")


def test_services_lists_a_foreign_and_a_corrupt_ledger_as_such(told: dict[str, Any]) -> None:
    assert told["api"]["state"] == "foreign"
    assert "OwnerId" in told["api"]["problem"]
    assert told["another"]["state"] == "corrupt"


def test_services_in_words(
    estate: LedgerEstate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    estate.put(ledger_of("web", installation=OURS), ledger_of("api"))
    target(monkeypatch, {"route53": estate.aws.client()}, HostedZoneIds=estate.zone.id)

    services.services("signpost")

    said = capsys.readouterr().out
    assert f"web.{NAME} A ALIAS lb.eu-west-1.elb.amazonaws.com" in said
    assert "✗ foreign api.prod" in said
    assert "1 service with 1 name in 1 zone; 1 ledger is not ours." in said


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
        "assume_role", {"Credentials": {**keys, "Expiration": "2026-11-24T13:00:00Z"}}, expected
    )
    parameters = {"HostedZoneIds": zone, "ZoneRoleArn": ROLE, "ZoneRoleExternalId": "x-7"}
    access = ZoneAccess(target(monkeypatch, {"sts": sts.client}, **parameters))

    with aws.patched():
        assert listed(access) == []

    sts.stubber.assert_no_pending_responses()


def test_a_role_that_may_not_be_assumed_is_said_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sts = Stub("sts")
    sts.fails("assume_role", "AccessDenied", 403)
    access = ZoneAccess(
        target(monkeypatch, {"sts": sts.client}, HostedZoneIds="Z1", ZoneRoleArn=ROLE)
    )

    with pytest.raises(CommandError, match=r"(?s)sts:AssumeRole.*trust policy") as raised:
        listed(access)

    assert ROLE in str(raised.value)


def test_a_zone_that_is_gone_is_named_with_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    client = StrictRoute53().client()
    access = ZoneAccess(target(monkeypatch, {"route53": client}, HostedZoneIds="ZGONE"))

    with pytest.raises(CommandError, match="route53:GetHostedZone on zone ZGONE failed"):
        listed(access)


def test_a_stack_without_zones_is_none_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="no parameter HostedZoneIds"):
        listed(ZoneAccess(target(monkeypatch, {})))
