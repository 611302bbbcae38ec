"""The step VerifyRecord: what it hands to the proofs, and what it makes of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import verify_record
from signpost.errors import ResolverUnreachable
from signpost.model import Json
from signpost.plan.batch import ZonePlan
from signpost.proof import lookup
from signpost.proof.asking import Asking
from signpost.proof.verification import PATIENT_ATTEMPTS
from tests.support.parameters import EXAMPLE
from tests.support.proving import PROPAGATION_SECONDS, WEB, Scene


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Scene:
    """The step asks a scene's servers."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    scene = Scene()
    for name, value in (EXAMPLE | {"DNS_SERVERS": "192.0.2.53", "ZONE_ROLE_ARN": ""}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(verify_record, "route53_client", lambda _: scene.client)
    monkeypatch.setattr(verify_record, "Asking", lambda: Asking(scene.ask))
    return scene


def run(*plans: ZonePlan, attempt: int = 0, changes: tuple[Json, ...] = ()) -> dict[str, Any]:
    return verify_record.handler(
        {
            "execution": "run-1",
            "trigger": {"time": "2026-11-24T12:00:00Z", "kind": "manual"},
            "round": {"number": 1},
            "plan": {"zones": [plan.to_json() for plan in plans]},
            "change": {"zones": list(changes), "pending": [], "refused": []},
            "attempt": attempt,
        },
        None,
    )


def test_a_zone_that_was_not_changed_is_proved_beside(asked: Scene) -> None:
    """Of it ChangeRecord tells nothing."""
    asked.send(asked.plan(WEB))
    asked.clock.advance(PROPAGATION_SECONDS)
    plan = replace(asked.plan(WEB, before=(WEB,)), changes=())

    told = run(plan)

    assert (told["method"], told["attempts"]) == ("dns", 1)
    assert told["zones"][0]["zone"] == plan.zone.id


def test_the_attempt_decides_how_long_silence_is_not_taken_for_an_answer(asked: Scene) -> None:
    change = asked.send(asked.plan(WEB))
    asked.clock.advance(PROPAGATION_SECONDS)
    asked.silent.add("192.0.2.53")
    sent = {"id": asked.zone_id, "change_id": change, "submitted_at": "2026-11-24T12:00:00+00:00"}

    with pytest.raises(ResolverUnreachable):
        run(asked.plan(WEB), changes=(sent,), attempt=PATIENT_ATTEMPTS - 1)
    told = run(asked.plan(WEB), changes=(sent,), attempt=PATIENT_ATTEMPTS)

    assert told["method"] == "insync"


def test_all_zones_share_the_time_of_the_attempt(
    asked: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many there are: what is not asked in time is asked in the next attempt."""
    asked.send(asked.plan(WEB))
    asked.clock.advance(PROPAGATION_SECONDS)
    plan = replace(asked.plan(WEB, before=(WEB,)), changes=())

    run(plan, plan)
    assert len(asked.asked) == len(set(asked.asked))
    monkeypatch.setattr(verify_record, "Asking", lambda: Asking(lookup.ask, seconds=0.0))
    with pytest.raises(ResolverUnreachable, match="the time for one attempt was over"):
        run(plan)
