"""The parts of a plan, zone by zone, without what can't be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from typing import Any

from signpost.aws.delegations import cuts_above
from signpost.errors import HeldByPolicy, InvalidConfiguration
from signpost.model.record_set import RecordSet
from signpost.model.refused import Refused
from signpost.names.hostnames import is_in
from signpost.plan.assembly import ledger_text, lost_its_answer
from signpost.plan.feasible import Wanted, is_closed, settle
from signpost.plan.part import Part
from signpost.plan.rounds import Written
from signpost.plan.situation import Situation
from signpost.plan.zone_changes import RecordChanges, Rules, keep, plan_zone, restate
from signpost.plan.zone_limits import hindrances, new_names
from signpost.plan.zone_reading import Found
from signpost.settings import Settings

_NOTE = "0" * 16  # as long as the digest of what is refused


def parts_of(
    client: Any,
    found: Sequence[Found],
    wanted: Wanted,
    done: Mapping[str, Written],
    unfit: Set[str],
    refused: Sequence[Refused],
    situation: Situation,
    settings: Settings,
) -> tuple[list[Part], list[Refused]]:
    """What changes in each zone, and all that is refused: what is known to be, and what turns out
    to be taken, delegated, managed by others, or without room in a ledger.

    `client` is a boto3 `route53` client. Raises what `cuts_above` raises.
    """
    rules = Rules(settings.policy, settings.adopt_identical)
    make = partial(_parts, found, wanted, done, unfit, situation, rules)
    everything = [one for one in refused if one.zone is one.name is None]
    if settings.policy == "dry-run" and done and not everything:
        held = HeldByPolicy("Policy is dry-run by now, so this was not written.")
        everything.append(Refused.of(held, final=True))
    parts, known = make([one for one in refused if one not in everything])
    parts, known = make([*known, *_in_zones(everything, parts, known)])
    for limits in (partial(_cuts, client, situation), partial(_full, situation, settings)):
        changing = [
            part for part in parts if part.needs_batch and not is_closed(part.zone.id, known)
        ]
        more = [one for part in changing for one in limits(part)]
        if more:
            parts, known = make([*known, *more])
    return parts, known


def kept(parts: Sequence[Part], wanted: Wanted) -> list[str]:
    """Sentences about names that stay in the place of such as can't be."""
    said = []
    for part in parts:
        names = {record.name for record in wanted.get(part.zone.id, ())}
        stay = sorted({record.name for record in part.changes.after} - names)
        if stay and names:
            said.append(f"In zone {part.zone} the service keeps {', '.join(stay)} for that.")
    return said


def _parts(
    found: Sequence[Found],
    wanted: Wanted,
    done: Mapping[str, Written],
    unfit: Set[str],
    situation: Situation,
    rules: Rules,
    refused: Sequence[Refused],
) -> tuple[list[Part], list[Refused]]:
    by_id = {one.state.zone.id: one for one in found}

    def plan(zone_id: str, records: tuple[RecordSet, ...], alone: Set[str]) -> RecordChanges:
        state = by_id[zone_id].state
        if situation.service.keeps(zone_id, unfit):
            return keep(state.ledger)
        return plan_zone(state, records, rules, alone)

    ledgers = {zone_id: one.state.ledger for zone_id, one in by_id.items()}
    changes, known = settle(wanted, refused, ledgers, plan)
    parts = []
    for zone_id, one in by_id.items():
        change = changes[zone_id]
        if not change and lost_its_answer(one, done.get(zone_id), situation):
            change = restate(change.after)
        parts.append(Part(one, change))
    return parts, known


def _in_zones(
    everything: Sequence[Refused], parts: Sequence[Part], refused: Sequence[Refused]
) -> list[Refused]:
    """What is refused as a whole, for each zone that would change."""
    changing: list[str | None] = [
        p.zone.id for p in parts if p.needs_batch and not is_closed(p.zone.id, refused)
    ]
    return [replace(one, zone=zone_id) for one in everything[:1] for zone_id in changing or [None]]


def _cuts(client: Any, situation: Situation, part: Part) -> list[Refused]:
    """Nothing is refused from memory: a delegation may be gone since."""
    zone, place = part.zone, part.found.ledger_name
    fresh = situation.trigger.reads_records
    names = [] if zone.linked_service else new_names(part.changes, part.ledger, place)
    cuts = cuts_above(client, zone, names, fresh=fresh) if names else {}
    if cuts and not fresh:
        hidden = [name for name in names if any(is_in(name, cut) for cut in cuts)]
        cuts = cuts_above(client, zone, hidden, fresh=True)
    return hindrances(zone, names, place, cuts)


def _full(situation: Situation, settings: Settings, part: Part) -> list[Refused]:
    try:
        if part.changes.after:
            ledger_text(part, _NOTE, situation, settings)
    except InvalidConfiguration as error:
        return [Refused.of(error, zone=part.zone.id)]
    return []
