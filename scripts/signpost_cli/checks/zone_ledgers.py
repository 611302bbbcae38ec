"""The ledgers of the listed zones, read as a sweep reads them: with the records beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from signpost.errors import ZoneNotFound
from signpost.ledger.listing import ListedLedger
from signpost.ledger.ownership import Owned
from signpost.sweep import zone_survey
from signpost.sweep.findings import Wish
from signpost.sweep.survey import with_cuts
from signpost.sweep.zone_survey import ZoneSurvey
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Unreadable, reading
from signpost_cli.checks.zones import ZoneFacts


@dataclass(frozen=True)
class Ledgers:
    """Every installation's ledgers, zone by zone; zones whose ledgers could not be read."""

    surveys: tuple[ZoneSurvey, ...] = ()
    unread: tuple[tuple[str, str], ...] = ()  # zone, reason
    unchecked: str = ""  # why nobody looked at their signatures

    @property
    def all(self) -> list[ListedLedger]:
        """Those of all zones that could be read."""
        return [one for survey in self.surveys for one in survey.ledgers]


def read(installation: Installation, facts: ZoneFacts) -> Ledgers:
    """One ListResourceRecordSets call for each 300 ledgers and zone. Never raises."""
    surveys: list[ZoneSurvey] = []
    unread: list[tuple[str, str]] = []
    seal, unchecked = installation.seal
    for zone in facts.zones:
        installation.progress(f"ledgers of {zone.name}")
        try:
            with reading("route53:ListResourceRecordSets", zone.id):
                surveys.append(zone_survey.survey(facts.route53, zone, seal, deep=False))
        except (Unreadable, ZoneNotFound) as error:
            unread.append((str(zone), str(error)))
    return Ledgers(tuple(surveys), tuple(unread), unchecked)


def with_delegations(
    installation: Installation,
    facts: ZoneFacts,
    ledgers: Ledgers,
    wishes: Sequence[Wish],
    owned: Owned,
) -> Ledgers:
    """With the delegations above missing names, as a sweep sees them too. A zone that can't be
    asked for them counts as unread, as it would end a sweep. Never raises.
    """
    surveys: list[ZoneSurvey] = []
    unread = [*ledgers.unread]
    settings = installation.settings
    for survey in ledgers.surveys:
        installation.progress(f"delegations of {survey.zone.name}")
        try:
            with reading("route53:ListResourceRecordSets", survey.zone.id):
                surveys.append(with_cuts(facts.route53, survey, wishes, owned, settings))
        except (Unreadable, ZoneNotFound) as error:
            unread.append((str(survey.zone), str(error)))
    return Ledgers(tuple(surveys), tuple(unread), ledgers.unchecked)
