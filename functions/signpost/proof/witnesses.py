"""Witnesses of an absence: resolvers that are seen to see the zone.

A name that is gone is gone for whoever never saw it, too. All private zones have the same name
servers, and two of one name the same SOA; but what a ledger says is signed for one zone, and stands
in no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from signpost.aws import route53
from signpost.errors import LedgerCorrupt, ResolverUnreachable
from signpost.ledger import ledger
from signpost.model.record_set import RecordSet
from signpost.names.hostnames import is_in
from signpost.plan.batch import ZonePlan
from signpost.proof import fallback
from signpost.proof.asking import Ask
from signpost.proof.lookup import Server

_MARKS = 3
# A ledger that is younger is not asked for: a resolver that heard of it too early would remember
# for 15 minutes that it does not exist, and its own proof would wait for that.
_SETTLED = timedelta(minutes=15)


def seeing(client: Any, plan: ZonePlan, servers: Sequence[Server], ask: Ask) -> list[Server]:
    """The resolvers that see the zone, as they serve another ledger of it, or the removed one.

    Where it has no other ledger all of them have to answer, and those are meant that serve a zone
    of this name as Route 53 lists it. Raises ResolverUnreachable where there is none.
    """
    # In the order of Route 53, `_signpost` stands before all names that begin with a letter.
    page, _ = next(route53.pages_from(client, plan.zone.id, plan.zone.name))
    marks = _marks(plan, page)
    listed = next((one for one in page if one.type == "SOA" and not marks), None)
    removed = fallback.removed_texts(plan)
    found, silent = [], []
    for server in servers:
        try:
            if (
                removed & {*ask(server, plan.ledger_name, "TXT")}
                or any(text in ask(server, name, "TXT") for name, text in marks)
                or (listed and _serves(server, listed, ask))
            ):
                found.append(server)
        except ResolverUnreachable as error:
            if error.how != "refused":  # who refuses does not see the zone
                silent.append(error)
    if silent and not (marks and found):
        raise silent[0]
    if not found:
        raise ResolverUnreachable(
            f"None of the DNS servers {', '.join(server.name for server in servers)} is seen to "
            f"see the zone {plan.zone}, so that a name is gone there proves nothing."
        )
    return found


def _marks(plan: ZonePlan, page: Sequence[RecordSet]) -> list[tuple[str, str]]:
    """Other ledgers of the zone that have stood for a while: their names and texts."""
    subtree = f"{ledger.SUBTREE}.{plan.zone.name}"
    before = datetime.now(UTC) - _SETTLED
    return [
        (one.name, ledger.from_txt(one.values[0]))
        for one in page
        if one.type == "TXT" and is_in(one.name, subtree) and _stands_since(one, plan, before)
    ][:_MARKS]


def _stands_since(found: RecordSet, plan: ZonePlan, before: datetime) -> bool:
    try:
        return datetime.fromisoformat(ledger.read_any(found, plan.zone).at) <= before
    except (LedgerCorrupt, ValueError, TypeError):
        return False


def _serves(server: Server, listed: RecordSet, ask: Ask) -> bool:
    """Whether a server has the zone's SOA: its first name server and whose mailbox. The numbers
    after them may be older ones that it remembers.
    """
    begins = [name.removesuffix(".") for name in listed.values[0].lower().split()[:2]]
    return any(
        [name.removesuffix(".") for name in served.split()[:2]] == begins
        for served in ask(server, listed.name, "SOA")
    )
