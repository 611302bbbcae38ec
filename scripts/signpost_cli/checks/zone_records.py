"""What a listed zone has beside our ledgers: its SOA, and what it delegates to other name servers.

Names that are being removed are asked for in no DNS here or elsewhere in the checks: what Route 53
has is read by its API, which counts as no query of a record.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from signpost.aws import route53
from signpost.errors import ZoneNotFound
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost.sweep.zone_survey import ZoneSurvey
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Unreadable, reading
from signpost_cli.checks.zones import ZoneFacts

# Of 300 record sets each, a zone: two seconds of the ten calls a second that an account has.
MOST_PAGES = 20


@dataclass(frozen=True)
class ZoneRecords:
    """A zone's SOA, and the names other than its own at which it has NS records."""

    zone: Zone
    soa: RecordSet | None = None
    delegations: tuple[str, ...] = ()
    unlisted: str | None = None  # the first name that was not listed any more; None: all were


@dataclass(frozen=True)
class Contents:
    """The zones that could be listed, and why the others could not."""

    zones: tuple[ZoneRecords, ...] = ()
    unread: tuple[tuple[Zone, str], ...] = ()  # zone, reason


def read(installation: Installation, facts: ZoneFacts) -> Contents:
    """Up to MOST_PAGES calls of ListResourceRecordSets for each zone. Never raises."""
    zones: list[ZoneRecords] = []
    unread: list[tuple[Zone, str]] = []
    for zone in facts.zones:
        installation.progress(f"records of {zone.name}")
        try:
            with reading("route53:ListResourceRecordSets", zone.id):
                zones.append(_listed(facts, zone))
        except (Unreadable, ZoneNotFound) as error:
            unread.append((zone, str(error)))
    return Contents(tuple(zones), tuple(unread))


def with_delegations(contents: Contents, surveys: Iterable[ZoneSurvey]) -> Contents:
    """With the delegations that are known of places to which no zone was listed."""
    cuts = {survey.zone.id: survey.cuts for survey in surveys}
    zones = [
        replace(
            one, delegations=tuple(dict.fromkeys((*one.delegations, *cuts.get(one.zone.id, ()))))
        )
        for one in contents.zones
    ]
    return replace(contents, zones=tuple(zones))


def _listed(facts: ZoneFacts, zone: Zone) -> ZoneRecords:
    soa: RecordSet | None = None
    delegations: list[str] = []
    unlisted: str | None = None
    pages = route53.pages_from(facts.route53, zone.id, zone.name)
    for sets, following in islice(pages, MOST_PAGES):
        unlisted = following
        for record in sets:
            if record.type == "SOA" and record.name == zone.name:
                soa = record
            elif record.type == "NS" and record.name != zone.name:
                delegations.append(record.name)
    return ZoneRecords(zone, soa, tuple(delegations), unlisted)
