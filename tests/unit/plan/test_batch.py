"""A zone's part of a plan in the payload: nothing is lost, each record set stands there once."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from signpost.ledger import ledger
from signpost.ledger.words import order
from signpost.model import packing
from signpost.model.record_set import Alias, RecordSet
from signpost.names.task_placement import answer
from signpost.plan.batch import ZonePlan
from tests.support.zones import PROD

LEDGER = f"web.prod.signpost-0123abcd._signpost.{PROD.name}"
names = st.sampled_from(["", "web.", "api.", "*.", "a.b."]).map(lambda part: part + PROD.name)
types = st.sampled_from(["A", "AAAA", "CNAME"])
# As somebody may have written them by hand: what goes has to be told to the letter.
texts = st.sampled_from(["10.0.0.1", "10.0.0.2", "2001:DB8::1", "2001:db8:0::1", "LB.example."])
with_values = st.builds(
    RecordSet,
    name=names,
    type=types,
    ttl=st.sampled_from([0, 60, 300]),
    values=st.lists(texts, min_size=1, max_size=3).map(tuple),
    set_identifier=st.sampled_from([None, "one", "@"]),
    multivalue=st.just(False),
)
aliases = st.builds(
    RecordSet,
    name=names,
    type=types,
    alias=st.builds(Alias, st.just("Z1"), st.sampled_from(["lb.x", "LB.y"]), st.booleans()),
)
answers = st.builds(
    answer, names, types, st.sampled_from([60, 300]), st.sampled_from(["10.0.0.1", "10.0.0.2"])
)


def side(records: list[RecordSet]) -> tuple[RecordSet, ...]:
    """As Route 53 has them: each key once, in order."""
    return tuple(sorted({record.key: record for record in records}.values(), key=order))


sides = st.lists(with_values | aliases | answers, max_size=8).map(side)


@given(before=sides, after=sides, deleted=sides, created=sides, kept=st.booleans())
def test_it_comes_back_to_the_letter_and_in_order(
    before: tuple[RecordSet, ...],
    after: tuple[RecordSet, ...],
    deleted: tuple[RecordSet, ...],
    created: tuple[RecordSet, ...],
    kept: bool,
) -> None:
    old = [ledger.record_set(name, f"text of {name}") for name in (LEDGER, f"other-{LEDGER}")]
    new = [ledger.record_set(LEDGER, "new")] if kept else []
    plan = ZonePlan(
        PROD,
        LEDGER,
        "new" if kept else None,
        before,
        after,
        (
            *(("DELETE", record) for record in (*old, *deleted)),
            *(("CREATE", record) for record in (*new, *created)),
        ),
        "run-0",
    )
    through = ZonePlan.from_json(json.loads(json.dumps(plan.to_json())))
    assert through == replace(plan, zone=replace(PROD, vpcs=()))
    proof = replace(plan, changes=())
    assert ZonePlan.from_json(proof.to_json()).changes == ()


def test_a_record_set_stands_there_once_with_those_that_say_the_same() -> None:
    alias = Alias("Z1", "lb.example")
    there = tuple(
        RecordSet(f"{n}.{PROD.name}", t, alias=alias) for n in "ab" for t in ("A", "AAAA")
    )
    new = RecordSet(f"c.{PROD.name}", "A", alias=alias)
    plan = ZonePlan(PROD, LEDGER, "t", there, (*there, new), (("CREATE", new),))

    assert plan.to_json()["records"] == [
        {"is": "before after", "names": ["a", "b"], "types": ["A", "AAAA"]} | packed(alias),
        {"is": "after created", "names": ["c"], "types": ["A"]} | packed(alias),
    ]


def packed(alias: Alias) -> dict[str, object]:
    (entry,) = packing.grouped([RecordSet(PROD.name, "A", alias=alias)], PROD.name)
    return {"alias": entry["alias"]}
