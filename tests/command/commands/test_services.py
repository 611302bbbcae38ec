"""What `signpost services` tells of each ledger."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from signpost.ledger.seal import Seal
from signpost_cli.commands import services
from tests.support.ledgers import NAME, LedgerEstate, ledger_of
from tests.support.stack import stack_with
from tests.support.stub import Stub

FOREIGN = "signpost-01234567"  # another stack with the same owner id


@pytest.fixture
def estate() -> LedgerEstate:
    return LedgerEstate()


@pytest.fixture
def told(
    estate: LedgerEstate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    """What `signpost services --json` says of one ledger of ours, one foreign and one corrupt."""
    put = partial(ledger_of, zone_id=estate.zone.id)
    estate.put(
        put("web"),
        put("api", FOREIGN, installation="0123456789abcdef"),
        put("theirs", "others-01234567", installation="0123456789abcdef"),
        put("odd", at="another"),
        put("forged", seal=Seal(b"guessed", "")),
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
    assert "another installation" in told["api"]["problem"]
    assert "theirs" not in told
    assert told["another"]["state"] == told["forged"]["state"] == "corrupt"
    assert "not this installation's" in told["forged"]["problem"]


def test_services_says_that_signatures_could_not_be_checked(
    estate: LedgerEstate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    estate.put(ledger_of("web", seal=Seal(b"guessed", "")))
    denied = Stub("kms")
    denied.fails("generate_mac", "AccessDeniedException", 400, "not authorized")
    clients = {"route53": estate.aws.client(), "kms": denied.client}
    stack_with(monkeypatch, clients, HostedZoneIds=estate.zone.id)

    services.services("signpost")

    said = " ".join(capsys.readouterr().out.split())
    assert "The signatures of the ledgers were not checked. kms:GenerateMac" in said
    assert "1 service with 1 name" in said


def test_services_in_words(
    estate: LedgerEstate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    estate.put(
        ledger_of("web", zone_id=estate.zone.id),
        ledger_of("api", FOREIGN, installation="0123456789abcdef"),
    )
    stack_with(monkeypatch, {"route53": estate.aws.client()}, HostedZoneIds=estate.zone.id)

    services.services("signpost")

    said = capsys.readouterr().out
    assert f"web.{NAME} A ALIAS lb.eu-west-1.elb.amazonaws.com" in said
    assert "✗ foreign api.prod" in said
    assert "1 service with 1 name in 1 zone; 1 ledger is not ours." in said
