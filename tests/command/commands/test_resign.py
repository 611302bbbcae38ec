"""`signpost resign`: which ledgers it signs, by which executions, and what it says."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import typer

from signpost.ledger.ledger import ASIDE
from signpost.ledger.listing import ListedLedger, understood
from signpost.ledger.seal import Seal
from signpost_cli import executions
from signpost_cli.commands.resign import resign, sort
from signpost_cli.errors import CommandError
from signpost_cli.target import Target
from signpost_cli.timeline import Timeline
from tests.support.executions import Executions
from tests.support.ledgers import LedgerEstate, ledger_of
from tests.support.parameters import SEAL, SETTINGS
from tests.support.stack import stack_with
from tests.support.stub import Stub
from tests.support.zones import PROD

BEFORE, STRANGER = "a" * 16, "b" * 16
LOST = Seal(b"the key that was lost", "")


def listed(service: str, installation: str = SETTINGS.installation, **more: Any) -> ListedLedger:
    label = f"signpost-{installation[:8]}"
    found = ledger_of(service, label, installation=installation, zone_id=PROD.id, **more)
    return understood(PROD, found, SEAL)


def test_what_is_to_be_signed_and_what_is_only_told() -> None:
    corrupt = listed("cut", at="elsewhere")

    found, others, unread = sort(
        [
            listed("fine"),
            listed("web", seal=LOST),
            corrupt,
            listed("old", BEFORE),
            listed("theirs", STRANGER),
            listed("theirs-2", STRANGER),
        ],
        SETTINGS.label,
        SETTINGS.installation,
        BEFORE,
    )

    assert set(found) == {("prod", "web"), ("prod", "old")}
    assert found["prod", "old"] == ["old.prod.signpost-aaaaaaaa._signpost.ecs.internal"]
    assert others == {STRANGER: 2}
    (told,) = unread
    assert "it says what cut.prod" in told


def test_what_was_left_unsigned_is_looked_at_again() -> None:
    """Also where its text is from an installation that nobody names."""
    aside = ledger_of("web", SETTINGS.label + ASIDE, installation=STRANGER, zone_id=PROD.id)
    found, others, _ = sort(
        [understood(PROD, aside, SEAL)], SETTINGS.label, SETTINGS.installation, None
    )
    assert (list(found), others) == ([("prod", "web")], {})


class Started:
    """The executions that the command starts; their receipts have these warnings."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *warnings: str) -> None:
        self.inputs: list[dict[str, Any]] = []
        self._executions, self._warnings = Executions(), list(warnings)
        monkeypatch.setattr(Target, "console_link", lambda *_: None)
        monkeypatch.setattr(executions, "start", self._start)
        monkeypatch.setattr(executions, "follow", lambda *_: Timeline())
        monkeypatch.setattr(executions, "describe", self._describe)

    def _start(self, _target: Any, machine: str, name: str, **document: Any) -> str:
        self.inputs.append(document)
        self._executions.add(name, input=document)
        one = self._executions.all[name]
        receipt = json.loads(one["output"]) | {"warnings": self._warnings}
        one["output"] = json.dumps(receipt)
        return f"{machine.replace(':stateMachine:', ':execution:')}:{name}"

    def _describe(self, _target: Any, arn: str) -> Any:
        return self._executions.all[arn.rpartition(":")[2]]


@pytest.fixture
def estate(monkeypatch: pytest.MonkeyPatch) -> LedgerEstate:
    estate = LedgerEstate()
    estate.put(ledger_of("web", zone_id=estate.zone.id, seal=LOST))
    stack_with(monkeypatch, {"route53": estate.aws.client()}, HostedZoneIds=estate.zone.id)
    return estate


def test_each_service_is_run_with_its_ledgers(
    estate: LedgerEstate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    started = Started(monkeypatch)

    resign(also=["prod/web/old.ecs.internal"], dry_run=True)

    (given,) = started.inputs
    assert (given["cluster"], given["service"], given["dry_run"]) == ("prod", "web", True)
    assert given["resign"] == {
        "ledgers": [f"web.prod.{SETTINGS.label}._signpost.ecs.internal"],
        "names": ["old.ecs.internal"],
    }
    assert "signpost sweep" in capsys.readouterr().out


def test_a_name_of_a_service_without_anything_to_sign_is_refused(estate: LedgerEstate) -> None:
    with pytest.raises(CommandError, match=r"--also prod/api/else\.ecs\.internal: no unsigned"):
        resign(also=["prod/web/old.ecs.internal", "prod/api/else.ecs.internal"])


def test_nothing_to_sign_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    estate = LedgerEstate()
    stack_with(monkeypatch, {"route53": estate.aws.client()}, HostedZoneIds=estate.zone.id)
    theirs = ledger_of("x", "signpost-bbbbbbbb", installation=STRANGER)
    estate.put(ledger_of("web", zone_id=estate.zone.id), theirs)

    resign()

    said = " ".join(capsys.readouterr().out.split())
    assert "Nothing to sign: 2 ledgers read." in said
    assert f"signpost resign --installation {STRANGER}" in said


def test_a_ledger_that_can_not_be_read_is_told_and_counts(
    estate: LedgerEstate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Started(monkeypatch)
    estate.put(replace(ledger_of("odd"), values=('"edited"',)))

    with pytest.raises(typer.Exit):
        resign(as_json=True)

    told = json.loads(capsys.readouterr().out)
    assert "odd.prod" in told["unreadable"][0]
    assert len(told["executions"]) == 1


def test_without_the_key_nothing_can_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = Stub("kms")
    denied.fails("generate_mac", "AccessDeniedException")
    stack_with(monkeypatch, {"kms": denied.client}, HostedZoneIds="Z1")

    with pytest.raises(CommandError, match=r"(?s)kms:GenerateMac.*nothing tells"):
        resign()


def test_what_stays_unsigned_is_an_exit_code(
    estate: LedgerEstate, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Started(monkeypatch, "Left unsigned: www.ecs.internal: why.")

    with pytest.raises(typer.Exit):
        resign()

    assert "Left unsigned: www.ecs.internal" in capsys.readouterr().out
