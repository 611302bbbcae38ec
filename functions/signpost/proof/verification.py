"""Proof that a change is served: by DNS where it can be asked, else by Route 53's INSYNC.

A server is right when it serves the new ledger (which is written in the same atomic batch as the
names, so it tells old from new where two load balancers' addresses can't) and the names answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from signpost.aws import route53
from signpost.errors import (
    InvalidConfiguration,
    NotPropagated,
    RecordConflict,
    ResolverUnreachable,
    WrongAnswer,
    shortened,
)
from signpost.harmless import harmless
from signpost.ledger import ledger
from signpost.model import Json, packing
from signpost.model.record_set import RecordSet
from signpost.plan.batch import ZonePlan
from signpost.plan.room import DETAIL, SHOWN_VALUES
from signpost.proof import fallback, lookup
from signpost.proof.fallback import Made, Source
from signpost.proof.lookup import Server
from signpost.settings import Settings

# Of a multivalue name's record sets, an answer has at most so many (Route 53 Developer Guide,
# "Multivalue answer routing").
MULTIVALUE_ANSWERS = 8

METHODS = ("dns", "insync", "listed")  # the strongest first

Ask = Callable[[Server, str, str], tuple[str, ...]]


@dataclass(frozen=True)
class Proof:
    """How one zone's change was proved."""

    zone: str
    method: str  # dns, insync, or listed where there is no change to ask about
    detail: str
    servers: tuple[str, ...] = ()
    answers: tuple[Json, ...] = ()

    def to_json(self) -> Json:
        """For the receipt."""
        return {
            "zone": self.zone,
            "method": self.method,
            "detail": shortened(harmless(self.detail), DETAIL),
            "servers": list(self.servers),
            "answers": list(self.answers),
        }


def verify_zone(
    client: Any,
    plan: ZonePlan,
    change_id: str | None,
    settings: Settings,
    ask: Ask = lookup.ask,
    age: float = 0.0,
) -> Proof:
    """Prove that a zone serves its part of the plan.

    `client` is a boto3 `route53` client, `age` how many seconds ago Route 53 took the change.
    Raises NotPropagated or ResolverUnreachable where another attempt may see it, RecordConflict
    where another execution has changed the zone since, WrongAnswer where DNS settled on something
    else, and InvalidConfiguration.
    """
    if settings.verify_mode == "insync":
        return _in_sync(client, plan, change_id, "VerifyMode is insync.")
    try:
        servers = _servers(plan, settings)
        if servers:
            return _by_dns(client, plan, Made(change_id, age), servers, ask)
        why = "This function has no resolver that sees the private zone's VPC."
    except ResolverUnreachable as unreachable:
        if settings.verify_mode == "dns":
            raise
        why = str(unreachable)
    return _in_sync(client, plan, change_id, why)


def _servers(plan: ZonePlan, settings: Settings) -> list[Server]:
    """Whom to ask about a zone; nobody where no server sees it (never in VerifyMode dns)."""
    if not plan.zone.private:
        try:
            return lookup.authoritative(plan.zone.name_servers)
        except ResolverUnreachable:
            if not settings.dns_servers:
                raise
    if settings.dns_servers:
        return lookup.configured(settings.dns_servers)
    if settings.in_vpc:
        return lookup.of_the_system()
    if settings.verify_mode == "dns":
        raise InvalidConfiguration(
            f"VerifyMode is dns, but nothing here can ask about the private zone {plan.zone}: set "
            "VpcSubnetIds or DnsServers, or VerifyMode auto."
        )
    return []


def _in_sync(client: Any, plan: ZonePlan, change_id: str | None, why: str) -> Proof:
    _require_in_sync(client, plan, change_id)
    if change_id is None:
        detail = (
            "Route 53's answer to the removal was lost, so its INSYNC can't be asked for. Only "
            f"that the ledger is not listed any more was checked, not DNS. {why}"
        )
        return Proof(plan.zone.id, "listed", detail)
    detail = f"Only Route 53's INSYNC was checked, not DNS. {why}"
    return Proof(plan.zone.id, "insync", detail)


def _require_in_sync(client: Any, plan: ZonePlan, change_id: str | None) -> None:
    if change_id is not None:
        if not route53.is_in_sync(client, change_id):
            raise NotPropagated(f"Route 53 reports change {change_id} of {plan.zone.name} PENDING.")
    elif route53.find(client, plan.zone.id, plan.ledger_name, "TXT"):
        raise RecordConflict(f"{plan.ledger_name} exists again: another execution wrote it.")


def _by_dns(client: Any, plan: ZonePlan, made: Made, servers: Sequence[Server], ask: Ask) -> Proof:
    """Every one of a zone's own name servers must be right. Of resolvers, one: the others may
    see another VPC, with a zone of the same name of its own.
    """
    resolvers = any(server.caching for server in servers)
    if resolvers:
        # Asked too early, a resolver would remember "no such name" for up to 15 minutes.
        _require_in_sync(client, plan, made.id)
    right: dict[str, list[Json]] = {}
    others: dict[str, Source] = {}
    wrong: list[Exception] = []
    for server in servers:
        try:
            of_ledger = _check_ledger(client, plan, made, server, ask)
        except (NotPropagated, ResolverUnreachable) as error:
            # That a ledger is gone would be true of any zone: there, all have to agree.
            if not resolvers or (plan.ledger_text is None and isinstance(error, NotPropagated)):
                raise
            wrong.append(error)
            continue
        try:
            present = _check_present(plan, server, ask)
            gone, sources = _check_gone(client, plan, made, server, ask)
            right[server.name] = [*present, *gone]
            others |= sources | of_ledger
        except (NotPropagated, ResolverUnreachable, WrongAnswer) as error:
            if not resolvers:
                raise
            wrong.append(error)
    if not right:
        raise _most_telling(wrong)
    seen = "served the new ledger and the planned answers"
    if not plan.after:
        seen = "no longer served the ledger and the removed names"
    (*_, answers) = right.values()
    detail = f"{', '.join(right)} {seen}.{fallback.told(others, made)}"
    method = fallback.method(others, made)
    return Proof(plan.zone.id, method, detail, tuple(right), tuple(answers))


def _most_telling(errors: Sequence[Exception]) -> Exception:
    """The error of the resolver that came furthest: one that answers tells more than silence."""
    order = (WrongAnswer, NotPropagated, ResolverUnreachable)
    return min(errors, key=lambda error: order.index(type(error)))


def _check_ledger(
    client: Any, plan: ZonePlan, made: Made, server: Server, ask: Ask
) -> dict[str, Source]:
    """Of a removed ledger that is answered for still, who may do that."""
    served = ask(server, plan.ledger_name, "TXT")
    expected = () if plan.ledger_text is None else (plan.ledger_text,)
    if served == expected:
        return {}
    if made.id and not route53.is_in_sync(client, made.id):
        raise NotPropagated(f"{server.name} does not serve the new ledger {plan.ledger_name} yet.")
    stands = route53.find(client, plan.zone.id, plan.ledger_name, "TXT")
    written = None if plan.ledger_text is None else (ledger.to_txt(plan.ledger_text),)
    if (stands.values if stands else None) != written:
        raise RecordConflict(
            f"The ledger {plan.ledger_name} is not the one this execution wrote any more: another "
            "execution changed the service's names."
        )
    if who := fallback.source_of_ledger(plan, served, made):
        return {f"{plan.ledger_name} TXT": who}
    raise NotPropagated(f"{server.name} does not serve the new ledger {plan.ledger_name} yet.")


def _check_present(plan: ZonePlan, server: Server, ask: Ask) -> list[Json]:
    answers = [
        _Answer(planned, ask(server, planned.name, planned.type))
        for planned in packing.pack(plan.after)
    ]
    answering = {
        answer.planned.name
        for answer in answers
        if answer.values
        and not fallback.is_early(plan, answer.planned, answer.values, partial(ask, server))
    }
    before = {(record.name, record.type): record for record in packing.pack(plan.before)}
    for answer in answers:
        planned = answer.planned
        if planned.alias:
            # An ALIAS answers with the load balancer's addresses, whatever they are right now.
            if planned.name not in answering:
                raise NotPropagated(f"{server.name} has no address for {planned.name} yet.")
        elif not answer.is_of(planned):
            old = before.get((planned.name, planned.type))
            if answer.is_older(old) or fallback.is_early(
                plan, planned, answer.values, partial(ask, server)
            ):
                raise NotPropagated(f"{server.name} has the old answer for {planned.name}.")
            raise WrongAnswer(
                f"{server.name} answers {', '.join(answer.values)} for {planned.name} "
                f"{planned.type}; "
                f"planned was {planned.target}. Find out who serves this name there."
            )
    return [answer.to_json() for answer in answers]


@dataclass(frozen=True)
class _Answer:
    """What a server said for one name and type; `planned` has all answers that there may be."""

    planned: RecordSet
    values: tuple[str, ...]

    def is_of(self, record: RecordSet) -> bool:
        """Whether it is what the record set says: of several answers, those that fit into one."""
        possible = [value.lower().removesuffix(".") for value in record.values]
        if record.multivalue:
            enough = min(len(possible), MULTIVALUE_ANSWERS)
            return len(self.values) >= enough and set(self.values) <= set(possible)
        return self.values == tuple(sorted(possible))

    def is_older(self, old: RecordSet | None) -> bool:
        """Whether it may be from before the change, wholly or, of several answers, in part."""
        if not self.values or (old and (old.alias or self.is_of(old))):
            return True  # what an ALIAS answered is not known
        known = {*self.planned.values, *(old.values if old else ())}
        return self.planned.multivalue and set(self.values) <= known

    def to_json(self) -> Json:
        told = {
            "name": self.planned.name,
            "type": self.planned.type,
            "values": list(self.values[:SHOWN_VALUES]),
        }
        more = len(self.values[SHOWN_VALUES:])
        return {**told, "more": more} if more else told


def _check_gone(
    client: Any, plan: ZonePlan, made: Made, server: Server, ask: Ask
) -> tuple[list[Json], dict[str, Source]]:
    """The answers for what was removed, and who answers for names that the zone has not."""
    kept = {(record.name, record.type) for record in plan.after}
    # Where a CNAME has taken a name's place, every other type answers through it.
    renamed = {record.name for record in plan.after if record.type == "CNAME"}
    gone = [
        record
        for record in packing.pack(plan.before)
        if (record.name, record.type) not in kept and record.name not in renamed
    ]
    answers, sources = [], {}
    for record in gone:
        values = ask(server, record.name, record.type)
        answers.append(_Answer(record, values).to_json())
        if not values:
            continue
        if _is_wildcard(record, server, ask) and fallback.is_own_wildcard(client, plan, record):
            continue
        if route53.find(client, plan.zone.id, record.name, record.type):
            continue  # somebody else has made a record of this name since
        who = fallback.source(client, plan, record, values, made, partial(ask, server))
        if who is None:
            raise NotPropagated(f"{server.name} still answers for {record.name} {record.type}.")
        sources[f"{record.name} {record.type}"] = who
    return answers, sources


def _is_wildcard(record: RecordSet, server: Server, ask: Ask) -> bool:
    """Whether a wildcard answers for the removed name: then any other name has an answer too."""
    nobody = hashlib.sha256(record.name.encode()).hexdigest()[:20]
    parent = record.name.partition(".")[2]
    return bool(ask(server, f"signpost-{nobody}.{parent}", record.type))
