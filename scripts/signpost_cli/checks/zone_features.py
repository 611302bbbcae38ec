"""What a zone's settings make of Signpost's work: how long a new name can stay hidden from whoever
asked too early, which changes Route 53 refuses, and where it looks for names that a zone lacks.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost_cli.checks.catalogue import ZONES
from signpost_cli.checks.findings import Finding, found, not_checked, note
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import OldBotocore, attempt_each, reading
from signpost_cli.checks.zone_records import Contents
from signpost_cli.checks.zones import ZoneFacts

MOST_NEGATIVE_TTL = 60  # seconds that a name may stay hidden: as long as a change takes in Route 53

# Of the guardrails, those that can refuse what Signpost sends (Route 53 API Reference,
# "ChangeGuardrail"); the others are about NS records, of which it writes none.
_GUARDRAILS = {
    "ACTIVE_RECORD_CHECK": (
        "the removal of a name that is still asked for is refused, tried again for a while, and "
        "then ends in StillAsked: the name stays until nobody asks for it"
    ),
    "ALIAS_TARGET_CHECK": (
        "a record that an alias record of the zone leads to is not removed before that alias is"
    ),
    "NS_OCCLUSION_CHECK": "records below a delegated name are refused",
}


def check(installation: Installation, facts: ZoneFacts, contents: Contents) -> list[Finding]:
    """The negative TTLs, then notes on guardrails and public DNS fallback."""
    findings = [
        one
        for records in contents.zones
        if not records.zone.linked_service
        for one in judge_negative_ttl(records.zone, records.soa)
    ]
    findings += [
        not_checked(ZONES, f"for how long {zone} hides new names", reason)
        for zone, reason in contents.unread
    ]
    tries = {
        f"which change guardrails {zone} has": partial(_guardrails, installation, facts, zone)
        for zone in facts.zones
    }
    return findings + attempt_each(ZONES, tries) + judge_fallback(facts.zones)


def judge_negative_ttl(zone: Zone, soa: RecordSet | None) -> list[Finding]:
    """A zone whose negative answers are kept for longer than MOST_NEGATIVE_TTL.

    They are kept for the SOA record's own TTL or for its last field, whichever is less (RFC 2308,
    section 5); Route 53 makes zones with 900 and 86400 (Developer Guide, "The start of authority
    (SOA) record").
    """
    seconds = negative_ttl(soa)
    if soa is None or seconds is None or seconds <= MOST_NEGATIVE_TTL:
        return []
    changed = {
        "Name": soa.name,
        "Type": "SOA",
        "TTL": MOST_NEGATIVE_TTL,
        "ResourceRecords": [{"Value": value} for value in soa.values],
    }
    batch = {"Changes": [{"Action": "UPSERT", "ResourceRecordSet": changed}]}
    what = (
        f"Who asks {zone.name} ({zone.id}) for a name before it is there may be told for "
        f"{seconds} seconds that there is none: the TTL of its SOA record is {soa.ttl}."
    )
    mend = (
        f"aws route53 change-resource-record-sets --hosted-zone-id {zone.id} "
        f"--change-batch {shlex.quote(json.dumps(batch))}"
    )
    return [found("zone-negative-ttl", what, mend)]


def negative_ttl(soa: RecordSet | None) -> int | None:
    """For how many seconds a negative answer is kept; None where the SOA doesn't say."""
    fields = soa.values[0].split() if soa and soa.values else []
    if soa is None or soa.ttl is None or len(fields) != 7 or not fields[6].isdigit():
        return None
    return min(soa.ttl, int(fields[6]))


def _guardrails(installation: Installation, facts: ZoneFacts, zone: Zone) -> list[Finding]:
    installation.progress(f"guardrails of {zone.name}")
    with reading("route53:GetHostedZone", zone.id):
        try:
            return judge_guardrails(zone, _guardrails_on(facts.route53, zone.id))
        except OldBotocore as error:
            if not installation.is_local:
                raise
            return [note(ZONES, f"Guardrails of {zone} were not read: {error}.")]


def _guardrails_on(client: Any, zone_id: str) -> list[str]:
    """Their names, as `HostedZone.Features.ChangeGuardrails` tells. A botocore that doesn't know
    them leaves them out of the answer.
    """
    zone = client.meta.service_model.shape_for("HostedZone")
    features = zone.members.get("Features")
    if features is None or "ChangeGuardrails" not in features.members:
        raise OldBotocore("change guardrails; install a newer one")
    told = client.get_hosted_zone(Id=zone_id)["HostedZone"].get("Features", {})
    rails = told.get("ChangeGuardrails", [])
    return [rail["Name"] for rail in rails if rail["Status"] == "ENABLED"]


def judge_guardrails(zone: Zone, enabled: Collection[str]) -> list[Finding]:
    """What those that are on mean for Signpost's changes: nothing is wrong with them."""
    return [
        note(ZONES, f"{name} is on in {zone.name} ({zone.id}): {meaning}.")
        for name, meaning in _GUARDRAILS.items()
        if name in enabled
    ]


def judge_fallback(zones: Sequence[Zone]) -> list[Finding]:
    """Zones with public DNS fallback, of which the absence of a name proves less."""
    return [
        note(
            ZONES,
            f"Names that {zone.name} ({zone.id}) lacks are asked for in public DNS: one that was "
            "removed may be answered from there, and the proof of its removal says so.",
        )
        for zone in zones
        if zone.public_fallback
    ]
