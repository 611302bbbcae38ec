"""Names and ledgers that are never answered, as their zone hands them on to others. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from shlex import quote

from signpost.model.zone import Zone
from signpost.names.hostnames import is_in
from signpost_cli.checks.catalogue import RECORDS
from signpost_cli.checks.findings import Finding, found, not_checked
from signpost_cli.checks.names import Place
from signpost_cli.checks.zone_records import Contents, ZoneRecords


def judge(contents: Contents, concerned: Mapping[Place, str]) -> list[Finding]:
    """A finding for each name of ours (`concerned`, with whose it is) at or below NS records of a
    public zone, and one for each of these that has ledgers below it.

    Resolvers that ask a zone for such a name are sent to the name servers in these records (RFC
    1034, section 4.3.2), whatever else the zone has there. Those of a VPC follow NS records of a
    private zone only where a delegation rule of Route 53 Resolver says so.
    """
    findings = []
    for records in (one for one in contents.zones if not one.zone.private):
        here = [
            (name, kind, service)
            for (zone_id, name, kind), service in concerned.items()
            if zone_id == records.zone.id
        ]
        for cut in records.delegations:
            names = {
                name: service for name, kind, service in here if kind != "TXT" and is_in(name, cut)
            }
            ledgers = [name for name, kind, _ in here if kind == "TXT" and is_in(name, cut)]
            findings += [_delegated(records, name, service, cut) for name, service in names.items()]
            findings += [_ledgers(records, ledgers, cut)] if ledgers else []
    return findings + _unseen(contents)


def _ledgers(records: ZoneRecords, ledgers: list[str], cut: str) -> Finding:
    more = f" and {len(ledgers) - 1} more" if len(ledgers) > 1 else ""
    return found(
        "ledger-delegated",
        f"The ledger {min(ledgers)}{more} ({records.zone.id}) lies at or below {cut}, which "
        f"{records.zone.name} delegates to other name servers (NS).",
        f"{_shows(records.zone, cut)}\n# Delete the NS record, or take the zone out of "
        "HostedZoneIds.",
    )


def _shows(zone: Zone, cut: str) -> str:
    return (
        f"aws route53 list-resource-record-sets --hosted-zone-id {zone.id} "
        f"--start-record-name {quote(cut)} --start-record-type NS --max-items 1"
    )


def _delegated(records: ZoneRecords, name: str, service: str, cut: str) -> Finding:
    zone = records.zone
    return found(
        "name-delegated",
        f"{name} ({zone.id}) of {service} lies at or below {cut}, which {zone.name} delegates to "
        "other name servers (NS).",
        f"{_shows(zone, cut)}\n# Another signpost:hostname for the service, or HostedZoneIds with "
        "the zone that the NS record leads to; or delete the NS record where it leads to nobody.",
    )


def _unseen(contents: Contents) -> list[Finding]:
    what = "whether names lie below a delegation in"
    beyond = [
        not_checked(
            RECORDS,
            f"{what} {one.zone} from {one.unlisted} on",
            "the zone has more record sets than are listed",
        )
        for one in contents.zones
        if one.unlisted and not one.zone.private
    ]
    return beyond + [
        not_checked(RECORDS, f"{what} {zone}", reason)
        for zone, reason in contents.unread
        if not zone.private
    ]
