"""Whether what was removed is gone, by what a server says in its place: an answer for a removed
name is not always what was removed, and no answer is not always its absence (`witnesses`).
"""

from __future__ import annotations

from functools import partial
from typing import Any

from signpost.aws import route53
from signpost.errors import NotPropagated
from signpost.ledger import ledger
from signpost.model import Json, packing
from signpost.model.record_set import RecordSet
from signpost.plan.batch import ZonePlan
from signpost.proof import fallback, wildcards
from signpost.proof.answers import Answer
from signpost.proof.asking import Ask
from signpost.proof.fallback import Made, Source
from signpost.proof.lookup import Server


def removed(plan: ZonePlan) -> list[RecordSet]:
    """What must not be answered for any more."""
    kept = {(record.name, record.type) for record in plan.after}
    # Where a CNAME has taken a name's place, every other type answers through it.
    renamed = {record.name for record in plan.after if record.type == "CNAME"}
    return [
        record
        for record in packing.pack(plan.before)
        if (record.name, record.type) not in kept and record.name not in renamed
    ]


def check(
    client: Any, plan: ZonePlan, made: Made, server: Server, ask: Ask
) -> tuple[list[Json], dict[str, Source]]:
    """The answers for what was removed, and who answers for names that the zone has not. Raises
    NotPropagated where that may be the zone, as it was.
    """
    answers, sources = [], {}
    ask_one = partial(ask, server)
    for record in removed(plan):
        values = ask(server, record.name, record.type)
        answers.append(Answer(record, values).to_json())
        if not values or wildcards.stands_in(client, plan, record, values, made, ask_one):
            continue
        there = {one.type for one in route53.at_name(client, plan.zone.id, record.name)}
        if there & {record.type, "CNAME"}:
            continue  # somebody else has made a record of this name since
        who = fallback.source(client, plan, record, values, made, ask_one)
        if who is None:
            raise NotPropagated(f"{server.name} still answers for {record.name} {record.type}.")
        sources[f"{record.name} {record.type}"] = who
    return answers, sources


def of_ledger(
    client: Any, plan: ZonePlan, served: tuple[str, ...], made: Made
) -> dict[str, Source] | None:
    """Who answers for a removed ledger that Route 53 does not list any more, where that is neither
    the zone itself nor a wildcard of it; None where the removed one may still be served.
    """
    if plan.ledger_text is not None:
        return None
    old = fallback.removed_texts(plan)
    record = ledger.record_set(plan.ledger_name, "")
    name = f"{plan.ledger_name} TXT"
    if not old & {*served} and not any(map(ledger.is_one, served)):
        if fallback.is_own_wildcard(client, plan, record):
            return {}
        return {name: Source.PUBLIC}
    if plan.zone.public_fallback:
        who = fallback.source_of_ledger(plan, served, made)
        return {name: who} if who else None
    # An older text of it, or that of a service's in another zone of this name.
    is_forgotten = made.age >= fallback.forgotten_after(record)
    return {} if old and not old & {*served} and is_forgotten else None
