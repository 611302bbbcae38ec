"""What a sweep finds: where the names that there are differ from those that there should be.

Pure. It judges by `zone_changes.plan_zone`, which also makes every execution's plan, so that what
a sweep takes for right is what an execution would leave as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING

from signpost.errors import (
    HostnameInvalid,
    HostnameTaken,
    LedgerCorrupt,
    RoutingNotUnderstood,
    SignpostError,
)
from signpost.ledger import ownership
from signpost.ledger.ledger import HINDERING, Ledger, ledger_name
from signpost.ledger.ownership import Owned
from signpost.model.record_set import RecordSet
from signpost.model.refused import Refused
from signpost.model.service import Service, ServiceState
from signpost.plan.feasible import is_closed, judge, settle
from signpost.plan.zone_changes import (
    Key,
    RecordChanges,
    Rules,
    ZoneState,
    doubtful,
    keep,
    plan_zone,
)
from signpost.plan.zone_limits import hindrances, new_names
from signpost.settings import Settings
from signpost.sweep.findings import Drift, Finding, Kind, Problem, Wish

if TYPE_CHECKING:  # these two read Route 53
    from signpost.ledger.listing import ListedLedger
    from signpost.sweep.zone_survey import ZoneSurvey


_CORRUPT = LedgerCorrupt.__name__


def find(
    wishes: Iterable[Wish],
    owned: Owned,
    surveys: Sequence[ZoneSurvey],
    settings: Settings,
    unread: Mapping[str, SignpostError] | None = None,
) -> Drift:
    """Compare what each service should have with what it has. `unread` are zones, by id, that can't
    be.

    `wishes` has every service of the clusters, and every one that a ledger of ours names.
    """
    judges = _Judge(owned, surveys, settings)
    findings: list[Finding] = []
    problems = [
        Problem(None, None, "LedgerCorrupt", str(listed.problem)) for listed in owned.unreadable
    ]
    problems += [
        Problem(None, None, type(why).__name__, str(why)) for why in (unread or {}).values()
    ]
    for wish in wishes:
        for one in judges.of(wish):
            if isinstance(one, Finding):
                findings.append(one)
            else:
                problems.append(one)
    kinds = list(Kind)
    findings.sort(key=lambda one: (kinds.index(one.kind), one.cluster, one.service))
    return Drift(tuple(findings), tuple(problems), owned.count)


class _Judge:
    """Judges one service after the other."""

    def __init__(self, owned: Owned, surveys: Sequence[ZoneSurvey], settings: Settings) -> None:
        self._owned, self._surveys, self._settings = owned, surveys, settings
        self._rules = Rules(settings.policy, settings.adopt_identical)
        self._unreadable = {
            listed.record_set.name
            for listed in owned.unreadable
            if listed.record_set.type in HINDERING
        }
        self._holders = {
            (zone_id, record.name): key
            for key, by_zone in owned.ledgers.items()
            for zone_id, listed in by_zone.items()
            for record in (listed.ledger.record_sets if listed.ledger else ())
        }

    def of(self, wish: Wish) -> list[Finding | Problem]:
        """What is wrong with a service's names, and what of it no execution can repair."""
        service = wish.service
        key = (service.cluster, service.name)
        if service.state is ServiceState.NOT_OURS:
            return []
        listed = self._owned.ledgers.get(key, {})
        kept = any(service.keeps(zone_id, wish.unfit) for zone_id in listed)
        told = [Problem(*key, RoutingNotUnderstood.__name__, service.left_alone)] if kept else []
        if service.state is ServiceState.UNCLEAR:
            return [*told]
        if wish.problem:
            return [Problem(*key, type(wish.problem).__name__, str(wish.problem))]
        wrong, refused = self._feasible(wish, listed)
        open_, _ = judge(refused, wish.wanted, wish.asked, goes_on=bool(wrong))
        problems = [
            Problem(*key, one.error, one.reason) for one in open_ if one.error != _CORRUPT
        ]  # those are told already
        if not wrong:
            return [*told, *problems]
        removed = sum(zone_id in listed and not wrong[zone_id].after for zone_id in wrong)
        kind = self._kind(wish, listed, wrong)
        finding = Finding(*key, kind, _reason(kind, wish, listed, wrong), removed)
        return [finding, *problems]

    def _feasible(
        self, wish: Wish, listed: Mapping[str, ListedLedger]
    ) -> tuple[dict[str, RecordChanges], list[Refused]]:
        """What would change, without what can't be, as an execution leaves it out."""
        service = wish.service
        zones = {one.zone.id: one for one in self._surveys}
        ledgers = {
            zone_id: listed[zone_id].ledger if zone_id in listed else None for zone_id in zones
        }
        refused = [*wish.refused]
        try:
            places = {zone_id: self._ledger_name(service, one) for zone_id, one in zones.items()}
        except HostnameInvalid as error:
            places = {}
            refused.append(Refused.of(error))
        refused += [
            Refused(_CORRUPT, "", zone=zone_id)
            for zone_id, place in places.items()
            if place in self._unreadable
        ]

        def plan(zone_id: str, records: tuple[RecordSet, ...], alone: Set[str]) -> RecordChanges:
            return self._changes(wish, zones[zone_id], ledgers[zone_id], records, alone)

        changes, known = settle(wish.wanted, refused, ledgers, plan)
        limits = [
            one
            for zone_id in _wrong(changes, listed)
            if not is_closed(zone_id, known)
            for names in [new_names(changes[zone_id], ledgers[zone_id], places[zone_id])]
            for one in hindrances(zones[zone_id].zone, names, places[zone_id], zones[zone_id].cuts)
        ]
        if limits:
            changes, known = settle(wish.wanted, [*known, *limits], ledgers, plan)
        return _wrong(changes, listed), known

    def _changes(
        self,
        wish: Wish,
        survey: ZoneSurvey,
        ledger: Ledger | None,
        wanted: tuple[RecordSet, ...],
        alone: Set[str],
    ) -> RecordChanges:
        key = (wish.service.cluster, wish.service.name)
        zone_id = survey.zone.id
        owned = ledger.record_sets if ledger else ()
        for record in wanted:
            holder = self._holders.get((zone_id, record.name), key)
            if holder != key:
                raise HostnameTaken(
                    f"{record.name} in zone {survey.zone} belongs to service {holder[1]} of "
                    f"cluster {holder[0]}. Give one of the two another name with the tag "
                    "signpost:hostname; if the other is to lose it, the next sweep sees to this "
                    "one.",
                    record.name,
                )
        state = ZoneState(survey.zone, ledger, survey.observed(owned, wanted))
        if wish.service.keeps(zone_id, wish.unfit):
            return keep(ledger)
        if doubtful(state, wanted):
            state = replace(state, claims=self._claims(state, survey, wish.service))
        return plan_zone(state, wanted, self._rules, alone)

    def _claims(self, state: ZoneState, survey: ZoneSurvey, service: Service) -> dict[Key, str]:
        ours = {record.key for record in state.ledger.record_sets} if state.ledger else set()
        observed = (state.observed or {}).keys()
        own = self._ledger_name(service, survey)
        return ownership.claims(survey.ledgers, own, ours, observed, self._settings)

    def _ledger_name(self, service: Service, survey: ZoneSurvey) -> str:
        return ledger_name(
            service=service.name,
            cluster=service.cluster,
            label=self._settings.label,
            zone_name=survey.zone.name,
        )

    def _kind(
        self,
        wish: Wish,
        ledgers: Mapping[str, ListedLedger],
        wrong: Mapping[str, RecordChanges],
    ) -> Kind:
        if not ledgers:
            return Kind.WITHOUT_NAMES
        if wish.service.is_gone:
            return Kind.WITHOUT_SERVICE
        if not any(planned.after for planned in wrong.values()):
            return Kind.NOT_WANTED
        as_listed = all(
            set(planned.after) == _listed(ledgers.get(zone_id))
            for zone_id, planned in wrong.items()
        )
        return Kind.WITHOUT_RECORDS if as_listed else Kind.ELSEWHERE


def _wrong(
    changes: Mapping[str, RecordChanges], ledgers: Mapping[str, ListedLedger]
) -> dict[str, RecordChanges]:
    return {
        zone_id: planned
        for zone_id, planned in changes.items()
        if planned or set(planned.after) != _listed(ledgers.get(zone_id))
    }


def _listed(listed: ListedLedger | None) -> set[RecordSet]:
    return set(listed.ledger.record_sets) if listed and listed.ledger else set()


def _reason(
    kind: Kind,
    wish: Wish,
    ledgers: Mapping[str, ListedLedger],
    wrong: Mapping[str, RecordChanges],
) -> str:
    """The sentence for the receipt, with the records that are wrong."""
    old = {record for zone_id in wrong for record in _listed(ledgers.get(zone_id))}
    there = {record for planned in wrong.values() for record in planned.before}
    new = {record for planned in wrong.values() for record in planned.after}
    if kind is Kind.WITHOUT_NAMES:
        return f"It has no names; it should have {_shown(new)}."
    if kind is Kind.WITHOUT_SERVICE or kind is Kind.NOT_WANTED:
        return f"{wish.reason or wish.service.reason} It has names still: {_shown(old)}."
    if kind is Kind.WITHOUT_RECORDS:
        return f"Records were deleted or edited by hand; there should be {_shown(new - there)}."
    return f"It has {_shown(old - new) or 'nothing'}; it should have {_shown(new - old)}."


def _shown(records: Iterable[RecordSet]) -> str:
    shown = sorted(str(record) for record in records)
    more = f" and {len(shown) - 2} more" if len(shown) > 2 else ""
    return ", ".join(shown[:2]) + more
