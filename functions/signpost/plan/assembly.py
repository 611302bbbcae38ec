"""Puts a plan together: batches with their ledgers, what is still to be proved, and the receipt's
before and after. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from signpost.errors import ServiceNotFound
from signpost.ledger import ledger as ledgers
from signpost.ledger.ledger import TOLD, Ledger, key_of
from signpost.model.refused import Refused, digest
from signpost.names.placement import Desired
from signpost.plan.batch import ZonePlan
from signpost.plan.feasible import names_of
from signpost.plan.part import Part
from signpost.plan.reasons import decide, is_unknown, misspelt
from signpost.plan.rounds import Written
from signpost.plan.situation import Situation
from signpost.plan.whole_plan import Plan
from signpost.plan.zone_changes import moves
from signpost.plan.zone_reading import Found
from signpost.settings import Settings

# "Generally within 60 seconds" a change is on all servers (Route 53 API Reference,
# "ChangeResourceRecordSets").
SETTLED_SECONDS = 60


def with_notes(parts: Sequence[Part], note: str, *, writes: bool) -> Sequence[Part]:
    """Where no ledger is written that stays, and one has to be, the first of these is written once
    more: a ledger that goes takes with it what leads to this execution, and what is refused is
    noted (`note`) as soon as it is told.
    """
    goes = any(part.ledger and not part.changes.after for part in parts)
    stay = [part for part in parts if part.changes.after and not part.zone.linked_service]
    is_due = goes or (writes and note and not any(p.ledger and p.ledger.told == note for p in stay))
    if not is_due or not stay or any(part.needs_batch for part in stay):
        return parts
    return [replace(part, notes=part is stay[0]) for part in parts]


def lost_its_answer(found: Found, written: Written | None, situation: Situation) -> bool:
    """Whether this execution has written a ledger, and knows no change to ask INSYNC of."""
    answered = written and written.sent.change_id
    return _is_by(situation.execution, found.state.ledger) and not answered


def _is_by(execution: str, ledger: Ledger | None) -> bool:
    return ledger is not None and ledger.execution == execution


def assemble(
    parts: Sequence[Part],
    done: Mapping[str, Written],
    desired: Desired,
    refused: Sequence[Refused],
    situation: Situation,
    settings: Settings,
) -> Plan:
    """The plan: batches for the parts that need one, and proofs of what earlier rounds wrote."""
    changing = sorted((part for part in parts if part.needs_batch), key=lambda part: part.rank)
    # Running tasks can serve; what a load balancer can is to be seen.
    leads = {p.zone.id: p.load_balancer.id for p in desired.placements if p.load_balancer}
    note = digest(refused)
    batches = [
        replace(
            _batch(part, done.get(part.zone.id), note, situation, settings),
            waits_for=leads.get(part.zone.id) if moves(part.changes, part.ledger) else None,
            comes_last=not part.changes.after and any(one.changes.creates for one in changing),
        )
        for part in changing
    ]
    balancers = dict.fromkeys(one.waits_for for one in batches if one.waits_for)
    proofs = [
        proof
        for part in parts
        if not part.needs_batch
        for proof in _proof(part, done.get(part.zone.id), situation)
    ]
    is_asked = situation.trigger.kind == "manual" and not situation.is_dry(settings)
    if is_asked and not batches and not proofs and not done:  # whoever asks wants to know
        served = [_as_it_is(part) for part in parts if _is_settled(part, situation)]
    else:
        served = []
    settled = {zone.zone.id for zone in (*batches, *proofs)}
    overtaken = {zone: one for zone, one in done.items() if zone not in settled}
    action, reason = decide(parts, bool(proofs), overtaken, desired, situation, settings)
    if action == "none" and served:
        action = "prove"
    unknown = action == "none" and is_unknown(parts, situation)
    if refused and action == "none":
        reason = f"{reason} What is refused was told before: see refused."
    if balancers and situation.is_dry(settings):
        reason += " A run waits first until the load balancer can serve."
    return Plan(
        action="skip" if unknown else action,
        reason=misspelt(situation) if unknown else reason,
        error=ServiceNotFound.__name__ if unknown else None,
        dry_run=situation.is_dry(settings) and not done,
        wait_for_readiness=bool(balancers),
        load_balancers=tuple(balancers),
        zones=(*batches, *proofs, *(served if action == "prove" else ())),
        before={
            part.zone.id: done[part.zone.id].plan.before
            if part.zone.id in done
            else part.changes.before
            for part in parts
        },
        after={
            part.zone.id: overtaken[part.zone.id].plan.after
            if part.zone.id in overtaken
            else part.changes.after
            for part in parts
        },
        warnings=desired.warnings,
        previous_execution=situation.earlier.previous if done else _latest(parts, situation),
        written=tuple(done.values()),
        policy=settings.policy,
        refused=tuple(refused),
    )


def _batch(
    part: Part, written: Written | None, note: str, situation: Situation, settings: Settings
) -> ZonePlan:
    """The batch: the ledger's own record goes first, so that a lost race is refused by it."""
    changes, found = part.changes, part.found
    text = ledger_text(part, note, situation, settings) if changes.after else None
    deletes = [*([found.ledger_record] if found.ledger_record else []), *found.replaced]
    creates = [ledgers.record_set(found.ledger_name, text)] if text else []
    creates += [found.aside] if found.aside else []
    released, claimed = _claims(part)
    return ZonePlan(
        zone=part.zone,
        ledger_name=found.ledger_name,
        ledger_text=text,
        before=written.plan.before if written else changes.before,
        after=changes.after,
        changes=(
            *(("DELETE", record) for record in (*deletes, *changes.deletes)),
            *(("CREATE", record) for record in (*creates, *changes.creates)),
        ),
        previous=written.plan.previous if written else _previous(part.ledger, situation),
        released=released,
        claimed=claimed,
    )


def _claims(part: Part) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names whose claims a batch deletes, and those whose claims it creates. Where they were
    not read, each name that the ledger lists has one.
    """
    changes, whose = part.changes, part.found.state.claimed
    after = {record.name for record in changes.after}
    touched = {record.name for record in (*changes.deletes, *changes.creates)}
    if whose is None:
        standing, others = names_of(part.ledger), set()
    else:
        standing = {name for name, owner in whose.items() if not owner}
        others = whose.keys() - standing
    renewed = touched & after & standing
    released = (standing - after) | renewed
    claimed = (after - standing - others) | renewed
    return tuple(sorted(released)), tuple(sorted(claimed))


def _is_settled(part: Part, situation: Situation) -> bool:
    """Whether it has a ledger whose own execution is not proving it right now."""
    if not part.ledger or not part.found.ledger_record:
        return False
    try:
        age = situation.now - datetime.fromisoformat(part.ledger.at)
    except (TypeError, ValueError):
        return True
    return age.total_seconds() >= SETTLED_SECONDS


def _as_it_is(part: Part) -> ZonePlan:
    """What is to be proved of a zone that does not change."""
    record, changes = part.found.ledger_record, part.changes
    text = ledgers.from_txt(record.values[0]) if record else None
    return ZonePlan(part.zone, part.found.ledger_name, text, changes.after, changes.after, ())


def _proof(part: Part, written: Written | None, situation: Situation) -> list[ZonePlan]:
    """What an earlier round has written and nobody has changed since is still to be proved."""
    if written is None:
        return []
    record = part.found.ledger_record
    if record and _is_by(situation.execution, part.ledger):
        text = ledgers.from_txt(record.values[0])
        return [replace(written.plan, after=part.changes.after, ledger_text=text)]
    return [written.plan] if record is None and written.plan.ledger_text is None else []


def ledger_text(part: Part, note: str, situation: Situation, settings: Settings) -> str:
    """The ledger that a part is to have; `note` is the digest of what is refused and told. Raises
    InvalidConfiguration where there is no room.
    """
    kept = [word for word in (part.ledger.notes if part.ledger else ()) if key_of(word) != TOLD]
    return ledgers.render(
        Ledger(
            installation=settings.installation,
            region=settings.region,
            cluster=situation.service.cluster,
            service=situation.service.name,
            execution=situation.execution,
            previous=_previous(part.ledger, situation),
            at=situation.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            record_sets=part.changes.after,
            notes=(*kept, *([f"{TOLD}={note}"] if note else [])),
        ),
        zone=part.zone,
        name=part.found.ledger_name,
        seal=situation.seal,
    )


def _previous(ledger: Ledger | None, situation: Situation) -> str | None:
    """The execution before this one, also when an earlier round of this one wrote the ledger."""
    if ledger is None:
        return None
    return ledger.previous if ledger.execution == situation.execution else ledger.execution


def _latest(parts: Sequence[Part], situation: Situation) -> str | None:
    """Of the zones' ledgers, the last one tells the execution before this one: so a chain of
    receipts leads through all of them, whichever zones each has changed.
    """
    written = [(part.ledger.at, part.needs_batch, part.ledger) for part in parts if part.ledger]
    return _previous(max(written, key=lambda one: one[:2])[2], situation) if written else None
