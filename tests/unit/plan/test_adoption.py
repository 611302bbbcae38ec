"""What may be taken over: what says the same in another spelling; of the rest it is told in what it
differs.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.errors import HostnameTaken
from signpost.model.record_set import Alias, RecordSet
from signpost.names.task_placement import answer
from signpost.plan.zone_changes import RecordChanges, Rules, ZoneState, moves, plan_zone
from tests.support.zones import PROD

NAME = "web.ecs.internal"
LB = "web-1.eu-west-1.elb.amazonaws.com"
FOUR = RecordSet(NAME, "A", alias=Alias("ZLB", LB))
SIX = replace(FOUR, type="AAAA")
CNAME = RecordSet(NAME, "CNAME", 60, (LB,))
ONE, TWO, THREE = (answer(NAME, "A", 60, f"10.0.0.{number}") for number in (1, 2, 3))


def plan(*there: RecordSet, wanted: tuple[RecordSet, ...], adopts: bool = True) -> RecordChanges:
    observed = {record.key: record for record in there}
    return plan_zone(ZoneState(PROD, None, observed), wanted, Rules("sync", adopts))


def refusal(*there: RecordSet, wanted: tuple[RecordSet, ...], adopts: bool = True) -> str:
    with pytest.raises(HostnameTaken) as taken:
        plan(*there, wanted=wanted, adopts=adopts)
    return str(taken.value)


def aliased(record: RecordSet, name: str = LB, *, health: bool = False) -> RecordSet:
    return replace(record, alias=Alias("ZLB", name, health))


spelt = st.sampled_from([LB, LB.upper(), f"dualstack.{LB}", f"Dualstack.{LB}", f"{LB}."])


@given(st.lists(st.tuples(spelt, st.sampled_from([FOUR, SIX])), min_size=1))
def test_a_load_balancer_is_one_target_however_it_is_spelt(
    given: list[tuple[str, RecordSet]],
) -> None:
    there = {record.key: aliased(record, name) for name, record in given}.values()

    changes = plan(*there, wanted=(FOUR, SIX))

    assert set(changes.deletes) == set(changes.adopted) == set(there)
    assert changes.creates == (FOUR, SIX)
    assert not moves(changes, None)


@given(spelt)
def test_the_target_of_a_cname_too(name: str) -> None:
    there = replace(CNAME, values=(name,))
    assert plan(there, wanted=(CNAME,)).deletes == (there,)


# --- several answers


@pytest.mark.parametrize(
    "there",
    [
        (ONE, TWO),
        (replace(ONE, set_identifier="task-a"), replace(TWO, set_identifier="task-b")),
        (replace(TWO, set_identifier=ONE.set_identifier), TWO),
        (ONE,),
    ],
    ids=["as ours", "other identifiers", "another's identifier", "one of them"],
)
def test_all_answers_of_a_name_are_adopted_together(there: tuple[RecordSet, ...]) -> None:
    changes = plan(*there, wanted=(ONE, TWO))

    assert set(changes.deletes) == set(changes.adopted) == set(there)
    assert changes.creates == (ONE, TWO)


@pytest.mark.parametrize("strange", [THREE, replace(TWO, ttl=61), replace(TWO, routing="H=1")])
def test_one_answer_that_is_not_wanted_keeps_the_others(strange: RecordSet) -> None:
    assert str(strange) in refusal(ONE, strange, wanted=(ONE, TWO))


def test_identical_answers_are_told_to_be_so() -> None:
    assert "It says just what" in refusal(ONE, TWO, wanted=(ONE, TWO, THREE), adopts=False)


def test_an_address_type_that_is_not_wanted_is_in_the_way_of_a_new_name() -> None:
    assert f"AAAA alias to dualstack.{LB}" in refusal(
        FOUR, aliased(SIX, f"dualstack.{LB}"), wanted=(FOUR,)
    )


# --- what differs


@pytest.mark.parametrize("adopts", [True, False])
@pytest.mark.parametrize(
    ("there", "wanted", "told"),
    [
        (replace(CNAME, ttl=300), CNAME, "CNAME differs only in TTL (300, not 60): set sign"),
        (replace(ONE, ttl=5), ONE, "A differs only in TTL (5, not 60): set signpost:ttl=5, "),
        (aliased(FOUR, health=True), FOUR, "only in EvaluateTargetHealth: turn it off there, "),
        (replace(CNAME, ttl=300), FOUR, "form: set signpost:record=cname, set signpost:ttl=300, "),
        (aliased(FOUR, f"dualstack.{LB}"), CNAME, "form: set signpost:record=alias, "),
        (
            replace(CNAME, set_identifier="blue", routing="Weight=1"),
            CNAME,
            "routing (Weight=1): make it a simple record set, ",
        ),
        (
            replace(CNAME, ttl=5, routing="HealthCheckId=x"),
            CNAME,
            "TTL (5, not 60) and routing (HealthCheckId=x): set signpost:ttl=5, make it a simple ",
        ),
        (
            replace(ONE, set_identifier=None, multivalue=False),
            ONE,
            "routing (simple): make it one of several answers, ",
        ),
        (
            aliased(replace(FOUR, routing="Weight=1"), f"dualstack.{LB}"),
            FOUR,
            "A differs only in routing (Weight=1): make",
        ),
    ],
)
def test_what_leads_to_the_same_target_is_told_with_what_differs(
    there: RecordSet, wanted: RecordSet, told: str, adopts: bool
) -> None:
    said = refusal(there, wanted=(wanted,), adopts=adopts)

    assert told in said
    assert "then AdoptIdentical=true takes it over. Remove them, or" in said


@pytest.mark.parametrize(
    "there",
    [
        (replace(CNAME, values=("other.example",)),),
        (aliased(FOUR, health=True), aliased(SIX, "other.example")),
        (SIX,),
    ],
    ids=["another target", "one of two", "only another type"],
)
def test_what_leads_elsewhere_is_not_told_to_differ(there: tuple[RecordSet, ...]) -> None:
    assert "differs only" not in refusal(*there, wanted=(FOUR,))


def test_of_two_that_differ_alike_each_is_told() -> None:
    told = refusal(*(aliased(one, health=True) for one in (FOUR, SIX)), wanted=(FOUR, SIX))
    assert "A differs only" in told
    assert "AAAA differs only" in told
