"""What of a plan its zones can do: the rest is left out with a warning, or fails by name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from signpost.aws.delegations import cuts_above
from signpost.model.record_set import RecordSet
from signpost.names.hostnames import is_in
from signpost.names.placement import Desired
from signpost.plan.part import Part
from signpost.plan.situation import Situation
from signpost.plan.zone_changes import Rules, keep, plan_zone
from signpost.plan.zone_limits import Hindrance, hindrance, leave_out, new_names


def hindrances_of(client: Any, parts: Sequence[Part], situation: Situation) -> list[Hindrance]:
    """Of zones that are to change: what others can't do concerns nobody here.

    `client` is a boto3 `route53` client. Raises what `cuts_above` raises.
    """
    fresh = situation.trigger.reads_records
    changing = [part for part in parts if part.needs_batch]
    return [found for part in changing if (found := _hindrance(client, part, fresh=fresh))]


def _hindrance(client: Any, part: Part, *, fresh: bool) -> Hindrance | None:
    """Nothing is refused from memory: a delegation may be gone since."""
    zone, place = part.zone, part.found.ledger_name
    names = [] if zone.linked_service else new_names(part.changes, part.ledger, place)
    cuts = cuts_above(client, zone, names, fresh=fresh) if names else {}
    if cuts and not fresh:
        hidden = [name for name in names if any(is_in(name, cut) for cut in cuts)]
        cuts = cuts_above(client, zone, hidden, fresh=True)
    return hindrance(zone, names, place, cuts)


def without(desired: Desired, hindrances: Sequence[Hindrance], parts: Sequence[Part]) -> Desired:
    """What there should be, as far as the zones can do it. Raises what `leave_out` raises."""
    hindered = {one.zone.id for one in hindrances}
    goes_on = any(part.needs_batch and part.zone.id not in hindered for part in parts)
    wanted = {place.zone.id: place.record_sets for place in desired.placements}
    held = {
        part.zone.id: {record.name for record in part.ledger.record_sets}
        for part in parts
        if part.ledger
    }
    left, warnings = leave_out(wanted, hindrances, desired.asked, held, goes_on=goes_on)
    placements = tuple(
        replace(place, record_sets=left[place.zone.id])
        for place in desired.placements
        if place.zone.id in left
    )
    return replace(desired, placements=placements, warnings=(*desired.warnings, *warnings))


def possible(
    parts: Sequence[Part], desired: Desired, hindrances: Sequence[Hindrance], rules: Rules
) -> list[Part]:
    """The parts as far as the zones can do them; a zone that can do nothing stays as it is."""
    wanted = {place.zone.id: place.record_sets for place in desired.placements}
    hindered = {one.zone.id: one for one in hindrances}
    return [
        _possible(part, wanted.get(part.zone.id, ()), hindered[part.zone.id], rules)
        if part.zone.id in hindered
        else part
        for part in parts
    ]


def _possible(part: Part, wanted: tuple[RecordSet, ...], found: Hindrance, rules: Rules) -> Part:
    changes = keep(part.ledger) if found.every else plan_zone(part.found.state, wanted, rules)
    return Part(replace(part.found, wanted=wanted), changes)
