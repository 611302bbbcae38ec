"""What `signpost history` says beside the changes."""

from __future__ import annotations

import pytest

from signpost_cli.commands.history import _notes, _starts
from signpost_cli.past import Past
from tests.support.executions import Executions
from tests.support.ledgers import LedgerEstate, ledger_of
from tests.support.stack import stack_with
from tests.support.stub import Stub

WEB = ("prod", "web")


def names(past: Past) -> list[str]:
    return [one.name for one in past.newest_first()]


def test_a_chain_that_is_broken_is_said() -> None:
    executions = Executions()
    executions.add("old")
    executions.add("new", previous="old")
    executions.forget("old")
    past = Past()

    executions.looker().along_the_chain(past, ["new"], ("Z1",))

    (note,) = _notes(past, WEB, everything=False, limit=100, owned=True)
    assert (names(past), past.gone) == (["new"], ["old"])
    assert "90 days" in note


def test_all_finds_what_failed_or_changed_nothing_and_says_where_it_stopped() -> None:
    executions = Executions()
    executions.add("too old")
    executions.add("unchanged", "Unchanged")
    executions.add("of api", "HostnameTaken!", input={"cluster": "prod", "service": "api"})
    executions.add("failed", "HostnameTaken!")
    executions.add("no input at all", "InvalidEvent!", input={"nonsense": 1})
    past = Past()

    executions.looker(limit=4).among_all(past, WEB)

    notes = _notes(past, WEB, everything=True, limit=4, owned=True)
    assert names(past) == ["failed", "unchanged"]
    assert notes == [
        "Stopped after 4 executions, back to 2026-11-24 12:01:00 UTC. See more: --limit."
    ]


def test_where_nobody_checked_signatures_a_history_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    estate, denied = LedgerEstate(), Stub("kms")
    estate.put(ledger_of("web"))
    denied.fails("generate_mac", "AccessDeniedException")
    clients = {"route53": estate.aws.client(), "kms": denied.client}
    target = stack_with(monkeypatch, clients, HostedZoneIds=estate.zone.id)
    notes: list[str] = []

    starts, _ = _starts(target, WEB, notes, zones_needed=True)

    assert starts == ["run-2", "run-1"]
    assert ["were not checked" in note for note in notes] == [True]
