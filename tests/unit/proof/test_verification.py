"""Verification: what counts as proof that a change is served, on a strict Route 53 and its DNS."""

from __future__ import annotations

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
from signpost.model.record_set import Alias, RecordSet
from signpost.names.task_placement import answer
from signpost.plan.batch import ZonePlan
from signpost.proof.lookup import Server
from signpost.proof.verification import PATIENT_ATTEMPTS, verify_zone
from tests.support.proving import BALANCER, LEDGER, PROPAGATION_SECONDS, RENAMED, WEB, Scene


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


def test_a_name_that_leads_elsewhere_now_is_not_asked_for_as_a_removed_one(scene: Scene) -> None:
    scene.send(scene.plan(WEB, text=None))
    moved = replace(WEB, alias=Alias("Z32O12XQLNTSW2", f"new-{BALANCER}"))
    plan = scene.plan(moved, before=(WEB,))
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)

    assert [one["name"] for one in scene.verify(plan, change).answers] == ["web.ecs.internal"]


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
