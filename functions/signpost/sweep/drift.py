"""What a sweep finds: where the names that there are differ from those that there should be.

Pure. It judges by `zone_changes.plan_zone`, which also makes every execution's plan, so that what
a sweep takes for right is what an execution would leave as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from signpost.errors import (
    HostnameInvalid,
    HostnameTaken,
    NameDelegated,
    RoutingNotUnderstood,
    ZoneManagedByCloudMap,
)
from signpost.ledger import ownership
from signpost.ledger.ledger import HINDERING, ledger_name
from signpost.ledger.ownership import Owned
from signpost.model.record_set import RecordSet
from signpost.model.service import Service, ServiceState
from signpost.plan.zone_changes import (
    Key,
    RecordChanges,
    Rules,
    ZoneState,
    doubtful,
    keep,
    plan_zone,
)
from signpost.plan.zone_limits import Hindrance, hindrance, leave_out, new_names
from signpost.settings import Settings
from signpost.sweep.findings import Drift, Finding, Kind, Problem, Wish

if TYPE_CHECKING:  # these two read Route 53
    from signpost.ledger.listing import ListedLedger
    from signpost.sweep.zone_survey import ZoneSurvey


def find(
    wishes: Iterable[Wish], owned: Owned, surveys: Sequence[ZoneSurvey], settings: Settings
) -> Drift:
    """Compare what each service should have with what it has.

    `wishes` has every service of the clusters, and every one that a ledger of ours names.
    """
    judge = _Judge(owned, surveys, settings)
    findings: list[Finding] = []
    problems = [
        Problem(None, None, "LedgerCorrupt", str(listed.problem)) for listed in owned.unreadable
    ]
    for wish in wishes:
        found = judge.of(wish)
        if isinstance(found, Finding):
            findings.append(found)
        elif found is not None:
            problems.append(found)
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

    def of(self, wish: Wish) -> Finding | Problem | None:
        """What is wrong with a service's names; None where nothing is."""
        service = wish.service
        key = (service.cluster, service.name)
        if service.state is ServiceState.NOT_OURS:
            return None
        ledgers = self._owned.ledgers.get(key, {})
        kept = any(service.keeps(zone_id, wish.unfit) for zone_id in ledgers)
        told = Problem(*key, RoutingNotUnderstood.__name__, service.left_alone) if kept else None
        if service.state is ServiceState.UNCLEAR:
            return told
        if wish.problem:
            return Problem(*key, type(wish.problem).__name__, str(wish.problem))
        try:
            if self._has_unreadable_ledger(service):
                return None  # told already, and an execution could not plan
            changes = {survey.zone.id: self._changes(wish, survey) for survey in self._surveys}
        except (HostnameTaken, HostnameInvalid) as error:
            return Problem(*key, type(error).__name__, str(error))
        wrong = _wrong(changes, ledgers)
        try:
            if hindrances := self._hindrances(service, wrong, ledgers):
                wrong = _wrong(self._possible(wish, hindrances, wrong), ledgers)
        except (HostnameInvalid, NameDelegated, ZoneManagedByCloudMap) as error:
            return Problem(*key, type(error).__name__, str(error))
        if not wrong:
            return told
        removed = sum(zone_id in ledgers and not wrong[zone_id].after for zone_id in wrong)
        kind = self._kind(wish, ledgers, wrong)
        return Finding(*key, kind, _reason(kind, wish, ledgers, wrong), removed)

    def _hindrances(
        self,
        service: Service,
        wrong: Mapping[str, RecordChanges],
        ledgers: Mapping[str, ListedLedger],
    ) -> list[Hindrance]:
        found = []
        for survey in (one for one in self._surveys if one.zone.id in wrong):
            listed, place = ledgers.get(survey.zone.id), self._ledger_name(service, survey)
            names = new_names(wrong[survey.zone.id], listed.ledger if listed else None, place)
            found.append(hindrance(survey.zone, names, place, survey.cuts))
        return [one for one in found if one]

    def _possible(
        self, wish: Wish, hindrances: Sequence[Hindrance], wrong: Mapping[str, RecordChanges]
    ) -> dict[str, RecordChanges]:
        """The changes without what zones can't do, as an execution leaves it out."""
        closed = {one.zone.id for one in hindrances if one.every}
        goes_on = bool(wrong.keys() - {one.zone.id for one in hindrances})
        held = self._owned.names((wish.service.cluster, wish.service.name))
        wanted, _ = leave_out(wish.wanted, hindrances, wish.asked, held, goes_on=goes_on)
        without = replace(wish, wanted=wanted)
        return {
            survey.zone.id: self._changes(without, survey)
            for survey in self._surveys
            if survey.zone.id in wrong.keys() - closed
        }

    def _changes(self, wish: Wish, survey: ZoneSurvey) -> RecordChanges:
        key = (wish.service.cluster, wish.service.name)
        zone_id = survey.zone.id
        listed = self._owned.ledgers.get(key, {}).get(zone_id)
        owned = listed.ledger.record_sets if listed and listed.ledger else ()
        wanted = wish.wanted.get(zone_id, ())
        for record in wanted:
            holder = self._holders.get((zone_id, record.name), key)
            if holder != key:
                raise HostnameTaken(
                    f"{record.name} in zone {survey.zone} belongs to service {holder[1]} of "
                    f"cluster {holder[0]}. Give one of the two another name with the tag "
                    "signpost:hostname; if the other is to lose it, the next sweep sees to this "
                    "one."
                )
        ledger = listed.ledger if listed else None
        state = ZoneState(survey.zone, ledger, survey.observed(owned, wanted))
        if wish.service.keeps(zone_id, wish.unfit):
            return keep(ledger)
        if doubtful(state, wanted):
            state = replace(state, claims=self._claims(state, survey, wish.service))
        return plan_zone(state, wanted, self._rules)

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

    def _has_unreadable_ledger(self, service: Service) -> bool:
        if not self._unreadable:
            return False
        return any(self._ledger_name(service, one) in self._unreadable for one in self._surveys)

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
