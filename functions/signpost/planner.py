"""Makes the plan of an execution: asks Route 53 for as little as will do, and decides the rest.

Reads: a CreateService event expects nothing to be there and reads nothing; any other event reads
the ledger of each zone (one call each); a second round and a run by hand also read the records at
the names concerned, so they see what was edited behind our back. A dry run reads too, so that
it does not promise what Route 53 would refuse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from signpost import ledger as ledgers
from signpost import placement, route53
from signpost.batch import Plan, ZonePlan
from signpost.ledger import Ledger
from signpost.model import LoadBalancer, RecordSet, Service, ServiceState, Trigger, Zone
from signpost.placement import Desired
from signpost.plan import RecordChanges, Rules, ZoneState, moves, plan_zone, restate
from signpost.running_tasks import RunningTasks
from signpost.settings import Settings
from signpost.task_placement import place_tasks


@dataclass(frozen=True)
class Situation:
    """All that a plan is made from, except what Route 53 says."""

    service: Service
    load_balancers: tuple[LoadBalancer, ...]
    tasks: RunningTasks
    trigger: Trigger
    round: int
    execution: str
    earlier: tuple[ZonePlan, ...]  # the zones of this execution's plan of the round before
    earlier_action: str | None
    earlier_previous: str | None  # the `previous_execution` of that plan
    now: datetime


@dataclass(frozen=True)
class _Zone:
    """One zone's part while the plan is made."""

    state: ZoneState
    changes: RecordChanges
    ledger_name: str
    ledger_record: RecordSet | None

    @property
    def needs_batch(self) -> bool:
        """Whether record sets change, or the ledger lists others than there should be: one that
        was deleted by hand and is not wanted any more leaves only its ledger to be mended.
        """
        listed = self.state.ledger.record_sets if self.state.ledger else ()
        return bool(self.changes) or set(listed) != set(self.changes.after)


def make_plan(client: Any, zones: Sequence[Zone], situation: Situation, settings: Settings) -> Plan:
    """Work out what has to change; changes nothing.

    `client` is a boto3 `route53` client. Raises what `placement.place`, `plan.plan_zone` and
    `ledger.read` raise, and ZoneNotFound, Throttled, AwsUnavailable or AccessDenied.
    """
    desired = _desired(situation, zones, settings)
    wanted = {place.zone.id: place.record_sets for place in desired.placements}
    rules = Rules(settings.policy, settings.adopt_identical)
    dry_run = settings.policy == "dry-run" or situation.trigger.dry_run
    expects_nothing = (
        situation.trigger.name == "CreateService"
        and situation.round == 1
        and bool(desired.placements)
        and not dry_run
    )
    parts = []
    for zone in zones:
        in_zone = wanted.get(zone.id, ())
        if expects_nothing and not in_zone:
            continue
        part = _plan_zone(client, zone, in_zone, expects_nothing, situation, settings, rules)
        parts.append(part)
    return _assemble(parts, desired, situation, settings)


def _desired(situation: Situation, zones: Sequence[Zone], settings: Settings) -> Desired:
    if not situation.service.publishes:
        return Desired((), (), situation.service.reason)
    if situation.service.names_its_tasks:
        return place_tasks(situation.service, situation.tasks, zones, settings)
    return placement.place(situation.service, situation.load_balancers, zones, settings)


def _plan_zone(
    client: Any,
    zone: Zone,
    wanted: Sequence[RecordSet],
    expects_nothing: bool,
    situation: Situation,
    settings: Settings,
    rules: Rules,
) -> _Zone:
    service = situation.service
    name = ledgers.ledger_name(
        service=service.name, cluster=service.cluster, owner=settings.owner_id, zone_name=zone.name
    )
    found = None if expects_nothing else route53.find(client, zone.id, name, "TXT")
    ledger = found and ledgers.read(
        found,
        installation=settings.installation,
        cluster=service.cluster,
        service=service.name,
        zone_name=zone.name,
    )
    observed = None
    if situation.round > 1 or situation.trigger.reads_records or settings.policy == "dry-run":
        owned = ledger.record_sets if ledger else ()
        names = dict.fromkeys(record.name for record in (*owned, *wanted))
        observed = {
            record.key: record
            for hostname in names
            for record in route53.at_name(client, zone.id, hostname)
        }
    state = ZoneState(zone, ledger or None, observed)
    changes = plan_zone(state, wanted, rules)
    if not changes and ledger and ledger.execution == situation.execution:
        changes = restate(changes.after)
    return _Zone(state, changes, name, found)


def _assemble(
    parts: Sequence[_Zone],
    desired: Desired,
    situation: Situation,
    settings: Settings,
) -> Plan:
    # Names appear in their new zone before they go from an old one.
    changing = sorted(
        (part for part in parts if part.needs_batch), key=lambda part: not part.changes.creates
    )
    # Running tasks can serve; what a load balancer can is to be seen.
    waiting = {part.state.zone.id for part in changing if moves(part.changes, part.state.ledger)}
    balancers = dict.fromkeys(
        place.load_balancer.id
        for place in desired.placements
        if place.load_balancer and place.zone.id in waiting
    )
    zones = tuple(_zone_plan(part, situation, settings) for part in changing)
    action, reason = _decide(parts, desired, situation, settings)
    if not zones and action == "remove":
        zones = tuple(_already_gone(zone) for zone in situation.earlier)
    before = {part.state.zone.id: part.changes.before for part in parts}
    after = {part.state.zone.id: part.changes.after for part in parts}
    before |= {zone.zone.id: zone.before for zone in zones}
    return Plan(
        action=action,
        reason=reason,
        dry_run=settings.policy == "dry-run" or situation.trigger.dry_run,
        wait_for_readiness=bool(balancers),
        load_balancers=tuple(balancers),
        zones=zones,
        before=_flat(before),
        after=_flat(after),
        warnings=desired.warnings,
        previous_execution=next(
            (_previous(p.state.ledger, situation) for p in parts if p.state.ledger),
            situation.earlier_previous,  # a removal of our own, its answer lost, took the ledger
        ),
    )


def _decide(
    parts: Sequence[_Zone],
    desired: Desired,
    situation: Situation,
    settings: Settings,
) -> tuple[str, str]:
    """The plan's action, and the sentence that says why."""
    placements, why = desired.placements, desired.reason
    owned = any(part.state.ledger for part in parts)
    if any(part.needs_batch for part in parts):
        if placements:
            return "change", " ".join(dict.fromkeys(place.reason + "." for place in placements))
        if any(part.changes.after for part in parts):
            return "change", f"{why} Policy {settings.policy} keeps its names."
        return "remove", why
    if placements:
        return "none", "Its names are as they should be."
    if owned:
        return "none", f"{why} Policy {settings.policy} removes nothing."
    if situation.round > 1 and situation.earlier_action == "remove":
        return "remove", (
            f"{why} Its names are gone: an earlier attempt of this execution, or another execution "
            "at the same time, removed them."
        )
    if situation.service.state is ServiceState.ABSENT:
        return "none", f"{why} Signpost has no names for it."
    return "skip", f"{why} Signpost has no names for it."


def _zone_plan(part: _Zone, situation: Situation, settings: Settings) -> ZonePlan:
    """The batch: the ledger's own record goes first, so that a lost race is refused by it."""
    zone, changes, ledger = part.state.zone, part.changes, part.state.ledger
    text = _ledger_text(part, situation, settings) if changes.after else None
    deletes = [part.ledger_record] if part.ledger_record else []
    creates = [ledgers.record_set(part.ledger_name, text)] if text else []
    return ZonePlan(
        zone=zone,
        ledger_name=part.ledger_name,
        ledger_text=text,
        before=_before(zone, changes, ledger, situation),
        after=changes.after,
        changes=(
            *(("DELETE", record) for record in (*deletes, *changes.deletes)),
            *(("CREATE", record) for record in (*creates, *changes.creates)),
        ),
    )


def _ledger_text(part: _Zone, situation: Situation, settings: Settings) -> str:
    return ledgers.render(
        Ledger(
            installation=settings.installation,
            region=settings.region,
            cluster=situation.service.cluster,
            service=situation.service.name,
            execution=situation.execution,
            previous=_previous(part.state.ledger, situation),
            at=situation.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            record_sets=part.changes.after,
        ),
        part.state.zone.name,
    )


def _previous(ledger: Ledger | None, situation: Situation) -> str | None:
    """The execution before this one, also when an earlier round of this one wrote the ledger."""
    if ledger is None:
        return None
    return ledger.previous if ledger.execution == situation.execution else ledger.execution


def _before(
    zone: Zone, changes: RecordChanges, ledger: Ledger | None, situation: Situation
) -> tuple[RecordSet, ...]:
    """What was there before this execution, not before its latest round."""
    if ledger and ledger.execution == situation.execution:
        for earlier in situation.earlier:
            if earlier.zone.id == zone.id:
                return earlier.before
    return changes.before


def _flat(records: Mapping[str, Sequence[RecordSet]]) -> tuple[tuple[str, RecordSet], ...]:
    return tuple((zone_id, record) for zone_id, sets in records.items() for record in sets)


def _already_gone(earlier: ZonePlan) -> ZonePlan:
    """Nothing left to send, but that the names are gone is still to be proved."""
    return ZonePlan(earlier.zone, earlier.ledger_name, None, earlier.before, (), ())
