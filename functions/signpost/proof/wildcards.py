"""Wildcards: what a zone says for a name that it does not have."""

from __future__ import annotations

import hashlib
from typing import Any

from signpost.model.record_set import RecordSet
from signpost.plan.batch import ZonePlan
from signpost.proof import fallback
from signpost.proof.fallback import AskOne, Made


def stands_in(
    client: Any,
    plan: ZonePlan,
    record: RecordSet,
    values: tuple[str, ...],
    made: Made,
    ask: AskOne,
) -> bool:
    """Whether a wildcard of the zone's answers for a removed name, and not what was removed."""
    wild = _answer(plan, record, ask)
    if not wild or not fallback.is_own_wildcard(client, plan, record):
        return False
    if {*wild} & {*values}:
        return True
    if record.alias:
        # A wildcard with a routing policy has several answers; only time tells an ALIAS's old one.
        return made.age >= fallback.FORGOTTEN_ALIAS
    return not fallback.values_of(record) & {*values}


def is_early(plan: ZonePlan, planned: RecordSet, values: tuple[str, ...], ask: AskOne) -> bool:
    """Whether a resolver still has a wildcard's answer for a name that is new."""
    if planned.name in {one.name for one in plan.before}:
        return False
    is_wild = bool({*_answer(plan, planned, ask)} & {*values})
    return is_wild and not fallback.may_be_own(planned, values, ask)


def _answer(plan: ZonePlan, record: RecordSet, ask: AskOne) -> tuple[str, ...]:
    """What a wildcard says in a name's place: what a neighbour of it has that nobody made. For a
    zone's apex none stands in; and of a wildcard that was removed the neighbour is one level up,
    where it can't answer itself.
    """
    name = record.name.removeprefix("*.")
    if name == plan.zone.name:
        return ()
    nobody = hashlib.sha256(record.name.encode()).hexdigest()[:20]
    return ask(f"signpost-{nobody}.{name.partition('.')[2]}", record.type)
