"""Route 53: reading and writing record sets, and how it writes names.

All functions take a boto3 `route53` client and may raise Throttled, AwsUnavailable or
AccessDenied beside what they name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from botocore.exceptions import ClientError

from signpost.aws import refusals
from signpost.aws.clients import calling, code_of, message_of
from signpost.errors import ZoneNotFound
from signpost.model.record_set import Alias, RecordSet
from signpost.model.zone import Zone
from signpost.names.hostnames import is_in

_ROOT = re.compile(rb"<(\w+)")  # of an XML document: its first element
_MESSAGE = re.compile(rb"<[Mm]essage>(.*?)</[Mm]essage>", re.DOTALL)
_WILDCARD = re.compile(r"^\\052(?=\.)")
# What a simple record set has none of (API Reference, "ResourceRecordSet", botocore 1.44.8), beside
# MultiValueAnswer; a unit test holds it against the model.
_ROUTING_KEYS = (
    "Weight",
    "Region",
    "GeoLocation",
    "Failover",
    "HealthCheckId",
    "TrafficPolicyInstanceId",
    "CidrRoutingConfig",
    "GeoProximityLocation",
    "AZAffinity",
)


@dataclass(frozen=True)
class Change:
    """An accepted batch: what to ask GetChange for, and when Route 53 took it (ISO 8601)."""

    id: str
    submitted_at: str


def get_zone(client: Any, zone_id: str) -> Zone:
    """A hosted zone's facts. Raises ZoneNotFound.

    `LinkedService` is the service that made the zone, and `Features.PublicDNSFallbackStatus` (of
    private zones) whether names that the zone lacks are asked for in public DNS; while that is
    being turned on or off, some resolvers do (Route 53 API Reference, "HostedZone" and
    "HostedZoneFeatures").
    """
    try:
        with calling("route53:GetHostedZone", zone_id):
            answer = client.get_hosted_zone(Id=zone_id)
    except ClientError as error:
        raise _no_zone(error, zone_id) from error
    zone = answer["HostedZone"]
    fallback = zone.get("Features", {}).get("PublicDNSFallbackStatus", "DISABLED")
    return Zone(
        id=zone_id,
        name=plain(zone["Name"]),
        private=bool(zone.get("Config", {}).get("PrivateZone")),
        vpcs=tuple(sorted(vpc["VPCId"] for vpc in answer.get("VPCs", []))),
        name_servers=tuple(answer.get("DelegationSet", {}).get("NameServers", [])),
        linked_service=zone.get("LinkedService", {}).get("ServicePrincipal", ""),
        public_fallback=fallback != "DISABLED",
    )


def find(client: Any, zone_id: str, name: str, type_: str) -> RecordSet | None:
    """One simple record set by name and type, in one call; None if it is not there.

    ListResourceRecordSets starts at the first name at or after the one asked for, so what it
    lists is compared.
    """
    sets, _ = _list(client, zone_id, name, {"StartRecordType": type_, "MaxItems": "1"})
    return next((found for found in sets if (found.name, found.type) == (name, type_)), None)


def at_name(client: Any, zone_id: str, name: str) -> list[RecordSet]:
    """Every record set of whatever type at a name (one call, more where it has over 100)."""
    found: list[RecordSet] = []
    start: dict[str, str] = {"MaxItems": "100"}
    next_name = name
    while True:
        sets, following = _list(client, zone_id, next_name, start)
        found += [record for record in sets if record.name == name]
        if following is None or plain(following["StartRecordName"]) != name:
            return found
        next_name = following.pop("StartRecordName")
        start = {"MaxItems": "100", **following}


def below(client: Any, zone_id: str, name: str) -> Iterator[RecordSet]:
    """Every record set at a name and below it, and nothing else of the zone.

    They stand together: ListResourceRecordSets orders by reversed labels, each ended by a dot
    ("Sort order" in the API Reference), and begins at the first name at or after the one asked
    for. One call for each 300 record sets.
    """
    for sets, following in pages_from(client, zone_id, name):
        for found in sets:
            if not is_in(found.name, name):
                return
            yield found
        if following is None or not is_in(following, name):
            return


def pages_from(
    client: Any, zone_id: str, name: str
) -> Iterator[tuple[list[RecordSet], str | None]]:
    """Pages of 300 record sets from a name on, each with the name that begins the next one.

    A call each, made when the page is wanted.
    """
    start: dict[str, str] = {"StartRecordName": name}
    while True:
        sets, following = _list(
            client, zone_id, start.pop("StartRecordName"), {"MaxItems": "300", **start}
        )
        yield sets, plain(following["StartRecordName"]) if following else None
        if following is None:
            return
        start = following


def order(name: str) -> str:
    """What ListResourceRecordSets sorts names by: their labels reversed, each ended by a dot."""
    return ".".join(reversed(name.split("."))) + "."


def _list(
    client: Any, zone_id: str, name: str, start: dict[str, str]
) -> tuple[list[RecordSet], dict[str, str] | None]:
    """One page from a name on, and where the next begins (all three Next* fields)."""
    try:
        with calling("route53:ListResourceRecordSets", zone_id):
            page = client.list_resource_record_sets(
                HostedZoneId=zone_id, StartRecordName=name, **start
            )
    except ClientError as error:
        raise _no_zone(error, zone_id) from error
    sets = [from_wire(wire) for wire in page["ResourceRecordSets"]]
    if not page.get("IsTruncated"):
        return sets, None
    following = {
        "StartRecordName": page["NextRecordName"],
        "StartRecordType": page["NextRecordType"],
    }
    if page.get("NextRecordIdentifier"):
        following["StartRecordIdentifier"] = page["NextRecordIdentifier"]
    return sets, following


def change(
    client: Any, zone_id: str, changes: Iterable[tuple[str, RecordSet]], comment: str
) -> Change:
    """Send one atomic batch of (action, record set), in order.

    Raises RecordConflict when the records are not what the batch expects, ZoneBusy while an
    earlier change is worked on, LoadBalancerNotReady while Route 53 does not know an alias target,
    StillAsked while a record that goes is asked for, RecordProtected, ZoneManagedByCloudMap,
    ChangeRefused for any other refusal, ZoneNotFound.
    """
    sent = list(changes)
    batch = [{"Action": action, "ResourceRecordSet": to_wire(record)} for action, record in sent]
    client.meta.events.register(
        "before-parse.route-53.ChangeResourceRecordSets", _name_bare_error, "signpost-bare-error"
    )
    try:
        with (
            calling("route53:ChangeResourceRecordSets", zone_id),
            refusals.of_linked_zones(zone_id),
        ):
            answer = client.change_resource_record_sets(
                HostedZoneId=zone_id, ChangeBatch={"Comment": comment[:256], "Changes": batch}
            )
    except ClientError as error:
        if code_of(error) == "NoSuchHostedZone":
            raise _no_zone(error, zone_id) from error
        raise refusals.named(error, zone_id, sent) from error
    info = answer["ChangeInfo"]
    return Change(info["Id"].removeprefix("/change/"), info["SubmittedAt"].isoformat())


def _name_bare_error(
    response_dict: Mapping[str, Any],
    operation_model: Any,
    customized_response_dict: dict[str, Any],
    **_: object,
) -> None:
    """Give an error that comes without `ErrorResponse` its code, and its messages as one.

    Route 53 may answer `<InvalidChangeBatch><Messages><Message>…` (API Reference:
    ChangeResourceRecordSets, Errors). botocore then finds no code, and loses several messages.
    """
    root = _ROOT.search(response_dict["body"])
    code = root[1].decode() if root else ""
    known = {shape.name for shape in operation_model.error_shapes}
    if response_dict["status_code"] >= 400 and code in known:
        said = [unescape(one.decode()) for one in _MESSAGE.findall(response_dict["body"])]
        customized_response_dict["Error"] = {"Code": code, "Message": f"[{', '.join(said)}]"}


def is_in_sync(client: Any, change_id: str) -> bool:
    """Whether all of Route 53's servers have a change (GetChange: PENDING, then INSYNC)."""
    with calling("route53:GetChange", change_id):
        return bool(client.get_change(Id=change_id)["ChangeInfo"]["Status"] == "INSYNC")


def to_wire(record: RecordSet) -> dict[str, Any]:
    """A record set as ChangeResourceRecordSets takes it."""
    wire: dict[str, Any] = {"Name": f"{record.name}.", "Type": record.type}
    if record.set_identifier is not None:
        wire["SetIdentifier"] = record.set_identifier
    if record.multivalue:
        wire["MultiValueAnswer"] = True
    if record.alias:
        wire["AliasTarget"] = {
            "HostedZoneId": record.alias.hosted_zone_id,
            "DNSName": f"{record.alias.dns_name}.",
            "EvaluateTargetHealth": record.alias.evaluate_target_health,
        }
    else:
        wire["TTL"] = record.ttl
        wire["ResourceRecords"] = [{"Value": value} for value in record.values]
    return wire


def from_wire(wire: dict[str, Any]) -> RecordSet:
    """A record set as ListResourceRecordSets gives it.

    One with a set identifier and no routing policy that is known here has a newer one: botocore
    drops what its model lacks.
    """
    target = wire.get("AliasTarget")
    routing = [f"{key}={_shown(wire[key])}" for key in _ROUTING_KEYS if key in wire]
    if "SetIdentifier" in wire and not routing and not wire.get("MultiValueAnswer"):
        routing = ["unknown"]
    return RecordSet(
        name=plain(wire["Name"]),
        type=wire["Type"],
        ttl=wire.get("TTL"),
        values=tuple(sorted(value["Value"] for value in wire.get("ResourceRecords", []))),
        alias=Alias(
            target["HostedZoneId"], plain(target["DNSName"]), target["EvaluateTargetHealth"]
        )
        if target
        else None,
        set_identifier=wire.get("SetIdentifier"),
        routing=" ".join(routing) or None,
        multivalue=bool(wire.get("MultiValueAnswer")),
    )


def _shown(value: Any) -> str:
    """A routing element in one word: `AvailabilityZone/use1-az1` of one with several parts."""
    parts = value.values() if isinstance(value, dict) else [value]
    return "/".join(_shown(one) if isinstance(one, dict) else str(one) for one in parts)


def plain(name: str) -> str:
    r"""A name without final dot, in lower case, its first label `\052` as the `*` that it is. Any
    other octal escape stays: it is in no hostname, and the dot in `b\056a` parts no labels.
    """
    return _WILDCARD.sub("*", name.lower().removesuffix("."))


def _no_zone(error: ClientError, zone_id: str) -> Exception:
    if code_of(error) in ("NoSuchHostedZone", "InvalidInput", "InvalidHostedZoneId"):
        return ZoneNotFound(
            f"Hosted zone {zone_id} can't be used: {message_of(error)} Correct HostedZoneIds."
        )
    return error
