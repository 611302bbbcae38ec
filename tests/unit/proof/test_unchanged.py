"""Proofs of zones in which nothing had to be changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from signpost.errors import (
    NotPropagated,
    RecordConflict,
)
from signpost.ledger import ledger
from signpost.plan.batch import ZonePlan
from tests.support.ledgers import ledger_of
from tests.support.proving import LEDGER, PROPAGATION_SECONDS, WEB, Scene


def unchanged(scene: Scene) -> ZonePlan:
    scene.send(scene.plan(WEB))
    scene.clock.advance(PROPAGATION_SECONDS)
    return replace(scene.plan(WEB, before=(WEB,)), changes=())


def test_what_was_not_changed_is_proved_as_it_stands(scene: Scene) -> None:
    proof = scene.verify(unchanged(scene), None)

    assert proof.method == "dns"
    assert "192.0.2.53 served the ledger and the names as they stand." in proof.detail
    assert proof.answers[0]["name"] == "web.ecs.internal"


@pytest.mark.parametrize(
    ("question", "error"),
    [((LEDGER, "TXT"), "does not serve the ledger"), (("web.ecs.internal", "A"), "no address")],
)
def test_what_does_not_answer_is_not_proved_although_nothing_was_changed(
    scene: Scene, question: tuple[str, str], error: str
) -> None:
    plan = unchanged(scene)
    scene.answers[("192.0.2.53", *question)] = ()

    with pytest.raises(NotPropagated, match=error):
        scene.verify(plan, None)


@pytest.mark.parametrize("mode", ["auto", "insync"])
def test_where_dns_is_not_asked_the_list_proves_what_was_not_changed(
    scene: Scene, mode: str
) -> None:
    plan = unchanged(scene)
    scene.settings = replace(scene.settings, verify_mode=mode, dns_servers=())

    proof = scene.verify(plan, None)

    assert proof.method == "listed"
    assert proof.detail.startswith("There is no change whose INSYNC could be asked for.")
    assert "lost" not in proof.detail


@pytest.mark.parametrize("mode", ["auto", "insync"])
@pytest.mark.parametrize("later", ["newer", None])
def test_a_ledger_that_is_another_one_by_then_means_planning_again(
    scene: Scene, mode: str, later: str | None
) -> None:
    plan = unchanged(scene)
    changes = [("DELETE", ledger.record_set(LEDGER, "new"))]
    changes += [("CREATE", ledger.record_set(LEDGER, later))] if later else []
    scene.send(replace(plan, changes=tuple(changes)))
    scene.clock.advance(PROPAGATION_SECONDS)
    scene.settings = replace(scene.settings, verify_mode=mode)

    with pytest.raises(RecordConflict, match="not the one that was planned any more"):
        scene.verify(plan, None)


@pytest.mark.parametrize(("seconds", "early"), [(1, True), (58, True), (61, False), (-60, False)])
def test_a_resolver_is_not_asked_for_what_another_execution_has_just_written(
    scene: Scene, seconds: int, early: bool
) -> None:
    at = (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()
    text = ledger.from_txt(ledger_of("web").values[0])
    text = text.replace("2026-11-24T12:00:00Z", quote(at))
    scene.send(scene.plan(WEB, text=text))
    scene.clock.advance(PROPAGATION_SECONDS)
    plan = replace(scene.plan(WEB, before=(WEB,), text=text), changes=())

    if early:
        with pytest.raises(NotPropagated, match="too early to ask a resolver"):
            scene.verify(plan, None)
        assert scene.asked == []
    else:
        assert scene.verify(plan, None).method == "dns"
