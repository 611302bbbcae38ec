"""What a zone refuses beside its own rules: protections, change guardrails, and another's zone.

Route 53 API Reference: ChangeResourceRecordSets, "Protected Resource Record Sets", and
ChangeGuardrail; Developer Guide: "Change Guardrails for hosted zones". What the sentences tell is
documented, their words are this module's; only those for Cloud Map's zones are AWS's.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.support.route53 import names
from tests.support.route53.batch import Change
from tests.support.route53.errors import Refused, Route53Error, invalid_change_batch
from tests.support.route53.record_sets import Key, checked
from tests.support.route53.zones import HostedZone, Records, shown

ASKED_SECONDS = 600.0  # that a question counts; AWS does not say for how long it does


def require_allowed(
    zone: HostedZone, changes: Sequence[Change], after: Records, now: float
) -> None:
    """Raise InvalidChangeBatch where a protection or a guardrail is against a batch.

    `after` are the zone's records as the batch would leave them.
    """
    refusals = _protections(zone, changes)
    gone = dict.fromkeys(
        Key(name, type_)
        for name, type_, _ in zone.records.keys() - after.keys()
        if not any((one.name, one.type) == (name, type_) for one in after.values())
    )
    for key in sorted(gone):
        refusals += _guardrails(zone, key, after, now)
    if "NS_OCCLUSION_CHECK" in zone.guardrails:
        for new in sorted(after.keys() - zone.records.keys()):
            if (cut := delegation(after, zone.name, new.name)) and new.type != "NS":
                refusals.append(_rejected(new, "NS_OCCLUSION_CHECK", f"{cut} is delegated"))
    if refusals:
        raise invalid_change_batch(refusals)


def require_own_zone(zone: HostedZone) -> None:
    """Raise AccessDenied, HTTP 403, for a zone that another service made."""
    if zone.linked_service:
        raise Route53Error(
            "AccessDenied",
            f"The resource hostedzone/{zone.id} can only be managed through AWS Cloud Map "
            "(arn:aws:servicediscovery:eu-west-1:123456789012:namespace/ns-abcdefghijklmnop)",
            403,
        )


def delegation(records: Records, zone: str, name: str) -> str | None:
    """The NS record set below the apex that is at a name or above it."""
    cuts = [key.name for key in records if key.type == "NS" and key.name != zone]
    return next((cut for cut in cuts if names.is_within(name, cut)), None)


def _protections(zone: HostedZone, changes: Sequence[Change]) -> list[str]:
    found = []
    for change in changes:
        try:
            key = checked(change.record_set).key
        except Refused:
            continue  # told already
        comment = zone.protections.get((key.name, key.type))
        if comment is not None:
            said = f" Comment: {comment}" if comment else ""
            found.append(f"The resource record set {shown(key)} is protected from changes.{said}")
    return list(dict.fromkeys(found))


def _guardrails(zone: HostedZone, gone: Key, after: Records, now: float) -> list[str]:
    found = []
    is_asked = now - zone.asked.get((gone.name, gone.type), float("-inf")) < ASKED_SECONDS
    if "ACTIVE_RECORD_CHECK" in zone.guardrails and is_asked:
        found.append(_rejected(gone, "ACTIVE_RECORD_CHECK", "it still receives DNS queries"))
    if "ALIAS_TARGET_CHECK" in zone.guardrails:
        aliases = [one for one in after.values() if one.alias and one.type == gone.type]
        if any(one.alias and one.alias.dns_name == gone.name for one in aliases):
            found.append(_rejected(gone, "ALIAS_TARGET_CHECK", "an alias record points to it"))
    return found


def _rejected(key: Key, guardrail: str, why: str) -> str:
    return f"The change to {shown(key)} was rejected by the Change Guardrail {guardrail}: {why}"
