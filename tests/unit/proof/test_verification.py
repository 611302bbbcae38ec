"""Verification: what counts as proof that a change is served, on a strict Route 53 and its DNS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from signpost.errors import (
    InvalidConfiguration,
    NotPropagated,
    RecordConflict,
    ResolverUnreachable,
    SignpostError,
    WrongAnswer,
)
from signpost.ledger import ledger
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost.names.task_placement import answer
from signpost.plan.batch import ZonePlan
from signpost.proof import lookup
from signpost.proof.lookup import Server
from signpost.proof.verification import PATIENT_ATTEMPTS, verify_zone
from tests.support.proving import BALANCER, LEDGER, PROPAGATION_SECONDS, RENAMED, WEB, Scene


@pytest.fixture
def scene() -> Iterator[Scene]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        yield Scene()


def test_a_served_change_is_proved_with_what_was_answered(scene: Scene) -> None:
    plan = scene.plan(WEB)
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)

    proof = scene.verify(plan, change)

    assert (proof.method, proof.servers) == ("dns", ("192.0.2.53",))
    assert proof.answers[0]["name"] == "web.ecs.internal"
    assert proof.answers[0]["values"]


def test_a_resolver_is_not_asked_before_route_53_is_in_sync(scene: Scene) -> None:
    plan = scene.plan(WEB)
    change = scene.send(plan)
    asked: list[str] = []

    def ask(_: Server, name: str, __: str) -> tuple[str, ...]:
        asked.append(name)
        return ()

    with pytest.raises(NotPropagated, match="PENDING"):
        verify_zone(scene.client, plan, change, scene.settings, ask)

    assert asked == []


def test_a_resolver_that_remembers_the_old_ledger_is_asked_again(scene: Scene) -> None:
    plan = scene.plan(WEB)
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)
    scene.answers[("192.0.2.53", LEDGER, "TXT")] = ("old",)

    with pytest.raises(NotPropagated, match="ledger"):
        scene.verify(plan, change)


def test_another_executions_ledger_means_planning_again(scene: Scene) -> None:
    plan = scene.plan(WEB)
    change = scene.send(plan)
    scene.send(
        replace(
            plan,
            changes=(
                ("DELETE", ledger.record_set(LEDGER, "new")),
                ("CREATE", ledger.record_set(LEDGER, "newer")),
            ),
        )
    )
    scene.clock.advance(PROPAGATION_SECONDS)

    with pytest.raises(RecordConflict, match="another execution"):
        scene.verify(plan, change)


def test_an_alias_without_an_address_is_not_served_yet(scene: Scene) -> None:
    plan = scene.plan(WEB)
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)
    scene.aws.load_balancers.gone.add(BALANCER)

    with pytest.raises(NotPropagated, match="no address"):
        scene.verify(plan, change)


def test_a_cname_must_be_exact(scene: Scene) -> None:
    plan = scene.plan(RENAMED)
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)
    scene.answers[("192.0.2.53", "web.ecs.internal", "CNAME")] = ("elsewhere.example",)

    with pytest.raises(WrongAnswer, match="elsewhere"):
        scene.verify(plan, change)


def test_the_old_cname_is_a_matter_of_time(scene: Scene) -> None:
    old = replace(RENAMED, values=("old.example",))
    scene.send(scene.plan(old, text=None))
    plan = scene.plan(RENAMED, before=(old,))
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)
    scene.answers[("192.0.2.53", "web.ecs.internal", "CNAME")] = ("old.example",)

    with pytest.raises(NotPropagated, match="old answer"):
        scene.verify(plan, change)


def test_an_alias_that_became_a_cname_still_answers_for_addresses(scene: Scene) -> None:
    scene.send(scene.plan(WEB, text=None))
    plan = scene.plan(RENAMED, before=(WEB,))
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)
    scene.answers[("192.0.2.53", "web.ecs.internal", "A")] = ("192.0.2.1",)

    assert scene.verify(plan, change).method == "dns"


def removed(scene: Scene) -> tuple[ZonePlan, str]:
    scene.send(scene.plan(WEB, text="old"))
    plan = scene.plan(before=(WEB,), text=None)
    plan = replace(plan, changes=(("DELETE", ledger.record_set(LEDGER, "old")), *plan.changes))
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)
    return plan, change


def test_a_removed_name_must_be_gone(scene: Scene) -> None:
    plan, change = removed(scene)

    assert "no longer served" in scene.verify(plan, change).detail


def test_a_removed_name_that_is_still_answered_is_a_matter_of_time(scene: Scene) -> None:
    plan, change = removed(scene)
    scene.answers[("192.0.2.53", "web.ecs.internal", "A")] = ("192.0.2.1",)

    with pytest.raises(NotPropagated, match="still answers"):
        scene.verify(plan, change)


def test_a_wildcard_may_answer_for_a_removed_name(scene: Scene) -> None:
    plan, change = removed(scene)
    wildcard = {"Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.99"}]}
    scene.aws.edit(scene.zone_id, ("CREATE", {"Name": "*.ecs.internal", **wildcard}))

    assert scene.verify(plan, change).method == "dns"


def test_one_resolver_that_sees_the_zone_is_enough(scene: Scene) -> None:
    scene.settings = replace(scene.settings, dns_servers=("192.0.2.1", "192.0.2.2", "192.0.2.3"))
    plan = scene.plan(WEB)
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)
    scene.answers[("192.0.2.1", LEDGER, "TXT")] = ()
    scene.silent.add("192.0.2.2")

    assert scene.verify(plan, change).servers == ("192.0.2.3",)


def test_a_ledger_must_be_gone_from_every_resolver(scene: Scene) -> None:
    scene.settings = replace(scene.settings, dns_servers=("192.0.2.1", "192.0.2.2"))
    plan, change = removed(scene)
    scene.answers[("192.0.2.1", LEDGER, "TXT")] = ("old",)

    with pytest.raises(NotPropagated):
        scene.verify(plan, change)


def test_auto_falls_back_to_insync_and_says_so(scene: Scene) -> None:
    plan = scene.plan(WEB)
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)
    scene.silent.add("192.0.2.53")

    proof = scene.verify(plan, change, attempt=PATIENT_ATTEMPTS)

    assert proof.method == "insync"
    assert "not DNS" in proof.detail
    assert "silent" in proof.detail


def test_before_that_it_is_patient(scene: Scene) -> None:
    """A lost answer must not decide for good."""
    plan = scene.plan(WEB)
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)
    scene.silent.add("192.0.2.53")

    with pytest.raises(ResolverUnreachable, match="silent"):
        scene.verify(plan, change, attempt=PATIENT_ATTEMPTS - 1)
    detail = scene.verify(plan, change, attempt=PATIENT_ATTEMPTS).detail
    assert f"192.0.2.53 is silent That was the last of {PATIENT_ATTEMPTS + 1} attempts." in detail


def test_dns_mode_does_not_fall_back(scene: Scene) -> None:
    scene.settings = replace(scene.settings, verify_mode="dns")
    plan = scene.plan(WEB)
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)
    scene.silent.add("192.0.2.53")

    with pytest.raises(ResolverUnreachable):
        scene.verify(plan, change, attempt=PATIENT_ATTEMPTS)


def test_dns_mode_needs_somebody_to_ask(scene: Scene) -> None:
    scene.settings = replace(scene.settings, verify_mode="dns", dns_servers=())

    with pytest.raises(InvalidConfiguration, match="VpcSubnetIds"):
        scene.verify(scene.plan(WEB), "C1")


def test_insync_mode_asks_no_server(scene: Scene) -> None:
    scene.settings = replace(scene.settings, verify_mode="insync")
    plan = scene.plan(WEB)
    change = scene.send(plan)
    scene.silent.add("192.0.2.53")
    with pytest.raises(NotPropagated):
        scene.verify(plan, change)
    scene.clock.advance(PROPAGATION_SECONDS)

    assert scene.verify(plan, change).method == "insync"


def test_a_removal_without_change_id_is_proved_by_the_ledgers_absence(scene: Scene) -> None:
    scene.settings = replace(scene.settings, verify_mode="insync")
    gone = ZonePlan(scene.zone, LEDGER, None, (WEB,), (), ())
    proof = scene.verify(gone, None)
    assert (proof.method, "lost" in proof.detail) == ("listed", True)
    scene.send(scene.plan(WEB))

    with pytest.raises(RecordConflict):
        scene.verify(gone, None)


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


# --- a zone in which nothing was changed ---------------------------------------------------------


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


# --- several answers to a name -------------------------------------------------------------


def tasks(*numbers: int) -> tuple[RecordSet, ...]:
    return tuple(answer("web.ecs.internal", "A", 60, f"10.0.0.{number}") for number in numbers)


def test_of_several_answers_those_that_fit_are_enough(scene: Scene) -> None:
    plan = scene.plan(*tasks(*range(1, 21)))
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)

    (served,) = scene.verify(plan, change).answers

    assert len(served["values"]) == 8


@pytest.mark.parametrize(
    ("served", "error"),
    [
        (("10.0.0.1", "10.0.0.2"), None),
        (("10.0.0.1",), NotPropagated),  # too few: another has not come yet
        (("10.0.0.1", "10.0.0.3"), NotPropagated),  # one that was there before
        ((), NotPropagated),
        (("10.0.0.1", "192.0.2.1"), WrongAnswer),  # one of somebody else's
    ],
)
def test_what_several_answers_may_be(
    scene: Scene, served: tuple[str, ...], error: type[SignpostError] | None
) -> None:
    old = tasks(1, 3)
    scene.send(scene.plan(*old, text="old"))
    plan = scene.plan(*tasks(1, 2), before=old)
    plan = replace(plan, changes=(("DELETE", ledger.record_set(LEDGER, "old")), *plan.changes))
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)
    scene.answers[("192.0.2.53", "web.ecs.internal", "A")] = served

    if error is None:
        assert scene.verify(plan, change).method == "dns"
    else:
        with pytest.raises(error):
            scene.verify(plan, change)


def test_what_a_load_balancer_answered_before_may_still_be_served(scene: Scene) -> None:
    scene.send(scene.plan(WEB, text="old"))
    plan = scene.plan(*tasks(1), before=(WEB,))
    plan = replace(plan, changes=(("DELETE", ledger.record_set(LEDGER, "old")), *plan.changes))
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)
    scene.answers[("192.0.2.53", "web.ecs.internal", "A")] = ("192.0.2.99",)

    with pytest.raises(NotPropagated, match="old answer"):
        scene.verify(plan, change)
