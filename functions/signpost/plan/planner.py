"""Makes the plan of an execution: reads the zones, and decides what has to change in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from signpost.errors import ServiceNotFound, ZoneNotFound
from signpost.ledger import ledger as ledgers
from signpost.ledger.ledger import Ledger
from signpost.model.zone import Zone
from signpost.names.permitted import forbidden, limit
from signpost.names.placement import Desired
from signpost.plan import resigning, wished
from signpost.plan.batch import ZonePlan
from signpost.plan.part import Part
from signpost.plan.possible import hindrances_of, possible, without
from signpost.plan.reasons import decide, is_unknown, misspelt
from signpost.plan.rounds import Written
from signpost.plan.situation import Situation
from signpost.plan.whole_plan import Plan
from signpost.plan.zone_changes import Rules, keep, moves, plan_zone, restate
from signpost.plan.zone_reading import Found, read_zone
from signpost.settings import Settings


def make_plan(client: Any, zones: Sequence[Zone], situation: Situation, settings: Settings) -> Plan:
    """Work out what has to change; changes nothing.

    `client` is a boto3 `route53` client. Raises what `wished.desired`, `limit`, `read_zone`,
    `plan_zone` and `without` raise, RoutingUnread, and InvalidConfiguration where a ledger has no
    room.
    """
    if situation.trigger.resign:
        return _resign(client, zones, situation, settings)
    try:
        asked = wished.desired(situation, zones, settings)
    except ZoneNotFound:  # for these load balancers; another way to it may have one
        if any(one.state.ledger for one in _read(client, zones, Desired(()), situation, settings)):
            wished.require_read(situation, "has names, and load balancers that no zone can take")
        raise
    found = _read(client, zones, asked, situation, settings)
    ledgered = [one.state.ledger for one in found if one.state.ledger]
    listed = [record for ledger in ledgered for record in ledger.record_sets]
    again = wished.desired(situation, zones, settings, listed)
    if again.placements != asked.placements:  # a limit had left out what it has
        asked, found = again, _read(client, zones, again, situation, settings)
    if wished.in_doubt(found, asked, situation) and situation.service.doubt:
        asked = replace(asked, warnings=(*asked.warnings, situation.service.left_alone))
    held = {
        one.state.zone.id: {record.name for record in one.state.ledger.record_sets}
        for one in found
        if one.state.ledger
    }
    desired = limit(asked, held, situation.service, situation.hostnames)
    wanted = {place.zone.id: place.record_sets for place in desired.placements}
    found = [replace(one, wanted=wanted.get(one.state.zone.id, ())) for one in found]
    done = situation.earlier.done(
        {one.state.zone.id: one.state.ledger for one in found}, situation.execution
    )
    rules = Rules(settings.policy, settings.adopt_identical)
    parts = [
        _plan_part(one, done.get(one.state.zone.id), desired.unfit, situation, rules)
        for one in found
    ]
    if hindrances := hindrances_of(client, parts, situation):
        desired = without(desired, hindrances, parts)
        parts = possible(parts, desired, hindrances, rules)
    return _assemble(_note_removals(parts), done, desired, situation, settings)


def _resign(client: Any, zones: Sequence[Zone], situation: Situation, settings: Settings) -> Plan:
    """The plan of a run that signs ledgers anew, and changes nothing else."""
    wished.require_read(situation, "signs what it would get today")
    asked = replace(wished.desired(situation, zones, settings), asked={})
    desired = limit(asked, {}, situation.service, situation.hostnames)
    wanted = {place.zone.id: place.record_sets for place in desired.placements}
    looked = [
        resigning.look(client, zone, wanted.get(zone.id, ()), situation, settings)
        for zone in resigning.concerned(zones, situation)
    ]
    now = {one.found.state.zone.id: one.found.state.ledger for one in looked}
    done = situation.earlier.done(now, situation.execution)
    parts = [
        Part(
            one.found,
            one.changes,
            notes=bool(one.found.replaced)
            or _lost_its_answer(one.found, done.get(one.found.state.zone.id), situation),
        )
        for one in looked
    ]
    plan = _assemble(parts, done, desired, situation, settings)
    signed = ", ".join(dict.fromkeys(name for one in looked for name in one.signed))
    reason = f"Signs {signed or 'nothing'} anew."
    if done and not signed:
        reason = "An earlier round has signed anew; that is proved."
    left = tuple(f"Left unsigned: {why}" for one in looked for why in one.left)
    return replace(plan, reason=reason, warnings=(*plan.warnings, *left))


def _read(
    client: Any,
    zones: Sequence[Zone],
    desired: Desired,
    situation: Situation,
    settings: Settings,
) -> list[Found]:
    """All zones. A name that may not be taken may be one that the service has already."""
    wanted = {place.zone.id: place.record_sets for place in desired.placements}
    doubtful = {
        place.zone.id
        for place in desired.placements
        if forbidden(place, situation.service, situation.hostnames)
    }
    first_of_new = situation.trigger.creates and situation.round == 1
    return [
        read_zone(
            client,
            zone,
            wanted.get(zone.id, ()),
            situation,
            settings,
            may_own=not first_of_new or zone.id in doubtful or situation.is_dry(settings),
        )
        for zone in zones
    ]


def _plan_part(
    found: Found, written: Written | None, unfit: Set[str], situation: Situation, rules: Rules
) -> Part:
    if situation.service.keeps(found.state.zone.id, unfit):
        changes = keep(found.state.ledger)
    else:
        changes = plan_zone(found.state, found.wanted, rules)
    if not changes and _lost_its_answer(found, written, situation):
        changes = restate(changes.after)
    return Part(found, changes)


def _lost_its_answer(found: Found, written: Written | None, situation: Situation) -> bool:
    """Whether this execution has written a ledger, and knows no change to ask INSYNC of."""
    answered = written and written.sent.change_id
    return _is_by(situation.execution, found.state.ledger) and not answered


def _note_removals(parts: Sequence[Part]) -> Sequence[Part]:
    """A ledger that goes takes with it what leads to this execution. Where the service keeps
    another one that would stay as it is, that one is written once more: it is the link.
    """
    goes = any(part.ledger and not part.changes.after for part in parts)
    stay = [part for part in parts if part.changes.after and not part.zone.linked_service]
    if not goes or not stay or any(part.needs_batch for part in stay):
        return parts
    return [replace(part, notes=part is stay[0]) for part in parts]


def _is_by(execution: str, ledger: Ledger | None) -> bool:
    return ledger is not None and ledger.execution == execution


def _assemble(
    parts: Sequence[Part],
    done: Mapping[str, Written],
    desired: Desired,
    situation: Situation,
    settings: Settings,
) -> Plan:
    changing = sorted((part for part in parts if part.needs_batch), key=lambda part: part.rank)
    # Running tasks can serve; what a load balancer can is to be seen.
    waiting = {part.zone.id for part in changing if moves(part.changes, part.ledger)}
    balancers = dict.fromkeys(
        place.load_balancer.id
        for place in desired.placements
        if place.load_balancer and place.zone.id in waiting
    )
    batches = [_batch(part, done.get(part.zone.id), situation, settings) for part in changing]
    proofs = [
        proof
        for part in parts
        if not part.needs_batch
        for proof in _proof(part, done.get(part.zone.id), situation)
    ]
    settled = {zone.zone.id for zone in (*batches, *proofs)}
    overtaken = {zone: one for zone, one in done.items() if zone not in settled}
    action, reason = decide(parts, bool(proofs), overtaken, desired, situation, settings)
    unknown = action == "none" and is_unknown(parts, situation)
    if balancers and situation.is_dry(settings):
        reason += " A run waits first until the load balancer can serve."
    return Plan(
        action="skip" if unknown else action,
        reason=misspelt(situation) if unknown else reason,
        error=ServiceNotFound.__name__ if unknown else None,
        dry_run=situation.is_dry(settings),
        wait_for_readiness=bool(balancers),
        load_balancers=tuple(balancers),
        zones=(*batches, *proofs),
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
    )


def _batch(
    part: Part, written: Written | None, situation: Situation, settings: Settings
) -> ZonePlan:
    """The batch: the ledger's own record goes first, so that a lost race is refused by it."""
    changes, found = part.changes, part.found
    text = _ledger_text(part, situation, settings) if changes.after else None
    deletes = [*([found.ledger_record] if found.ledger_record else []), *found.replaced]
    creates = [ledgers.record_set(found.ledger_name, text)] if text else []
    creates += [found.aside] if found.aside else []
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
    )


def _proof(part: Part, written: Written | None, situation: Situation) -> list[ZonePlan]:
    """What an earlier round has written and nobody has changed since is still to be proved."""
    if written is None:
        return []
    record = part.found.ledger_record
    if record and _is_by(situation.execution, part.ledger):
        text = ledgers.from_txt(record.values[0])
        return [replace(written.plan, after=part.changes.after, ledger_text=text)]
    return [written.plan] if record is None and written.plan.ledger_text is None else []


def _ledger_text(part: Part, situation: Situation, settings: Settings) -> str:
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
            notes=part.ledger.notes if part.ledger else (),
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
