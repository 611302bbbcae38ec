"""Compares what each service should have with what the ledgers list, as a sweep does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from signpost.aws import ecs
from signpost.errors import (
    HostnameInvalid,
    HostnameTaken,
    InvalidConfiguration,
    LoadBalancerNotReady,
)
from signpost.ledger import ownership
from signpost.ledger.ledger import ledger_name
from signpost.ledger.ownership import Owned, ServiceKey
from signpost.names.placement import Desired
from signpost.settings import Settings
from signpost.sweep import drift
from signpost.sweep.findings import Finding, Kind, Problem, Wish
from signpost.sweep.survey import would_lose
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Unreadable, reading
from signpost_cli.checks.recent import Recent
from signpost_cli.checks.standing import Names, Standing, Standings
from signpost_cli.checks.survey import Survey, Surveyed
from signpost_cli.checks.words import some
from signpost_cli.checks.zone_ledgers import Ledgers

MOST_ASKED = 100  # services that only a ledger names; a DescribeServices call each
# Errors that may pass while an execution waits: with any other, it can only fail. A name that is
# taken may be given up meanwhile.
_PASSES = (LoadBalancerNotReady.__name__, HostnameTaken.__name__)
_OF_KIND = {
    Kind.WITHOUT_NAMES: Names.NONE,
    Kind.WITHOUT_RECORDS: Names.EDITED,
    Kind.NOT_WANTED: Names.TOO_MANY,
    Kind.WITHOUT_SERVICE: Names.NO_SERVICE,
}


def take(installation: Installation, survey: Survey, ledgers: Ledgers, recent: Recent) -> Standings:
    """Ask ECS for the services that only ledgers name, and judge all. Never raises."""
    settings = installation.settings
    owned = ownership.sort_ledgers(ledgers.all, settings)
    orphans = sorted(owned.ledgers.keys() - {seen.key for seen in survey.services})
    client = installation.client("ecs")
    gone: list[Wish] = []
    refused: dict[str, tuple[str, list[str]]] = {}  # by the kind of failure
    for place, (cluster, name) in enumerate(orphans[:MOST_ASKED]):
        installation.progress(f"services that only a ledger names: {place}/{len(orphans)}")
        try:
            with reading("ecs:DescribeServices", f"service {name} of cluster {cluster}"):
                found = ecs.describe(client, cluster, name, settings, by_revision=True)
        except Unreadable as error:
            refused.setdefault(error.kind, (str(error), []))[1].append(f"{cluster}/{name}")
            continue
        except InvalidConfiguration:
            continue  # it is there
        if found.is_gone:
            gone.append(Wish(found))
    if len(orphans) > MOST_ASKED:
        left = ["/".join(key) for key in orphans[MOST_ASKED:]]
        refused["too many"] = (f"no more than {MOST_ASKED} are asked for", left)
    unread = [
        (f"whether services that have a ledger are there: {some(labels)}", reason)
        for reason, labels in refused.values()
    ]
    return Standings(judge(survey, gone, ledgers, recent, settings), tuple(unread))


def judge(
    survey: Survey, gone: Sequence[Wish], ledgers: Ledgers, recent: Recent, settings: Settings
) -> tuple[Standing, ...]:
    """Where each service stands; `gone` are those that have a ledger, and that ECS has no more."""
    owned = ownership.sort_ledgers(ledgers.all, settings)
    judge = _Judge(ledgers, recent, owned, settings)
    wishes = [wish(seen) for seen in survey.services if not judge.can_not_tell(seen)]
    found = drift.find([*wishes, *gone], owned, ledgers.surveys, settings)
    wrong: dict[ServiceKey, list[Finding | Problem]] = defaultdict(list)
    every: list[Finding | Problem] = [*found.findings, *found.problems]
    for one in every:
        wrong[one.cluster or "", one.service or ""].append(one)
    listed = [judge.of(seen, wrong[seen.key]) for seen in survey.services]
    keys = [(wish.service.cluster, wish.service.name) for wish in gone]
    return (*listed, *(judge.gone(key, wrong[key][0]) for key in keys if wrong[key]))


def wish(seen: Surveyed) -> Wish:
    """What a service should have, in the form that a sweep compares; its `service` is known."""
    assert seen.service is not None  # noqa: S101 - as the caller has looked
    desired = seen.desired or Desired(())
    wanted = {place.zone.id: place.record_sets for place in desired.placements}
    return Wish(
        seen.service,
        wanted,
        desired.reason,
        asked=desired.asked,
        unfit=desired.unfit,
        refused=desired.refused,
    )


class _Judge:
    def __init__(self, ledgers: Ledgers, recent: Recent, owned: Owned, settings: Settings) -> None:
        self._ledgers, self._recent, self._owned = ledgers, recent, owned
        self._settings = settings
        self._corrupt = {one.record_set.name for one in owned.unreadable}
        self._zones = {survey.zone.id for survey in ledgers.surveys}

    def can_not_tell(self, seen: Surveyed) -> str:
        """Why it can't be told what a service should have, or has; empty where it can."""
        if seen.error:
            return f"{type(seen.error).__name__}: {seen.error}"
        if seen.service is None or (seen.service.publishes and seen.desired is None):
            return "What names it should have could not be looked at."
        if self._ledger_is_corrupt(seen):
            return "Its ledger can't be trusted."
        held = self._owned.names(seen.key)
        if seen.desired and seen.service.may_have_other_ways and would_lose(held, seen.desired):
            return (
                "It has names in a zone that can take none of its load balancers. Something else "
                "may lead to it there: an execution reads its service revision before names go."
            )
        return ""

    def of(self, seen: Surveyed, wrong: Sequence[Finding | Problem]) -> Standing:
        """One service that ECS lists. `error` is empty where an execution could repair a part."""
        refused = {(one.error, one.reason) for one in seen.desired.refused} if seen.desired else ()
        finding = next((one for one in wrong if isinstance(one, Finding)), None)
        problems = [one for one in wrong if isinstance(one, Problem)]
        # The check of the services tells what is refused: what only this one tells comes first.
        problems.sort(key=lambda one: (one.error, one.reason) in refused)
        names, reason = self._names(seen, finding, problems)
        error = problems[0].error if problems and not finding else ""
        if seen.error:
            error = type(seen.error).__name__
        waiting = self._recent.waiting.get(seen.key)
        is_wrong = not error and names not in (Names.RIGHT, Names.UNWANTED, Names.UNTOLD)
        if waiting and (is_wrong or error in _PASSES):
            names = Names.WAITS
        failed = self._recent.failed.get(seen.key)
        return Standing(seen.key, names, reason, seen.arn, error, waiting, failed)

    def gone(self, key: ServiceKey, wrong: Finding | Problem) -> Standing:
        """One that only a ledger names."""
        waiting = self._recent.waiting.get(key)
        names = Names.WAITS if waiting else Names.NO_SERVICE
        return Standing(
            key, names, wrong.reason, waiting=waiting, failed=self._recent.failed.get(key)
        )

    def _names(
        self, seen: Surveyed, finding: Finding | None, problems: Sequence[Problem]
    ) -> tuple[Names, str]:
        untold = self.can_not_tell(seen)
        has_some = seen.key in self._owned.ledgers
        if untold:
            is_known = seen.error and not has_some and self._all_zones_are_read()
            return (Names.NONE if is_known else Names.UNTOLD), untold
        assert seen.service is not None  # noqa: S101 - can_not_tell looked
        wanted = _wanted(seen)
        if not (finding or problems):
            unread = wanted.keys() - self._zones
            if unread:
                return Names.UNTOLD, "The ledgers of a zone that it has names in were not read."
            if wanted:
                return Names.RIGHT, ""
            return Names.UNWANTED, (seen.desired and seen.desired.reason) or seen.service.reason
        lacking = [
            name for zone, names in wanted.items() for name in names - self._listed(seen.key, zone)
        ]
        reasons = [finding.reason] if finding else []
        reason = " ".join([*reasons, *(f"{one.error}: {one.reason}" for one in problems)])
        if finding is None:
            return (Names.SOME if has_some else Names.NONE), reason
        if finding.kind is Kind.ELSEWHERE:
            return (Names.SOME if lacking else Names.OTHERS), reason
        return _OF_KIND[finding.kind], reason

    def _listed(self, key: ServiceKey, zone: str) -> set[str]:
        listed = self._owned.ledgers.get(key, {}).get(zone)
        return {record.name for record in listed.ledger.record_sets} if (
            listed and listed.ledger
        ) else set()  # fmt: skip

    def _all_zones_are_read(self) -> bool:
        return not self._ledgers.unread and bool(self._zones)

    def _ledger_is_corrupt(self, seen: Surveyed) -> bool:
        if not self._corrupt:
            return False
        try:
            return any(
                ledger_name(
                    service=seen.name,
                    cluster=seen.cluster,
                    label=self._settings.label,
                    zone_name=survey.zone.name,
                )
                in self._corrupt
                for survey in self._ledgers.surveys
            )
        except HostnameInvalid:
            return False  # then it can't have one


def _wanted(seen: Surveyed) -> Mapping[str, set[str]]:
    return {
        place.zone.id: {record.name for record in place.record_sets} for place in seen.placements
    }
