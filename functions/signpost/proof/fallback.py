"""Public DNS fallback of a private zone: which answer is the zone's, and which public DNS's.

A name that the zone lacks altogether is asked for in public DNS (Route 53 Developer Guide, "Public
DNS fallback for private hosted zones"). So a removed name may go on answering, and a new one may
still have public DNS's answer in a resolver's cache. An answer does not say where it comes from; it
is the zone's own, perhaps an old one, where it says what the record set says or might have said.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from signpost.aws import route53
from signpost.ledger import ledger
from signpost.model.record_set import RecordSet
from signpost.plan.batch import ZonePlan

_ALIAS_TTL = 60  # seconds, of a load balancer's addresses (Elastic Load Balancing's documentation)
# That a change takes at most to come to all of Route 53's servers: "generally within 60 seconds"
# (Route 53 API Reference, "ChangeResourceRecordSets"), and room for more.
_SPREADING = 300
_NAMED = 2  # names in a sentence

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
    return not _may_be_own(planned, values, ask)


def stands_in(
    client: Any,
    plan: ZonePlan,
    record: RecordSet,
    values: tuple[str, ...],
    made: Made,
    ask: AskOne,
) -> bool:
    """Whether public DNS answers for a removed name: the zone has nothing of that name any more,
    and the answer is none that it may have given, or that one is too old to be remembered.
    """
    if not plan.zone.public_fallback or route53.at_name(client, plan.zone.id, record.name):
        return False
    return _is_forgotten(record, made) or not _may_be_own(record, values, ask)


def is_anothers_ledger(plan: ZonePlan, served: tuple[str, ...], made: Made) -> bool:
    """Whether what is served for a removed ledger is one of a public zone of the same name: its
    text is another, as a seal is of one zone.
    """
    if not plan.zone.public_fallback or plan.ledger_text is not None:
        return False
    old = [one for kind, one in plan.changes if (kind, one.name) == ("DELETE", plan.ledger_name)]
    if old:
        return served != (ledger.from_txt(old[0].values[0]),)
    return _is_forgotten(ledger.record_set(plan.ledger_name, ""), made)


def told(names: Sequence[str]) -> str:
    """What a proof says of removed names that public DNS answers for; empty without any."""
    if not names:
        return ""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    verb = "answer" if len(names) > 1 else "answers"
    return (
        f" {', '.join(names[:_NAMED])}{more} {verb} from public DNS now, as the zone's public DNS "
        "fallback is on."
    )


def _may_be_own(record: RecordSet, values: tuple[str, ...], ask: AskOne) -> bool:
    """Whether a record set may have given an answer: of an ALIAS, as its load balancer answers now,
    or anything where that does not answer.
    """
    if record.alias:
        addresses = ask(record.alias.dns_name, record.type)
        return not addresses or bool({*addresses} & {*values})
    return bool({value.lower().removesuffix(".") for value in record.values} & {*values})


def _is_forgotten(record: RecordSet, made: Made) -> bool:
    """Whether no cache can hold a removed record set any more."""
    ttl = _ALIAS_TTL if record.alias else record.ttl or 0
    return made.age >= ttl + _SPREADING
