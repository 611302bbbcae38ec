"""Proofs by a public zone's own name servers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signpost.errors import (
    NotPropagated,
    ResolverUnreachable,
    SignpostError,
)
from signpost.model.zone import Zone
from signpost.plan.batch import ZonePlan
from signpost.proof import lookup
from signpost.proof.lookup import Server
from signpost.proof.verification import PATIENT_ATTEMPTS
from tests.support.proving import LEDGER, PROPAGATION_SECONDS, WEB, Scene


def public(scene: Scene, **settings: object) -> ZonePlan:
    zone = Zone("Z1", "example.com", private=False, name_servers=("ns1.test", "ns2.test"))
    scene.settings = replace(scene.settings, **settings)  # type: ignore[arg-type]
    return replace(scene.plan(WEB), zone=zone)


def own_servers(names: tuple[str, ...], zone: str, _: float) -> list[Server]:
    return [Server(name, name, caching=False, zone=zone) for name in names]


def test_each_of_a_public_zones_name_servers_must_be_right(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookup, "authoritative", own_servers)
    scene.send(scene.plan(WEB))
    scene.clock.advance(PROPAGATION_SECONDS)
    plan = replace(public(scene), zone=replace(public(scene).zone, id=scene.zone_id))

    assert scene.verify(plan, None).servers == ("ns1.test", "ns2.test")
    scene.answers[("ns2.test", LEDGER, "TXT")] = ()
    with pytest.raises(SignpostError, match=r"ns2\.test"):
        scene.verify(plan, None)


@pytest.fixture
def own(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> tuple[ZonePlan, str]:
    """A change in a public zone with two name servers."""
    monkeypatch.setattr(lookup, "authoritative", own_servers)
    change = scene.send(scene.plan(WEB))
    scene.clock.advance(PROPAGATION_SECONDS)
    return replace(public(scene), zone=replace(public(scene).zone, id=scene.zone_id)), change


@pytest.mark.parametrize("mode", ["auto", "dns"])
def test_a_name_server_that_stays_silent_is_told_by_name_at_last(
    scene: Scene, own: tuple[ZonePlan, str], mode: str
) -> None:
    scene.settings = replace(scene.settings, verify_mode=mode)
    scene.silent.add("ns1.test")

    with pytest.raises(ResolverUnreachable, match=r"ns1\.test is silent"):
        scene.verify(*own, attempt=PATIENT_ATTEMPTS - 1)
    proof = scene.verify(*own, attempt=PATIENT_ATTEMPTS)

    assert (proof.method, proof.servers) == ("dns", ("ns2.test",))
    assert f"ns1.test gave no answer in the last of {PATIENT_ATTEMPTS + 1}" in proof.detail


def test_they_remember_nothing_and_are_asked_for_no_neighbours(
    scene: Scene, own: tuple[ZonePlan, str]
) -> None:
    scene.verify(*own)

    assert set(scene.asked) == {LEDGER, WEB.name}


def test_without_it_route_53_must_say_insync(scene: Scene, own: tuple[ZonePlan, str]) -> None:
    plan, _ = own
    later = scene.send(scene.plan(replace(WEB, name="shop.ecs.internal"), text=None))
    scene.silent.add("ns1.test")

    with pytest.raises(NotPropagated, match="PENDING"):
        scene.verify(plan, later, attempt=PATIENT_ATTEMPTS)


def test_of_those_that_answer_all_must_be_right_however_long_it_takes(
    scene: Scene, own: tuple[ZonePlan, str]
) -> None:
    scene.silent.add("ns1.test")
    scene.answers[("ns2.test", LEDGER, "TXT")] = ()

    with pytest.raises(NotPropagated, match=r"ns2\.test"):
        scene.verify(*own, attempt=PATIENT_ATTEMPTS)


def test_where_all_are_silent_insync_is_what_is_left(
    scene: Scene, own: tuple[ZonePlan, str]
) -> None:
    scene.silent |= {"ns1.test", "ns2.test"}

    with pytest.raises(ResolverUnreachable):
        scene.verify(*own)
    assert scene.verify(*own, attempt=PATIENT_ATTEMPTS).method == "insync"


def test_configured_servers_stand_in_for_name_servers_out_of_reach(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object) -> list[Server]:
        raise ResolverUnreachable("no way out")

    monkeypatch.setattr(lookup, "authoritative", unreachable)
    plan = scene.plan(WEB)
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)
    plan = replace(plan, zone=replace(public(scene).zone, id=scene.zone_id))

    assert scene.verify(plan, change).servers == ("192.0.2.53",)
