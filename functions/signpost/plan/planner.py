"""Makes the plan of an execution: reads the zones, and decides what has to change in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from signpost.errors import PermanentError, ZoneNotFound
from signpost.model.refused import Refused, digest
from signpost.model.zone import Zone
from signpost.names.permitted import limit
from signpost.names.placement import Desired
from signpost.plan import assembly, resigning, settling, wished
from signpost.plan.feasible import judge, names_of
from signpost.plan.part import Part
from signpost.plan.situation import Situation
from signpost.plan.whole_plan import Plan
from signpost.plan.zone_reading import read_zones
from signpost.settings import Settings


def make_plan(client: Any, zones: Sequence[Zone], situation: Situation, settings: Settings) -> Plan:
    """Work out what has to change; changes nothing. What can't be is left out and told, as long as
    anything else is done.

    `client` is a boto3 `route53` client. Where nothing else is done it raises what is refused:
    what `wished.desired`, `limit`, `read_zones` and `settling.parts_of` refuse or raise. Raises
    RoutingUnread, Throttled, AwsUnavailable or AccessDenied too.
    """
    if situation.trigger.resign:
        return _resign(client, zones, situation, settings)
    asked = _asked(client, zones, situation, settings)
    reading = read_zones(client, zones, asked, situation, settings)
    ledgered = [one.state.ledger for one in reading.found if one.state.ledger]
    if asked.placements and ledgered:
        listed = [record for ledger in ledgered for record in ledger.record_sets]
        again = wished.desired(situation, zones, settings, listed)
        if again.placements != asked.placements:  # a limit had left out what it has
            asked, reading = again, read_zones(client, zones, again, situation, settings)
    if wished.in_doubt(reading.found, asked, situation) and situation.service.doubt:
        asked = replace(asked, warnings=(*asked.warnings, situation.service.left_alone))
    now = {one.state.zone.id: one.state.ledger for one in reading.found}
    held = {zone_id: names_of(ledger) for zone_id, ledger in now.items() if ledger}
    desired = limit(asked, held, situation.service, situation.hostnames)
    wanted = {place.zone.id: place.record_sets for place in desired.placements}
    done = situation.earlier.done(now, situation.execution)
    refused = [*desired.refused, *reading.refused, *situation.earlier.refused]
    parts, refused = settling.parts_of(
        client, reading.found, wanted, done, desired.unfit, refused, situation, settings
    )
    goes_on = bool(done) or any(part.needs_batch for part in parts)
    told, warnings = judge(refused, wanted, desired.asked, goes_on=goes_on)
    said = (*desired.warnings, *reading.warnings, *settling.kept(parts, wanted), *warnings)
    desired = replace(desired, warnings=said)
    notes = {ledger.told for ledger in now.values() if ledger and ledger.told}
    known = digest(told) in notes
    if told and not goes_on and not (known and situation.trigger.kind != "manual"):
        raise told[0].raised("Nothing was changed.")
    writes = goes_on and settings.policy != "dry-run"
    noted = assembly.with_notes(parts, digest(told), writes=writes)
    plan = assembly.assemble(noted, done, desired, told, situation, settings)
    return replace(plan, told=known, noted=bool(notes))


def _asked(client: Any, zones: Sequence[Zone], situation: Situation, settings: Settings) -> Desired:
    """What there should be, by ECS and the configuration. Raises RoutingUnread where the service
    has names, one of its wishes finds no zone, and its service revision may tell of another way.
    """
    wrong = None
    try:
        asked = wished.desired(situation, zones, settings)
    except PermanentError as error:
        if situation.earlier.have_written:  # that is to be proved and told, whatever comes now
            return Desired((), refused=(Refused.of(error, final=True),))
        asked, wrong = Desired((), refused=(Refused.of(error),)), error
    homeless = any(one.error == ZoneNotFound.__name__ for one in asked.refused)
    if homeless and situation.service.may_have_other_ways:
        found = read_zones(client, zones, Desired(()), situation, settings).found
        if any(one.state.ledger for one in found):
            wished.require_read(situation, "has names, and load balancers that no zone can take")
    if wrong:
        raise wrong
    return asked


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
            or assembly.lost_its_answer(one.found, done.get(one.found.state.zone.id), situation),
        )
        for one in looked
    ]
    plan = assembly.assemble(parts, done, desired, (), situation, settings)
    signed = ", ".join(dict.fromkeys(name for one in looked for name in one.signed))
    reason = f"Signs {signed or 'nothing'} anew."
    if done and not signed:
        reason = "An earlier round has signed anew; that is proved."
    left = tuple(f"Left unsigned: {why}" for one in looked for why in one.left)
    return replace(plan, reason=reason, warnings=(*plan.warnings, *left))
