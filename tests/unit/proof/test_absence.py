"""What proves that something is gone: no empty answer, and not one for somebody else's record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from signpost.errors import NotPropagated, ResolverUnreachable
from signpost.ledger import ledger
from signpost.model.record_set import Alias, RecordSet
from signpost.plan.batch import ZonePlan
from tests.support.ledgers import ledger_of
from tests.support.proving import BALANCER, LEDGER, PROPAGATION_SECONDS, RENAMED, WEB, Scene
from tests.support.route53 import alias, simple

SERVER, NAME = "192.0.2.53", "web.ecs.internal"
SEEING, STRANGER = "192.0.2.1", "192.0.2.2"
OLD = "signpost=2 old"
OTHER = "other-alb-1.eu-west-1.elb.amazonaws.com"
SAME = alias("*.ecs.internal", "A", BALANCER)
FORGOTTEN = 60 + 300.0  # seconds, of what has a TTL of 60


class Removal(Scene):
    """A service's names and ledger are gone from the zone."""

    def removed(self, *before: RecordSet) -> tuple[ZonePlan, str]:
        """Remove them, and let Route 53 be INSYNC."""
        self.send(self.plan(*before, text=OLD))
        plan = self.plan(before=before, text=None)
        gone = ("DELETE", ledger.record_set(LEDGER, OLD))
        plan = replace(plan, changes=(gone, *plan.changes))
        change = self.send(plan)
        self.clock.advance(PROPAGATION_SECONDS)
        return plan, change

    def add(self, *records: dict[str, object]) -> None:
        """Somebody puts these into the zone."""
        self.aws.edit(self.zone_id, *(("CREATE", record) for record in records))


@pytest.fixture
def scene() -> Iterator[Removal]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        yield Removal()


# --- what answers in its place -------------------------------------------------------------------


@pytest.mark.parametrize("where", ["*.ecs.internal", "*._signpost.ecs.internal"])
@pytest.mark.parametrize("known", [True, False], ids=["ledger known", "of an earlier round"])
def test_a_wildcards_text_is_not_the_removed_ledger(
    scene: Removal, where: str, known: bool
) -> None:
    plan, change = scene.removed(WEB)
    scene.add(simple(where, "TXT", '"v=spf1 -all"', '"theirs"'))
    plan = plan if known else replace(plan, changes=())

    proof = scene.verify(plan, change)

    assert (proof.method, "no longer served" in proof.detail) == ("dns", True)
    assert "public DNS" not in proof.detail


def test_a_wildcard_cname_may_lead_the_ledgers_name_to_any_text(scene: Removal) -> None:
    plan, change = scene.removed(WEB)
    scene.add(
        simple("note.ecs.internal", "TXT", '"theirs"'),
        simple("note.ecs.internal", "A", "192.0.2.99"),
        simple("*.ecs.internal", "CNAME", "note.ecs.internal"),
    )

    assert scene.verify(plan, change).answers[0]["values"] == ["192.0.2.99"]


@pytest.mark.parametrize("texts", [(OLD,), ("theirs", OLD)])
def test_the_removed_ledger_stays_it_beside_whatever_else(
    scene: Removal, texts: tuple[str, ...]
) -> None:
    plan, change = scene.removed(WEB)
    scene.answers[(SERVER, LEDGER, "TXT")] = texts

    with pytest.raises(NotPropagated, match="still answers for the ledger"):
        scene.verify(plan, change, FORGOTTEN * 10)


def test_an_older_ledger_in_a_cache_is_waited_for_until_none_can_hold_it(scene: Removal) -> None:
    plan, change = scene.removed(WEB)
    scene.answers[(SERVER, LEDGER, "TXT")] = ("signpost=2 older",)

    with pytest.raises(NotPropagated, match="ledger"):
        scene.verify(plan, change, FORGOTTEN - 1)
    assert scene.verify(plan, change, FORGOTTEN).method == "dns"
    with pytest.raises(NotPropagated, match="ledger"):  # it may be the very one that was removed
        scene.verify(replace(plan, changes=()), change, FORGOTTEN)


@pytest.mark.parametrize(
    ("removed", "wildcard"),
    [
        (WEB, simple("*.ecs.internal", "A", "192.0.2.99")),
        (WEB, alias("*.ecs.internal", "A", BALANCER)),
        (RENAMED, simple("*.ecs.internal", "CNAME", "other.example")),
        (RENAMED, simple("*.ecs.internal", "CNAME", BALANCER)),
    ],
    ids=["address", "same load balancer", "CNAME", "same CNAME"],
)
def test_what_a_wildcard_answers_for_a_removed_name_is_no_old_answer(
    scene: Removal, removed: RecordSet, wildcard: dict[str, object]
) -> None:
    plan, change = scene.removed(removed)
    scene.add(wildcard)

    assert scene.verify(plan, change).method == "dns"


@pytest.mark.parametrize(
    ("removed", "type_", "old"), [(WEB, "A", "192.0.2.1"), (RENAMED, "CNAME", BALANCER)]
)
def test_a_wildcard_does_not_excuse_the_old_answer(
    scene: Removal, removed: RecordSet, type_: str, old: str
) -> None:
    plan, change = scene.removed(removed)
    value = {"A": "192.0.2.99", "CNAME": "other.example"}[type_]
    scene.add(simple("*.ecs.internal", type_, value))
    scene.answers[(SERVER, NAME, type_)] = (old,)

    with pytest.raises(NotPropagated, match="still answers for web"):
        scene.verify(plan, change)


def test_of_a_wildcard_with_several_answers_time_tells_an_alias(scene: Removal) -> None:
    plan, change = scene.removed(WEB)
    scene.add(simple("*.ecs.internal", "A", "192.0.2.99"))
    scene.answers[(SERVER, NAME, "A")] = ("192.0.2.98",)

    with pytest.raises(NotPropagated, match="still answers for web"):
        scene.verify(plan, change, FORGOTTEN - 1)
    assert scene.verify(plan, change, FORGOTTEN).method == "dns"


def test_of_a_wildcard_with_several_answers_one_that_was_not_removed_is_none(
    scene: Removal,
) -> None:
    plan, change = scene.removed(RENAMED)
    scene.add(simple("*.ecs.internal", "CNAME", "other.example"))
    scene.answers[(SERVER, NAME, "CNAME")] = ("third.example",)

    assert scene.verify(plan, change).method == "dns"


def test_a_removed_wildcard_is_not_excused_by_its_own_answers(scene: Removal) -> None:
    wild = replace(RENAMED, name="*.shop.ecs.internal")
    plan, change = scene.removed(wild)
    scene.add(simple("*.ecs.internal", "CNAME", "other.example"))
    scene.below[SERVER, "shop.ecs.internal", "CNAME"] = (BALANCER,)

    with pytest.raises(NotPropagated, match="still answers for"):
        scene.verify(plan, change)


def test_at_the_apex_no_question_leaves_the_zone(scene: Removal) -> None:
    apex = replace(WEB, name="ecs.internal")
    plan, change = scene.removed(apex)
    scene.answers[(SERVER, "ecs.internal", "A")] = ("192.0.2.1",)
    beside = scene.aws.create_zone("internal", vpcs=("vpc-1",))
    scene.aws.edit(beside, ("CREATE", simple("*.internal", "A", "192.0.2.1")))
    with pytest.raises(NotPropagated, match=r"still answers for ecs\.internal"):
        scene.verify(plan, change)

    assert [name for name in scene.asked if not name.endswith("ecs.internal")] == []


@pytest.mark.parametrize("type_", ["A", "CNAME"])
def test_somebody_else_may_have_taken_a_removed_name(scene: Removal, type_: str) -> None:
    plan, change = scene.removed(WEB)
    scene.add(
        simple("note.ecs.internal", "A", "192.0.2.98"),
        simple(NAME, type_, {"A": "192.0.2.98", "CNAME": "note.ecs.internal"}[type_]),
    )

    assert scene.verify(plan, change).answers[0]["values"] == ["192.0.2.98"]


def test_a_wildcards_answer_in_a_cache_is_not_the_new_names(scene: Removal) -> None:
    scene.add(simple("*.ecs.internal", "A", "192.0.2.99"))
    plan = scene.plan(WEB)
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)
    scene.answers[(SERVER, NAME, "A")] = ("192.0.2.99",)

    with pytest.raises(NotPropagated, match="no address for web"):
        scene.verify(plan, change)
    del scene.answers[(SERVER, NAME, "A")]
    assert scene.verify(plan, change).method == "dns"


@pytest.mark.parametrize("was_there", [True, False])
def test_what_a_wildcard_answers_too_may_be_the_names_own(scene: Removal, was_there: bool) -> None:
    """Where the wildcard leads to the same load balancer, or the name was no wildcard's before."""
    scene.add(simple("*.ecs.internal", "A", "192.0.2.99") if was_there else SAME)
    before = (replace(WEB, alias=Alias("Z32O12XQLNTSW2", OTHER)),) if was_there else ()
    if before:
        scene.send(scene.plan(*before, text=None))
    plan = scene.plan(WEB, before=before)
    change = scene.send(plan)
    scene.clock.advance(PROPAGATION_SECONDS)
    if was_there:
        scene.answers[(SERVER, NAME, "A")] = ("192.0.2.99",)

    assert scene.verify(plan, change).method == "dns"


# --- who may witness it --------------------------------------------------------------------------


@pytest.fixture
def two(scene: Removal) -> Removal:
    """One sees the zone; one another VPC's zone of the same name, with the same SOA: all private
    zones have the same name servers.
    """
    scene.settings = replace(scene.settings, dns_servers=(SEEING, STRANGER))
    scene.aws.create_zone("ecs.internal", vpcs=("vpc-2",))
    scene.vpcs[STRANGER] = "vpc-2"
    soa = scene.aws.resolver(vpc="vpc-1").query("ecs.internal", "SOA")
    scene.answers[(STRANGER, "ecs.internal", "SOA")] = tuple(map(str.lower, soa))
    return scene


def with_neighbour(scene: Removal, at: str = "2026-11-24T12:00:00Z") -> RecordSet:
    """Another service's ledger in the zone, written at that time."""
    neighbour = ledger_of("shop", zone_id=scene.zone_id)
    text = ledger.from_txt(neighbour.values[0]).replace("at=2026-11-24T12:00:00Z", f"at={at}")
    assert f"at={at}" in text
    scene.add(simple(neighbour.name, "TXT", ledger.to_txt(text)))
    return neighbour


def test_who_sees_another_vpcs_zone_does_not_prove_a_removal(two: Removal) -> None:
    """Also where the one that sees the zone is down."""
    with_neighbour(two)
    plan, change = two.removed(WEB)

    assert two.verify(plan, change).servers == (SEEING,)
    two.silent.add(SEEING)
    with pytest.raises(ResolverUnreachable, match=f"{SEEING} is silent"):
        two.verify(plan, change)


def test_what_a_stranger_serves_does_not_keep_a_removal_from_being_proved(two: Removal) -> None:
    with_neighbour(two)
    plan, change = two.removed(WEB)
    two.answers[(STRANGER, LEDGER, "TXT")] = ("signpost=2 of the same service there",)
    two.answers[(STRANGER, NAME, "A")] = ("192.0.2.1",)

    assert two.verify(plan, change).servers == (SEEING,)


def test_a_silent_stranger_does_not_matter(two: Removal) -> None:
    with_neighbour(two)
    plan, change = two.removed(WEB)
    two.silent.add(STRANGER)

    assert two.verify(plan, change).method == "dns"


def test_where_no_other_ledger_tells_the_zones_apart_all_have_to_answer(two: Removal) -> None:
    plan, change = two.removed(WEB)

    assert two.verify(plan, change).servers == (SEEING, STRANGER)
    for one in (SEEING, STRANGER):
        two.silent = {one}
        with pytest.raises(ResolverUnreachable, match=f"{one} is silent"):
            two.verify(plan, change)


def test_who_refuses_to_speak_of_the_zone_has_answered(two: Removal) -> None:
    plan, change = two.removed(WEB)
    two.refusing.add(STRANGER)

    assert two.verify(plan, change).servers == (SEEING,)


def test_a_resolver_that_serves_the_removed_ledger_sees_the_zone(two: Removal) -> None:
    with_neighbour(two)
    plan, change = two.removed(WEB)
    two.answers[(STRANGER, LEDGER, "TXT")] = (OLD,)

    with pytest.raises(NotPropagated, match=f"{STRANGER} still answers for the ledger"):
        two.verify(plan, change)


def test_who_knows_no_zone_of_this_name_is_no_witness(scene: Removal) -> None:
    plan, change = scene.removed(WEB)
    scene.answers[(SERVER, "ecs.internal", "SOA")] = ()

    with pytest.raises(ResolverUnreachable, match=r"is seen to see the zone ecs\.internal"):
        scene.verify(plan, change)


def test_the_numbers_of_an_soa_may_be_older_ones(scene: Removal) -> None:
    plan, change = scene.removed(WEB)
    (soa,) = scene.aws.resolver(vpc="vpc-1").query("ecs.internal", "SOA")
    first, mailbox, *_ = soa.lower().split()
    scene.answers[(SERVER, "ecs.internal", "SOA")] = (f"{first} {mailbox} 9 9 9 9 9",)

    assert scene.verify(plan, change).method == "dns"


@pytest.mark.parametrize("at", ["young", "2026-11-24T12:00:00", "never"])
def test_a_ledger_that_a_resolver_may_not_know_yet_is_not_asked_for(
    scene: Removal, at: str
) -> None:
    """It would remember for long that there is none; and of some no time is known."""
    time = datetime.now(UTC).isoformat().replace("+00:00", "Z") if at == "young" else at
    neighbour = with_neighbour(scene, time.replace("+", "%2B"))
    plan, change = scene.removed(WEB)
    scene.verify(plan, change)

    assert neighbour.name not in scene.asked
