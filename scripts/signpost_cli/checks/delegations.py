"""Names that are never answered, as their zone hands them on to other name servers. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from shlex import quote

from signpost.names.hostnames import is_in
from signpost_cli.checks.catalogue import RECORDS
from signpost_cli.checks.findings import Finding, found, not_checked
from signpost_cli.checks.names import Place
from signpost_cli.checks.zone_records import Contents, ZoneRecords


def judge(contents: Contents, concerned: Mapping[Place, str]) -> list[Finding]:
    """A finding for each name of ours (`concerned`, with whose it is) at or below NS records.

    Resolvers that ask a zone for such a name are sent to the name servers in these records (RFC
    1034, section 4.3.2), whatever else the zone has there.
    """
    findings = []
    for records in contents.zones:
        names = {
            name: service
            for (zone_id, name, kind), service in concerned.items()
            if zone_id == records.zone.id and kind != "TXT"
        }
        findings += [
            _delegated(records, name, service, cut)
            for name, service in names.items()
            for cut in records.delegations
            if is_in(name, cut)
        ]
    return findings + _unseen(contents)


def _delegated(records: ZoneRecords, name: str, service: str, cut: str) -> Finding:
    zone = records.zone
    return found(
        "name-delegated",
        f"{name} ({zone.id}) of {service} lies at or below {cut}, which {zone.name} delegates to "
        "other name servers (NS).",
        f"aws route53 list-resource-record-sets --hosted-zone-id {zone.id} "
        f"--start-record-name {quote(cut)} --start-record-type NS --max-items 1\n"
        "# Another signpost:hostname for the service, or HostedZoneIds with the zone that the NS "
        "record leads to; or delete the NS record where it leads to nobody.",
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
        if one.unlisted
    ]
    return beyond + [
        not_checked(RECORDS, f"{what} {zone}", reason) for zone, reason in contents.unread
    ]
