"""Route 53's rules for record sets beside each other, which MiniStack does not check.

A CNAME stands alone at its name and never at the apex, a name lies within its zone, and the record
sets of a name and type have one routing policy (Route 53 API Reference: ChangeResourceRecordSets,
ResourceRecordSet; Developer Guide: Values specific for multivalue answer records). A batch that
breaks a rule is refused as InvalidChangeBatch in the words that Route 53 uses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ministack.services import route53

RecordSet = Mapping[str, Any]  # as MiniStack stores it: Name, Type, SetIdentifier, …
HttpAnswer = tuple[int, dict[str, str], bytes]
Change = Callable[[str, bytes], HttpAnswer]

_POLICIES = (
    "Weight",
    "Region",
    "Failover",
    "GeoLocation",
    "CidrRoutingConfig",
    "MultiValueAnswer",
    "GeoProximityLocation",
    "AZAffinity",
)


def install() -> None:
    """Let the emulator refuse such batches."""
    route53._change_resource_record_sets = _checking(route53._change_resource_record_sets)


def refusals(
    zone: str, before: Sequence[RecordSet], changes: Sequence[tuple[str, RecordSet]]
) -> list[str]:
    """Why a batch of (action, record set), in order, can't be made in a zone; empty if it can."""
    found: list[str] = []
    records = {_key(one): one for one in before}
    for action, record in changes:
        existing = records.pop(_key(record), None)
        if action == "DELETE":
            continue
        refused = _refusals_to_place(plain(zone), list(records.values()), record)
        found += refused
        left = existing if refused else record
        if left is not None:
            records[_key(record)] = left
    return found


def _refusals_to_place(zone: str, others: Sequence[RecordSet], new: RecordSet) -> list[str]:
    name, kind = plain(new["Name"]), new["Type"]
    what = f"RRSet of type {kind} with DNS name {name} is not permitted"
    if name != zone and not name.endswith(f".{zone}"):
        return [f"RRSet with DNS name {name} is not permitted in zone {zone}"]
    if kind == "CNAME" and name == zone:
        return [f"{what} at apex in zone {zone}"]
    at_name = [one for one in others if plain(one["Name"]) == name]
    if kind == "CNAME" and any(one["Type"] != "CNAME" for one in at_name):
        return [f"{what} as it conflicts with other records with the same DNS name in zone {zone}"]
    if kind != "CNAME" and any(one["Type"] == "CNAME" for one in at_name):
        return [  # the two spaces are Route 53's
            f"{what} because a conflicting RRSet of type  CNAME with the same DNS name already"
            f" exists in zone {zone}"
        ]
    same = [one for one in at_name if one["Type"] == kind]
    return _refusals_to_mix(f"RRSet with DNS name {name}, type {kind}", same, new)


def _refusals_to_mix(what: str, same: Sequence[RecordSet], new: RecordSet) -> list[str]:
    if same and not new.get("SetIdentifier"):
        return [f"{what} cannot be created as other RRSets exist with the same name and type."]
    if all(_policy(one) == _policy(new) for one in same):
        return []
    what += f", SetIdentifier {new['SetIdentifier']} cannot be created"
    if _policy(new) == "MultiValueAnswer":
        kind = "non multivalue answer rrset"
        return [f"{what} because a {kind} exists with the same name and type."]
    kinds = {"Weight": "weighted", "Region": "latency", "Failover": "failover"}
    kind = kinds.get(str(_policy(new)), "geo")
    return [f"{what} as a non-{kind} set exists with the same name and type."]


def _policy(record: RecordSet) -> str | None:
    return next((one for one in _POLICIES if record.get(one, False) is not False), None)


def _key(record: RecordSet) -> tuple[str, str, str]:
    return plain(record["Name"]), record["Type"], record.get("SetIdentifier", "")


def plain(name: str) -> str:
    """A name as rules need it: lower case, with its final dot, and `*` without its escape."""
    return name.lower().removesuffix(".").replace("\\052", "*") + "."


def after(before: Sequence[RecordSet], changes: Sequence[tuple[str, RecordSet]]) -> list[RecordSet]:
    """The record sets after a batch that is carried out."""
    records = {_key(one): one for one in before}
    for action, record in changes:
        if action == "DELETE":
            records.pop(_key(record), None)
        else:
            records[_key(record)] = record
    return list(records.values())


def _checking(original: Change) -> Change:
    def change(zone_id: str, body: bytes) -> HttpAnswer:
        zone = route53._zones.get(zone_id)
        found = refusals(zone["name"], route53._records[zone_id], changes_in(body)) if zone else []
        if not found:
            return original(zone_id, body)
        said = f"[{', '.join(found)}]"
        return route53._error_response("InvalidChangeBatch", said)  # type: ignore[no-any-return]

    return change


def changes_in(body: bytes) -> list[tuple[str, RecordSet]]:
    """The changes of a request as (action, record set), as far as they can be read.

    MiniStack refuses a bad form.
    """
    found = route53._parse_body(body)
    for step in ("ChangeBatch", "Changes"):
        found = None if found is None else route53._find(found, step)
    listed = [] if found is None else route53._findall(found, "Change")
    return [
        (route53._text(one, "Action"), route53._parse_record_set(record))
        for one in listed
        if (record := route53._find(one, "ResourceRecordSet")) is not None
        and route53._text(record, "Name")
    ]
