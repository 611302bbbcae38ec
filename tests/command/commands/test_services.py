"""What `signpost services` tells of each ledger."""

from __future__ import annotations

import json
from typing import Any

import pytest

from signpost.settings import installation_of
from signpost_cli.commands import services
from tests.support.ledgers import NAME, LedgerEstate, ledger_of
from tests.support.stack import stack_with

OURS = installation_of("123456789012", "eu-west-1", "signpost")


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
    stack_with(monkeypatch, {"route53": estate.aws.client()}, HostedZoneIds=estate.zone.id)

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
    stack_with(monkeypatch, {"route53": estate.aws.client()}, HostedZoneIds=estate.zone.id)

    services.services("signpost")

    said = capsys.readouterr().out
    assert f"web.{NAME} A ALIAS lb.eu-west-1.elb.amazonaws.com" in said
    assert "✗ foreign api.prod" in said
    assert "1 service with 1 name in 1 zone; 1 ledger is not ours." in said
