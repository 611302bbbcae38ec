"""A hosted zone: its record sets, which of them may stand side by side, and what is served of it.

Refusals are in Route 53's own words where somebody has published them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from tests.support.route53 import names
from tests.support.route53.record_sets import Key, RecordSet

Records = dict[Key, RecordSet]

# Of multivalue, weighted or latency record sets (Developer Guide: Quotas, quotas on records).
MAX_SETS_OF_A_POLICY = 100
_SOA = "awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400"
_KINDS = {
    "Weight": "weighted",
    "Region": "latency",
    "Failover": "failover",
    "GeoLocation": "geolocation",
    "CidrRoutingConfig": "CIDR",
    "GeoProximityLocation": "geoproximity",
    "AZAffinity": "AZ-affinity",
}


@dataclass
class HostedZone:
    """A hosted zone; `vpcs` is empty for a public one. Changes are served once they are INSYNC."""

    id: str
    name: str
    vpcs: tuple[tuple[str, str], ...] = ()  # (region, VPC id)
    name_servers: tuple[str, ...] = ()
    records: Records = field(default_factory=dict)
    busy_until: float = float("-inf")
    linked_service: str = ""  # principal of the service that made the zone
    public_fallback: bool = False  # of a private zone: NXDOMAIN is retried in public DNS
    protections: dict[tuple[str, str], str] = field(default_factory=dict)  # (name, type) → comment
    guardrails: set[str] = field(default_factory=set)
    asked: dict[tuple[str, str], float] = field(default_factory=dict)  # who answered, and when
    _versions: list[tuple[float, Records]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """A new zone has its NS and SOA (Developer Guide: NS and SOA records for a hosted zone)."""
        servers = tuple(f"{server}." for server in self.name_servers)
        ns = RecordSet(self.name, "NS", 172800, servers)
        soa = RecordSet(self.name, "SOA", 900, (f"{servers[0]} {_SOA}",))
        self.records = {one.key: one for one in (ns, soa)}
        self._versions = [(float("-inf"), dict(self.records))]

    @property
    def is_private(self) -> bool:
        """Private zones answer in their VPCs only."""
        return bool(self.vpcs)

    def store(self, records: Records, served_at: float) -> float:
        """Take the records; gives when name servers have them: never before earlier changes."""
        self.records = records
        in_sync_at = max(served_at, self._versions[-1][0])
        self._versions.append((in_sync_at, dict(records)))
        return in_sync_at

    def served(self, now: float) -> Records:
        """What all of Route 53's name servers answer from."""
        while len(self._versions) > 1 and self._versions[1][0] <= now:
            self._versions.pop(0)
        return self._versions[0][1]

    def listing(self) -> list[RecordSet]:
        """All record sets in the order of ListResourceRecordSets, PENDING ones too."""
        return sorted(self.records.values(), key=lambda one: position(one.key))


def position(key: Key) -> tuple[str, str, str]:
    """Where a record set stands in a listing: reversed labels, then type, then set identifier."""
    return (names.order(key.name), key.type, key.set_identifier or "")


def shown(key: Key) -> str:
    """A record set as refusals name it."""
    identifier = f", set-identifier='{key.set_identifier}'" if key.set_identifier else ""
    return f"[name='{key.name}', type='{key.type}'{identifier}]"


def refusals_to_place(zone: str, records: Mapping[Key, RecordSet], new: RecordSet) -> list[str]:
    """Why a record set can't stand in a zone beside the others (itself not counted)."""
    what = f"RRSet of type {new.type} with DNS name {new.name} is not permitted"
    if not names.is_within(new.name, zone):
        return [f"RRSet with DNS name {new.name} is not permitted in zone {zone}"]
    if new.type == "CNAME" and new.name == zone:
        return [f"{what} at apex in zone {zone}"]
    at_name = [one for one in records.values() if one.name == new.name and one.key != new.key]
    if new.type == "CNAME" and any(one.type != "CNAME" for one in at_name):
        return [f"{what} as it conflicts with other records with the same DNS name in zone {zone}"]
    if new.type != "CNAME" and any(one.type == "CNAME" for one in at_name):
        return [  # the two spaces are Route 53's
            f"{what} because a conflicting RRSet of type  CNAME with the same DNS name already "
            f"exists in zone {zone}"
        ]
    return _routing_refusals(new, [one for one in at_name if one.type == new.type])


def with_ttl_of(new: RecordSet, records: Mapping[Key, RecordSet]) -> Records:
    """The multivalue record sets beside a new one, with its TTL.

    Whoever gives them different ones has the last TTL on all of them (Developer Guide: Values
    specific for multivalue answer records, TTL).
    """
    if new.policy != "MultiValueAnswer":
        return {}
    return {
        key: replace(one, ttl=new.ttl)
        for key, one in records.items()
        if (one.name, one.type, one.policy) == (new.name, new.type, new.policy)
    }


def refusals_of_state(zone: str, records: Mapping[Key, RecordSet]) -> list[str]:
    """What a zone would lack after a batch, or have too much."""
    found = []
    if [one.name for one in records.values() if one.type == "SOA"] != [zone]:
        found.append("A HostedZone must contain exactly one SOA record.")
    if Key(zone, "NS") not in records:
        found.append("A HostedZone must contain at least one NS record for the zone itself.")
    return found


def refusals_of_alias(
    zone: HostedZone,
    records: Mapping[Key, RecordSet],
    new: RecordSet,
    find_zone: Callable[[str], str | None],
    is_gone: Callable[[str], bool],
    is_own_zone: Callable[[str], bool],
) -> list[str]:
    """Why an alias can't point where it does.

    `find_zone` gives the name that targets in a hosted zone id end with, None where not known;
    `is_own_zone` says whether an id is a zone of this account: "An alias resource record set
    can't reference a resource record set in a different hosted zone" (API Reference: AliasTarget).
    """
    if new.alias is None:
        return []
    target, target_zone = new.alias.dns_name, new.alias.hosted_zone_id
    what = f"Tried to create an alias that targets {target}, type {new.type} in zone {target_zone}"
    if target_zone == zone.id:
        outside = not names.is_within(target, zone.name)
        missing = not any((one.name, one.type) == (target, new.type) for one in records.values())
    else:
        suffix = find_zone(target_zone)
        outside = suffix is not None and not names.is_within(target, suffix)
        missing = is_gone(target) or is_own_zone(target_zone)
    found = []
    if outside:
        found.append(f"{what}, but the alias target name does not lie within the target zone")
    if outside or missing:
        found.append(f"{what}, but that target was not found")
    return found


def _routing_refusals(new: RecordSet, others: list[RecordSet]) -> list[str]:
    what = f"RRSet with DNS name {new.name}, type {new.type}"
    if not others:
        return []
    if new.set_identifier is None:
        return [f"{what} cannot be created as other RRSets exist with the same name and type."]
    what += f", SetIdentifier {new.set_identifier} cannot be created"
    if len(others) >= MAX_SETS_OF_A_POLICY:  # documented; the words are this module's
        return [f"{what} as there are {MAX_SETS_OF_A_POLICY} RRSets with the same name and type."]
    if any(one.policy != new.policy for one in others):
        if new.policy == "MultiValueAnswer":
            return [
                f"{what} because a non multivalue answer rrset exists with the same name and type."
            ]
        kind = _KINDS[str(new.policy)]
        return [f"{what} as a non-{kind} set exists with the same name and type."]
    if new.policy == "Weight" and any(one.ttl != new.ttl for one in others):
        return [f"{what} as weighted sets must contain the same TTL."]
    if new.policy == "Region":
        region = new.routing_value("Region")
        if any(one.routing_value("Region") == region for one in others):
            return [
                f"{what} because a latency RRSet with the same name, type and region "
                "already exists."
            ]
    return []
