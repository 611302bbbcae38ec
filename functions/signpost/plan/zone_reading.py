"""What Route 53 has for a service in one zone, read with as few calls as will do.

A CreateService event expects nothing to be there and reads nothing in the zones that get names; any
other event reads the ledger (one call); a second round and a run by hand also read the records at
the names concerned, so they see what was edited behind our back; where records are found that are
not as the ledger says, all ledgers of the zone are read too, to see whether another service owns
them. A dry run reads too, so that it does not promise what Route 53 would refuse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from signpost.aws import route53
from signpost.ledger import ledger as ledgers
from signpost.ledger import listing
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost.plan.situation import Situation
from signpost.plan.zone_changes import Key, ZoneState, doubtful
from signpost.settings import Settings


@dataclass(frozen=True)
class Found:
    """What Route 53 has of one zone, and what there should be."""

    state: ZoneState
    wanted: tuple[RecordSet, ...]
    ledger_name: str
    ledger_record: RecordSet | None


def read_zone(
    client: Any,
    zone: Zone,
    wanted: Sequence[RecordSet],
    situation: Situation,
    settings: Settings,
) -> Found:
    """`client` is a boto3 `route53` client. Raises LedgerCorrupt, HostnameInvalid, ZoneNotFound,
    Throttled, AwsUnavailable or AccessDenied.
    """
    service = situation.service
    name = ledgers.ledger_name(
        service=service.name, cluster=service.cluster, owner=settings.owner_id, zone_name=zone.name
    )
    first_of_new = situation.trigger.name == "CreateService" and situation.round == 1
    expects_nothing = first_of_new and bool(wanted) and not situation.is_dry(settings)
    record = None if expects_nothing else route53.find(client, zone.id, name, "TXT")
    ledger = record and ledgers.read(
        record,
        installation=settings.installation,
        cluster=service.cluster,
        service=service.name,
        zone_name=zone.name,
    )
    state = ZoneState(zone, ledger or None, None)
    if situation.round > 1 or situation.trigger.reads_records or settings.policy == "dry-run":
        owned = ledger.record_sets if ledger else ()
        names = dict.fromkeys(one.name for one in (*owned, *wanted))
        observed = {
            one.key: one for hostname in names for one in route53.at_name(client, zone.id, hostname)
        }
        state = replace(state, observed=observed)
    if doubtful(state, wanted):
        state = replace(state, claims=_claims(client, zone, name))
    return Found(state, tuple(wanted), name, record)


def _claims(client: Any, zone: Zone, own: str) -> dict[Key, str]:
    """Who owns which record set, by all ledgers of a zone but our own."""
    return {
        record.key: f"service {listed.ledger.service} of cluster {listed.ledger.cluster}"
        for listed in listing.ledgers_in(client, zone, None)
        if listed.ledger and listed.record_set.name != own
        for record in listed.ledger.record_sets
    }
