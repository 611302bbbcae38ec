"""Public DNS fallback of a private zone: which answer is the zone's, and which public DNS's.

A name that the zone lacks altogether is asked for in public DNS (Route 53 Developer Guide, "Public
DNS fallback for private hosted zones"). So a removed name may go on answering, and a new one may
still have public DNS's answer in a resolver's cache. An answer does not say where it comes from; it
is the zone's own, perhaps an old one, where it says what the record set says or might have said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from signpost.aws import route53
from signpost.errors import ResolverUnreachable
from signpost.ledger import ledger
from signpost.model.record_set import RecordSet
from signpost.plan.batch import ZonePlan

_ALIAS_TTL = 60  # seconds, of a load balancer's addresses (Elastic Load Balancing's documentation)
# That a change takes at most to come to all of Route 53's servers: "generally within 60 seconds"
# (Route 53 API Reference, "ChangeResourceRecordSets"), and room for more.
_SPREADING = 300
# So long is waited at most for a cache to forget, whatever the TTL: less than VerifyRecord is tried
# for (statemachine/service_change.asl.json).
_LONGEST = 600
FORGOTTEN_ALIAS = _ALIAS_TTL + _SPREADING
_NAMED = 2  # names in a sentence


class Source(Enum):
    """Who answers for a name that the zone does not have any more."""

    PUBLIC = "public DNS"
    UNKNOWN = "public DNS, or a cache that remembers the zone's answer"


AskOne = Callable[[str, str], tuple[str, ...]]  # a server's values of a name and type


@dataclass(frozen=True)
class Made:
    """A change as Route 53 has taken it: its id, if the answer came, and how many seconds ago."""

    id: str | None
    age: float = 0.0


def is_early(plan: ZonePlan, planned: RecordSet, values: tuple[str, ...], ask: AskOne) -> bool:
    """Whether a name that is new has an answer of public DNS still, from before it was there."""
    if not plan.zone.public_fallback or planned.name in {one.name for one in plan.before}:
        return False
    return not may_be_own(planned, values, ask)


def source(
    client: Any,
    plan: ZonePlan,
    record: RecordSet,
    values: tuple[str, ...],
    made: Made,
    ask: AskOne,
) -> Source | None:
    """Who answers for a removed name of which the zone has nothing any more; None where the answer
    may be the zone's own, and waiting may tell.
    """
    if not plan.zone.public_fallback or route53.at_name(client, plan.zone.id, record.name):
        return None
    if not may_be_own(record, values, ask):
        return Source.PUBLIC
    return _source_by_age(record, made)


def is_own_wildcard(client: Any, plan: ZonePlan, record: RecordSet) -> bool:
    """Whether a wildcard that answers for a removed name is the zone's, not public DNS's."""
    if not plan.zone.public_fallback:
        return True
    parents = record.name.removesuffix(f".{plan.zone.name}").split(".")[1:]
    above = [".".join(["*", *parents[begin:], plan.zone.name]) for begin in range(len(parents) + 1)]
    return any(
        {one.type for one in route53.at_name(client, plan.zone.id, name)} & {record.type, "CNAME"}
        for name in above
    )


def source_of_ledger(plan: ZonePlan, served: tuple[str, ...], made: Made) -> Source | None:
    """Who answers for a removed ledger that the zone has not any more: a public zone of the same
    name has other texts, as a seal is of one zone.
    """
    if not plan.zone.public_fallback or plan.ledger_text is not None:
        return None
    if old := removed_texts(plan):
        return None if old & {*served} else Source.PUBLIC
    return _source_by_age(ledger.record_set(plan.ledger_name, ""), made)


def removed_texts(plan: ZonePlan) -> set[str]:
    """What the ledger said that the batch deletes; empty where the plan has none."""
    return {
        ledger.from_txt(value)
        for kind, one in plan.changes
        if (kind, one.name) == ("DELETE", plan.ledger_name)
        for value in one.values
    }


def method(sources: Mapping[str, Source], made: Made) -> str:
    """How a zone is proved by servers that are right, but for such answers: where one may come from
    a cache, by no more than what Route 53 says.
    """
    if Source.UNKNOWN not in sources.values():
        return "dns"
    return "insync" if made.id else "listed"


def told(sources: Mapping[str, Source], made: Made) -> str:
    """What a proof says of removed names that are answered for still; empty without any."""
    public = [name for name, who in sources.items() if who is Source.PUBLIC]
    unknown = [name for name, who in sources.items() if who is Source.UNKNOWN]
    sentences = ""
    if public:
        sentences += (
            f" {_answering(public)} from public DNS now, as the zone's public DNS fallback is on."
        )
    if unknown:
        by = "says INSYNC" if made.id else "lists"
        sentences += (
            f" {_answering(unknown)} as before. The zone has no such name any more, as Route 53 "
            f"{by}: public DNS or a cache answers."
        )
    return sentences


def _answering(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more} {'answer' if len(names) > 1 else 'answers'}"


def may_be_own(record: RecordSet, values: tuple[str, ...], ask: AskOne) -> bool:
    """Whether a record set may have given an answer: of an ALIAS, as its load balancer answers now,
    or anything where that does not answer.
    """
    if not record.alias:
        return bool(values_of(record) & {*values})
    try:
        addresses = ask(record.alias.dns_name, record.type)
    except ResolverUnreachable:
        return True  # a server that knows nothing but the zone
    return not addresses or bool({*addresses} & {*values})


def values_of(record: RecordSet) -> set[str]:
    """A record set's values as servers answer them."""
    return {value.lower().removesuffix(".") for value in record.values}


def forgotten_after(record: RecordSet) -> float:
    """After how many seconds no cache can hold a removed record set any more."""
    return FORGOTTEN_ALIAS if record.alias else (record.ttl or 0) + _SPREADING


def _source_by_age(record: RecordSet, made: Made) -> Source | None:
    """Whose an answer is that the record set may have given, by the time since its removal: public
    DNS's as soon as no cache can hold the zone's. Of a change whose answer was lost no time is
    known.
    """
    if made.age >= forgotten_after(record):
        return Source.PUBLIC
    return Source.UNKNOWN if made.id is None or made.age >= _LONGEST else None
