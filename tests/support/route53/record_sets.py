"""A resource record set, and the rules that it must keep by itself.

Route 53 API Reference: ResourceRecordSet, AliasTarget, ResourceRecord.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from tests.support.route53 import names, values
from tests.support.route53.errors import (
    Refused,
    Route53Error,
    UnsupportedByStandIn,
    invalid_input,
)

MAX_RECORDS = 400
# Elements with parts, and what may be in them.
STRUCTURED = {
    "GeoLocation": ("ContinentCode", "CountryCode", "SubdivisionCode"),
    "CidrRoutingConfig": ("CollectionId", "LocationName"),
    "GeoProximityLocation": ("AWSRegion", "LocalZoneGroup", "Bias"),
    "AZAffinity": ("LocationType", "LocationId"),
}
ROUTING_POLICIES = ("Weight", "Region", "Failover", "MultiValueAnswer", *STRUCTURED)
ROUTING_ELEMENTS = (*ROUTING_POLICIES, "HealthCheckId")
_VALUE_ELEMENTS = ("TTL", "ResourceRecords", "AliasTarget")
_ELEMENTS = {"Name", "Type", "SetIdentifier", *_VALUE_ELEMENTS, *ROUTING_ELEMENTS}
_BOTO_TYPES: dict[str, Callable[[str], object]] = {
    "Weight": int,
    "MultiValueAnswer": lambda text: text == "true",
}
_UNROUTED_TYPES = ("NS", "SOA")
_UNROUTED_MULTIVALUE_TYPES = ("CNAME", "NS", "SOA")


class Key(NamedTuple):
    """What identifies a record set in its zone."""

    name: str
    type: str
    set_identifier: str | None = None


@dataclass(frozen=True)
class AliasTarget:
    """Where an alias points; `dns_name` in stored form once it was accepted."""

    hosted_zone_id: str
    dns_name: str
    evaluate_target_health: bool


@dataclass(frozen=True)
class RecordSet:
    """A record set; `routing` has the routing policy's and the health check's elements."""

    name: str
    type: str
    ttl: int | None = None
    values: tuple[str, ...] = ()
    alias: AliasTarget | None = None
    set_identifier: str | None = None
    routing: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> Key:
        """Name, type and set identifier."""
        return Key(self.name, self.type, self.set_identifier)

    @property
    def policy(self) -> str | None:
        """`Weight`, `Region`, `Failover` or `MultiValueAnswer`; None for a simple record set."""
        return next((name for name, _ in self.routing if name in ROUTING_POLICIES), None)

    def routing_value(self, element: str) -> str | None:
        """The text of one routing element, for instance `Weight`."""
        return dict(self.routing).get(element)

    def says_the_same(self, other: RecordSet) -> bool:
        """Whether a DELETE with `other` removes this set: all as at creation, values in any order.

        "You must specify all the same values that you specified when you created it" (Route 53
        API Reference: ChangeResourceRecordSets).
        """
        return (
            self.key == other.key
            and self.ttl == other.ttl
            and self.alias == other.alias
            and sorted(self.routing) == sorted(other.routing)
            and self._comparable() == other._comparable()
        )

    def as_boto(self) -> dict[str, Any]:
        """The record set as boto3 takes it in a change and gives it in a listing."""
        wire: dict[str, Any] = {"Name": self.name, "Type": self.type}
        if self.set_identifier is not None:
            wire["SetIdentifier"] = self.set_identifier
        for element, text in self.routing:
            if element in STRUCTURED:
                parts = parts_of(text).items()
                wire[element] = {key: int(one) if key == "Bias" else one for key, one in parts}
            else:
                wire[element] = _BOTO_TYPES.get(element, str)(text)
        if self.alias:
            wire["AliasTarget"] = {
                "HostedZoneId": self.alias.hosted_zone_id,
                "DNSName": self.alias.dns_name,
                "EvaluateTargetHealth": self.alias.evaluate_target_health,
            }
        else:
            wire["TTL"] = self.ttl
            wire["ResourceRecords"] = [{"Value": value} for value in self.values]
        return wire

    def _comparable(self) -> list[str]:
        return sorted(values.comparable(self.type, value) for value in self.values)


def from_boto(wire: dict[str, Any]) -> RecordSet:
    """A record set from boto3's form, not checked yet."""
    check_elements(wire)
    target = wire.get("AliasTarget")
    routing = []
    for element in ROUTING_ELEMENTS:
        if element in wire:
            said = wire[element]
            if element in STRUCTURED:
                routing.append((element, as_text(element, {k: str(v) for k, v in said.items()})))
                continue
            routing.append((element, str(said).lower() if isinstance(said, bool) else str(said)))
    return RecordSet(
        name=wire["Name"],
        type=wire["Type"],
        ttl=wire.get("TTL"),
        values=tuple(record["Value"] for record in wire.get("ResourceRecords", [])),
        alias=AliasTarget(target["HostedZoneId"], target["DNSName"], target["EvaluateTargetHealth"])
        if target
        else None,
        set_identifier=wire.get("SetIdentifier"),
        routing=tuple(routing),
    )


def as_text(element: str, parts: dict[str, str]) -> str:
    """A structured routing element as `RecordSet.routing` keeps it: `LocationId=use1-az1`."""
    return " ".join(f"{key}={parts[key]}" for key in STRUCTURED[element] if key in parts)


def parts_of(text: str) -> dict[str, str]:
    """The inverse of `as_text`."""
    return dict(part.split("=", 1) for part in text.split())


def check_elements(elements: Iterable[str]) -> None:
    """Raise UnsupportedByStandIn for elements that nothing here would look at."""
    unknown = sorted(set(elements) - _ELEMENTS)
    if unknown:
        raise UnsupportedByStandIn(f"Not known here: {', '.join(unknown)}")


def check_form(action: str, given: RecordSet) -> None:
    """Raise InvalidInput where the elements of one change don't go together."""
    has_records = given.ttl is not None and bool(given.values)
    either = "[AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId]"
    if given.alias and (given.ttl is not None or given.values):
        raise _misfit(f"Expected exactly one of {either}, but found more than one", action, given)
    if not given.alias and not has_records:
        raise _misfit(f"Expected exactly one of {either}, but found none", action, given)
    policies = [element for element, _ in given.routing if element in ROUTING_POLICIES]
    if policies and given.set_identifier is None:
        raise _misfit("Missing field 'SetIdentifier'", action, given)
    if given.set_identifier is not None and len(policies) != 1:
        found = "more than one" if policies else "none"
        listed = "[Weight, Region, Failover, GeoLocation, or MultiValueAnswer]"
        raise _misfit(f"Expected exactly one of {listed}, but found {found}", action, given)
    # The two refusals below are documented (ResourceRecordSet: Type); their words are not.
    if policies and given.type in _UNROUTED_TYPES:
        raise _misfit(f"A routing policy is not permitted for type {given.type}", action, given)
    if "MultiValueAnswer" in policies and (given.alias or given.type in _UNROUTED_MULTIVALUE_TYPES):
        raise _misfit("MultiValueAnswer is not permitted for this record", action, given)


def checked(given: RecordSet) -> RecordSet:
    """The record set as Route 53 stores it. Raises Refused with all that is wrong with it."""
    refusals: list[str] = []
    name, alias = given.name, given.alias
    try:
        name = names.canonical(given.name)
    except Refused as refused:
        refusals += refused.refusals
    if alias:
        try:
            alias = replace(alias, dns_name=names.canonical(alias.dns_name))
        except Refused as refused:
            refusals += refused.refusals
    refusals += values.problems(given.type, given.values)
    if len(given.values) > MAX_RECORDS:
        refusals.append(f"Cannot have more than {MAX_RECORDS} records in a RRSet.")
    if given.policy == "MultiValueAnswer" and len(given.values) > 1:
        # Words and rule: AWS Knowledge Center, "multivalue versus simple policies".
        refusals.append("Each Multivalue answer record can have only one value.")
    # Documented (ResourceRecord: Value; ResourceRecordSet: Name); the words are this module's.
    if given.type in ("CNAME", "SOA") and len(given.values) > 1:
        refusals.append(f"RRSet of type {given.type} with DNS name {name} can have only one value")
    if given.type == "NS" and name.startswith(names.WILDCARD):
        refusals.append(f"RRSet of type NS with DNS name {name} can't have a wildcard")
    if refusals:
        raise Refused(*refusals)
    return replace(given, name=name, alias=alias)


def _misfit(what: str, action: str, given: RecordSet) -> Route53Error:
    identifier = given.set_identifier if given.set_identifier is not None else "null"
    return invalid_input(
        f"Invalid request: {what} in Change with [Action={action}, Name={given.name}, "
        f"Type={given.type}, SetIdentifier={identifier}]"
    )
