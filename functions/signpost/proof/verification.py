"""Proof that a change is served: by DNS where it can be asked, else by Route 53's INSYNC.

A server is right when it serves the new ledger (which is written in the same atomic batch as the
names, so it tells old from new where two load balancers' addresses can't) and the names answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from signpost.aws import route53
from signpost.errors import (
    InvalidConfiguration,
    NotPropagated,
    ResolverUnreachable,
    WrongAnswer,
    shortened,
)
from signpost.harmless import harmless
from signpost.model import Json, packing
from signpost.plan.batch import ZonePlan
from signpost.plan.room import DETAIL
from signpost.proof import absence, fallback, lookup, settled, wildcards, witnesses
from signpost.proof.answers import Answer
from signpost.proof.asking import Ask, Asking
from signpost.proof.fallback import Made, Source
from signpost.proof.lookup import Server
from signpost.settings import Settings

METHODS = ("dns", "insync", "listed")  # the strongest first

# So often VerifyRecord is tried before a server that can't be reached is done without: for about
# two minutes, mostly longer than a change takes to be INSYNC and DNS's bad moments last.
PATIENT_ATTEMPTS = 10


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
    attempt: int = 0,
) -> Proof:
    """Prove that a zone serves its part of the plan, also where there was nothing to change in it.

    `client` is a boto3 `route53` client, `age` how many seconds ago Route 53 took the change,
    `attempt` how often this was tried before. Raises NotPropagated or ResolverUnreachable where
    another attempt may see it, RecordConflict where another execution has changed the zone since,
    WrongAnswer where DNS settled on something else, and InvalidConfiguration.
    """
    if settings.verify_mode == "insync":
        return _in_sync(client, plan, change_id, "VerifyMode is insync.")
    asking = ask if isinstance(ask, Asking) else Asking(ask)
    try:
        servers = _servers(plan, settings, asking)
        if servers:
            made = Made(change_id, age)
            return _by_dns(client, plan, made, servers, asking, attempt)
        why = "This function has no resolver that sees the private zone's VPC."
    except ResolverUnreachable as unreachable:
        if settings.verify_mode == "dns" or attempt < PATIENT_ATTEMPTS:
            raise
        why = f"{unreachable} That was the last of {attempt + 1} attempts."
    return _in_sync(client, plan, change_id, why)


def _servers(plan: ZonePlan, settings: Settings, asking: Asking) -> list[Server]:
    """Whom to ask about a zone; nobody where no server sees it (never in VerifyMode dns)."""
    if not plan.zone.private:
        try:
            seconds = asking.left(lookup.FINDING_SECONDS)
            return lookup.authoritative(plan.zone.name_servers, plan.zone.name, seconds)
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
    settled.require_settled(client, plan, change_id)
    if change_id is not None:
        detail = f"Only Route 53's INSYNC was checked, not DNS. {why}"
        return Proof(plan.zone.id, "insync", detail)
    if plan.ledger_text is None:
        detail = (
            "Route 53's answer to the removal was lost, so its INSYNC can't be asked for. Only "
            f"that the ledger is not listed any more was checked, not DNS. {why}"
        )
    else:
        detail = (
            "There is no change whose INSYNC could be asked for. Only that Route 53 lists the "
            f"ledger as it should be was checked, not DNS. {why}"
        )
    return Proof(plan.zone.id, "listed", detail)


def _by_dns(
    client: Any,
    plan: ZonePlan,
    made: Made,
    servers: Sequence[Server],
    ask: Asking,
    attempt: int,
) -> Proof:
    """Every one of a zone's own name servers that answers must be right. Of resolvers, one: the
    others may see another VPC, with a zone of the same name of its own.
    """
    resolvers = any(server.caching for server in servers)
    if resolvers:
        # Asked too early, a resolver would remember "no such name" for up to 15 minutes.
        settled.require_settled(client, plan, made.id)
        if made.id is None:
            settled.require_old_enough(plan)
    ask.ahead([(server, *question) for question in _questions(plan) for server in servers])
    if resolvers and plan.ledger_text is None:
        servers = witnesses.seeing(client, plan, servers, ask)
    right: dict[str, list[Json]] = {}
    others: dict[str, Source] = {}
    wrong: list[Exception] = []
    silent: dict[str, ResolverUnreachable] = {}
    for server in servers:
        try:
            of_ledger = _check_ledger(client, plan, made, server, ask)
            present = _check_present(plan, server, ask)
            gone, sources = absence.check(client, plan, made, server, ask)
            right[server.name] = [*present, *gone]
            others |= sources | of_ledger
        except ResolverUnreachable as error:
            silent[server.name] = error
        except (NotPropagated, WrongAnswer) as error:
            # Of a removal, whoever sees the zone has to agree.
            if not resolvers or plan.ledger_text is None:
                raise
            wrong.append(error)
    if not right:
        raise _most_telling([*wrong, *silent.values()])
    if silent and not resolvers:
        if attempt < PATIENT_ATTEMPTS:
            raise next(iter(silent.values()))
        settled.require_settled(client, plan, made.id)
    (*_, answers) = right.values()
    detail = f"{', '.join(right)} {_seen(plan)}.{fallback.told(others, made)}"
    if silent and not resolvers:
        detail += f" {', '.join(silent)} gave no answer in the last of {attempt + 1} attempts."
    method = fallback.method(others, made)
    return Proof(plan.zone.id, method, detail, tuple(right), tuple(answers))


def _questions(plan: ZonePlan) -> list[tuple[str, str]]:
    """What every server is asked in any case, names and types."""
    records = [*packing.pack(plan.after), *absence.removed(plan)]
    return [(plan.ledger_name, "TXT"), *((one.name, one.type) for one in records)]


def _seen(plan: ZonePlan) -> str:
    if plan.ledger_text is None:
        return "no longer served the ledger and the removed names"
    if not plan.changes:
        return "served the ledger and the names as they stand"
    return "served the new ledger and the planned answers"


def _most_telling(errors: Sequence[Exception]) -> Exception:
    """The error of the resolver that came furthest: one that answers tells more than silence."""
    order = (WrongAnswer, NotPropagated, ResolverUnreachable)
    return min(errors, key=lambda error: order.index(type(error)))


def _check_ledger(
    client: Any, plan: ZonePlan, made: Made, server: Server, ask: Ask
) -> dict[str, Source]:
    """Of a removed ledger that is answered for still, who may do that."""
    served = ask(server, plan.ledger_name, "TXT")
    if served == (() if plan.ledger_text is None else (plan.ledger_text,)):
        return {}
    not_yet = NotPropagated(
        f"{server.name} does not serve the ledger {plan.ledger_name} as it was written yet."
        if plan.ledger_text is not None
        else f"{server.name} still answers for the ledger {plan.ledger_name}."
    )
    if made.id and not route53.is_in_sync(client, made.id):
        raise not_yet
    settled.require_ledger(client, plan)
    who = absence.of_ledger(client, plan, served, made)
    if who is None:
        raise not_yet
    return who


def _check_present(plan: ZonePlan, server: Server, ask: Ask) -> list[Json]:
    answers = [
        Answer(planned, ask(server, planned.name, planned.type))
        for planned in packing.pack(plan.after)
    ]
    answering = {
        answer.planned.name
        for answer in answers
        if answer.values and not _is_early(plan, answer, server, ask)
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
            if answer.is_older(old) or _is_early(plan, answer, server, ask):
                raise NotPropagated(f"{server.name} has the old answer for {planned.name}.")
            raise WrongAnswer(
                f"{server.name} answers {', '.join(answer.values)} for {planned.name} "
                f"{planned.type}; "
                f"planned was {planned.target}. Find out who serves this name there."
            )
    return [answer.to_json() for answer in answers]


def _is_early(plan: ZonePlan, answer: Answer, server: Server, ask: Ask) -> bool:
    """Whether a resolver has an answer still from before a name was there."""
    if not server.caching:
        return False
    return any(
        ways.is_early(plan, answer.planned, answer.values, partial(ask, server))
        for ways in (fallback, wildcards)
    )
