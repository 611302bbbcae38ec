"""Proofs in a private zone whose missing names are asked for in public DNS."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from signpost.errors import NotPropagated, WrongAnswer
from signpost.ledger import ledger
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost.plan.batch import ZonePlan
from signpost.proof.lookup import Server
from tests.support.proving import BALANCER, LEDGER, PROPAGATION_SECONDS, RENAMED, WEB, Scene
from tests.support.route53 import simple

SERVER = "192.0.2.53"
NAME = "web.ecs.internal"
LONG_AGO = 60 + 300.0
NO_LONGER = 600.0  # is waited, whatever the TTL
UNTOLD = "answers as before. The zone has no such name any more"
OTHERS = '"signpost=2 of the public zone"'
FROM_PUBLIC = "answers from public DNS now, as the zone's public DNS fallback is on"


class Split(Scene):
    """A private zone with fallback, and a public one of the same name."""

    def __init__(self) -> None:
        super().__init__()
        vpcs = ("vpc-1",)
        self.zone_id = self.aws.create_zone("ecs.internal", vpcs=vpcs, public_fallback=True)
        self.zone = Zone(self.zone_id, "ecs.internal", True, vpcs, public_fallback=True)
        self.aws.zones[0].vpcs = (("us-east-1", "vpc-2"),)  # the scene's own is seen elsewhere
        self.public = self.aws.create_zone("ecs.internal")

    def publish(self, type_: str = "A", value: str = "203.0.113.9", name: str = NAME) -> None:
        """Put a record into the public zone."""
        self.aws.edit(self.public, ("CREATE", simple(name, type_, value)))

    def removed(self, *before: RecordSet) -> tuple[ZonePlan, str]:
        """A service's names and ledger are gone, everywhere."""
        self.send(self.plan(*before, text="old"))
        plan = self.plan(before=before, text=None)
        gone = ("DELETE", ledger.record_set(LEDGER, "old"))
        plan = replace(plan, changes=(gone, *plan.changes))
        change = self.send(plan)
        self.clock.advance(PROPAGATION_SECONDS)
        return plan, change


@pytest.fixture
def split() -> Iterator[Split]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        yield Split()


@pytest.mark.parametrize("record", [WEB, RENAMED], ids=["alias", "CNAME"])
def test_a_removed_name_that_public_dns_answers_for_is_proved_and_the_proof_says_so(
    split: Split, record: RecordSet
) -> None:
    values = {"A": "203.0.113.9", "CNAME": "other.example."}
    plan, change = split.removed(record)
    split.publish(record.type, values[record.type])

    proof = split.verify(plan, change)

    assert proof.method == "dns"
    assert f"{NAME} {record.type} {FROM_PUBLIC}" in proof.detail
    assert proof.answers[0]["values"] == [values[record.type].removesuffix(".")]


def test_a_removed_name_that_nobody_answers_for_is_just_gone(split: Split) -> None:
    plan, change = split.removed(WEB)

    assert "public DNS" not in split.verify(plan, change).detail


def test_without_fallback_such_an_answer_proves_nothing(split: Split) -> None:
    plan, change = split.removed(WEB)
    split.publish()
    plan = replace(plan, zone=replace(plan.zone, public_fallback=False))

    with pytest.raises(NotPropagated, match="still answers"):
        split.verify(plan, change, LONG_AGO)


@pytest.mark.parametrize("record", [WEB, RENAMED], ids=["alias", "CNAME"])
def test_an_old_answer_in_a_cache_is_not_taken_for_public_dns(
    split: Split, record: RecordSet
) -> None:
    """Until no cache can hold it any more: then public DNS says the same as the zone did."""
    plan, change = split.removed(record)
    old = split.ask(Server(SERVER, SERVER), BALANCER, "A") if record.alias else (BALANCER,)
    split.answers[(SERVER, NAME, record.type)] = old

    with pytest.raises(NotPropagated, match="still answers"):
        split.verify(plan, change, LONG_AGO - 1)
    assert FROM_PUBLIC in split.verify(plan, change, LONG_AGO).detail


def test_what_a_load_balancer_that_is_gone_had_answered_can_not_be_told(split: Split) -> None:
    plan, change = split.removed(WEB)
    split.publish()
    split.aws.load_balancers.gone.add(BALANCER)

    with pytest.raises(NotPropagated, match="still answers"):
        split.verify(plan, change)
    assert FROM_PUBLIC in split.verify(plan, change, LONG_AGO).detail


def test_a_name_with_other_records_left_is_not_asked_for_in_public_dns(split: Split) -> None:
    plan, change = split.removed(WEB)
    split.aws.edit(split.zone_id, ("CREATE", simple(NAME, "TXT", '"theirs"')))
    split.answers[(SERVER, NAME, "A")] = ("203.0.113.9",)

    with pytest.raises(NotPropagated, match="still answers"):
        split.verify(plan, change, LONG_AGO)


def test_the_public_zones_ledger_is_not_the_removed_one(split: Split) -> None:
    """The same service has a name in both zones, and its ledgers stand at the same place."""
    split.aws.edit(split.public, ("CREATE", simple(LEDGER, "TXT", '"of the public zone"')))
    plan, change = split.removed(WEB)

    proof = split.verify(plan, change)

    assert (proof.method, f"{LEDGER} TXT {FROM_PUBLIC}" in proof.detail) == ("dns", True)


def test_the_removed_ledger_in_a_cache_is_waited_for(split: Split) -> None:
    plan, change = split.removed(WEB)
    split.answers[(SERVER, LEDGER, "TXT")] = ("old",)

    with pytest.raises(NotPropagated, match="ledger"):
        split.verify(plan, change, LONG_AGO)


def test_a_new_ledger_is_not_proved_by_the_public_zones(split: Split) -> None:
    split.send(split.plan(WEB, text="old"))
    plan = split.plan(WEB, before=(WEB,))
    gone = ("DELETE", ledger.record_set(LEDGER, "old"))
    plan = replace(plan, changes=(gone, *plan.changes))
    change = split.send(plan)
    split.clock.advance(PROPAGATION_SECONDS)
    split.answers[(SERVER, LEDGER, "TXT")] = ("of the public zone",)

    with pytest.raises(NotPropagated, match="ledger"):
        split.verify(plan, change, LONG_AGO)


def test_of_a_ledger_that_an_earlier_round_removed_only_time_tells(split: Split) -> None:
    split.aws.edit(split.public, ("CREATE", simple(LEDGER, "TXT", OTHERS)))
    plan, change = split.removed(WEB)
    plan = replace(plan, changes=())

    with pytest.raises(NotPropagated, match="ledger"):
        split.verify(plan, change, LONG_AGO - 1)
    assert split.verify(plan, change, LONG_AGO).method == "dns"


@pytest.mark.parametrize(
    ("record", "early"),
    [(WEB, ("203.0.113.9",)), (RENAMED, ("other.example",))],
    ids=["alias", "CNAME"],
)
def test_a_new_name_that_public_dns_answered_for_before_is_a_matter_of_time(
    split: Split, record: RecordSet, early: tuple[str, ...]
) -> None:
    plan = split.plan(record)
    change = split.send(plan)
    split.clock.advance(PROPAGATION_SECONDS)
    split.answers[(SERVER, NAME, record.type)] = early

    with pytest.raises(NotPropagated, match=NAME):
        split.verify(plan, change)
    del split.answers[(SERVER, NAME, record.type)]
    assert split.verify(plan, change).method == "dns"


def test_a_wrong_answer_for_a_name_that_was_there_stays_one(split: Split) -> None:
    split.send(split.plan(RENAMED, text=None))
    plan = split.plan(replace(RENAMED, ttl=30), before=(RENAMED,))
    change = split.send(plan)
    split.clock.advance(PROPAGATION_SECONDS)
    split.answers[(SERVER, NAME, "CNAME")] = ("elsewhere.example",)

    with pytest.raises(WrongAnswer, match="elsewhere"):
        split.verify(plan, change)


def test_of_many_names_the_proof_tells_the_first(split: Split) -> None:
    records = tuple(replace(RENAMED, name=f"{one}.ecs.internal") for one in "abc")
    plan, change = split.removed(*records)
    for record in records:
        split.publish("CNAME", "other.example.", record.name)

    detail = split.verify(plan, change).detail

    assert "a.ecs.internal CNAME, b.ecs.internal CNAME and 1 more answer from public DNS" in detail


def test_with_a_long_ttl_it_is_told_that_a_cache_may_answer_before_the_retries_end(
    split: Split,
) -> None:
    record = replace(RENAMED, ttl=86_400)
    plan, change = split.removed(record)
    split.publish("CNAME", BALANCER)

    with pytest.raises(NotPropagated, match="still answers"):
        split.verify(plan, change, NO_LONGER - 1)
    proof = split.verify(plan, change, NO_LONGER)

    assert proof.method == "insync"
    assert f"{NAME} CNAME {UNTOLD}, as Route 53 says INSYNC: public DNS or a cache" in proof.detail
    assert FROM_PUBLIC in split.verify(plan, change, 86_400 + 300).detail


def test_a_removal_whose_answer_was_lost_is_proved_by_what_route53_lists(split: Split) -> None:
    plan, _ = split.removed(RENAMED)
    split.publish("CNAME", BALANCER)

    proof = split.verify(plan, None)

    assert proof.method == "listed"
    assert f"{NAME} CNAME {UNTOLD}, as Route 53 lists" in proof.detail


def test_a_name_that_the_zone_lists_is_not_gone_however_long_that_takes(split: Split) -> None:
    plan, change = split.removed(RENAMED)
    split.aws.edit(split.zone_id, ("CREATE", simple(NAME, "TXT", '"theirs"')))
    split.answers[(SERVER, NAME, "CNAME")] = (BALANCER,)

    for lost_or_not in (None, change):
        with pytest.raises(NotPropagated, match="still answers"):
            split.verify(plan, lost_or_not, NO_LONGER)


def test_of_a_ledger_whose_removals_answer_was_lost_route53s_list_decides(split: Split) -> None:
    split.aws.edit(split.public, ("CREATE", simple(LEDGER, "TXT", OTHERS)))
    plan, _ = split.removed(WEB)

    proof = split.verify(replace(plan, changes=()), None)

    assert proof.method == "listed"
    assert f"{LEDGER} TXT {UNTOLD}" in proof.detail


def test_the_wildcard_of_public_dns_is_told(split: Split) -> None:
    plan, change = split.removed(WEB)
    split.publish(name="*.ecs.internal")

    assert f"{NAME} A {FROM_PUBLIC}" in split.verify(plan, change).detail


def test_a_wildcard_of_public_dns_proves_no_old_answer_in_a_cache(split: Split) -> None:
    plan, change = split.removed(WEB)
    old = split.ask(Server(SERVER, SERVER), BALANCER, "A")
    split.publish(name="*.ecs.internal")
    split.answers[(SERVER, NAME, "A")] = old

    with pytest.raises(NotPropagated, match="still answers"):
        split.verify(plan, change)


@pytest.mark.parametrize("name", ["*.ecs.internal", "*.shop.ecs.internal"])
def test_the_zones_own_wildcard_is_not_taken_for_public_dns(split: Split, name: str) -> None:
    below = replace(RENAMED, name="web.shop.ecs.internal")
    plan, change = split.removed(below)
    split.aws.edit(split.zone_id, ("CREATE", simple(name, "CNAME", BALANCER)))

    proof = split.verify(plan, change)

    assert proof.answers[0]["values"] == [BALANCER]
    assert "public DNS" not in proof.detail


def test_a_cname_at_the_zones_own_wildcard_answers_for_every_type(split: Split) -> None:
    plan, change = split.removed(WEB)
    split.aws.edit(
        split.zone_id,
        ("CREATE", simple("others.ecs.internal", "A", "192.0.2.99")),
        ("CREATE", simple("*.ecs.internal", "CNAME", "others.ecs.internal")),
    )

    proof = split.verify(plan, change)

    assert proof.answers[0]["values"] == ["192.0.2.99"]
    assert "no longer served the ledger and the removed names" in proof.detail
    assert "public DNS" not in proof.detail


def test_a_wildcard_of_the_zone_for_another_type_proves_no_old_answer(split: Split) -> None:
    plan, change = split.removed(WEB)
    old = split.ask(Server(SERVER, SERVER), BALANCER, "A")
    split.aws.edit(split.zone_id, ("CREATE", simple("*.ecs.internal", "TXT", '"theirs"')))
    asked = split.ask
    split.ask = lambda *one: old if one[2] == "A" else asked(*one)  # type: ignore[method-assign]

    with pytest.raises(NotPropagated, match="still answers for web"):
        split.verify(plan, change)
