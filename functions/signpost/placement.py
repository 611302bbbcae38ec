"""Which record sets should stand in which zones for a service that is present: the desired state.

Names come from the service's tags or `HostnameTemplate`; a name goes into the zones whose name is
its longest suffix; each such zone takes the load balancer that fits it, if one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from signpost import hostnames
from signpost.errors import (
    AmbiguousLoadBalancer,
    InvalidConfiguration,
    LoadBalancerNotFound,
    ZoneNotFound,
)
from signpost.model import Alias, Configuration, LoadBalancer, RecordSet, Service, Zone
from signpost.settings import Settings


@dataclass(frozen=True)
class Placement:
    """What one zone should have for the service, and through which load balancer."""

    zone: Zone
    load_balancer: LoadBalancer
    record_sets: tuple[RecordSet, ...]
    reason: str


def place(
    service: Service,
    load_balancers: Sequence[LoadBalancer],
    zones: Sequence[Zone],
    settings: Settings,
) -> list[Placement]:
    """The desired record sets, zone by zone; zones that take none are left out.

    Raises HostnameInvalid, InvalidConfiguration, AmbiguousLoadBalancer, LoadBalancerNotFound
    or ZoneNotFound.
    """
    nameable = [balancer for balancer in load_balancers if balancer.kind != "gateway"]
    configuration = service.configuration
    _check_chosen(configuration, nameable)
    allowed = _allowed_zones(configuration, zones)
    balancers: dict[str, LoadBalancer] = {}
    reasons: dict[str, str] = {}
    for zone in allowed:
        chosen = _choose(zone, nameable, configuration)
        if chosen:
            balancers[zone.id], reasons[zone.id] = chosen
    taking = [zone for zone in allowed if zone.id in balancers]
    names = _names(service, settings, taking, zones)
    by_zone: dict[str, list[str]] = {zone.id: [] for zone in taking}
    for name in names:
        homes = _zones_for(name, taking, zones)
        if not homes:
            raise _no_zone(f"the name {name}", nameable, allowed)
        for zone in homes:
            by_zone[zone.id].append(name)
    if not any(by_zone.values()):
        raise _no_zone("a name", nameable, allowed)
    return [
        Placement(
            zone,
            balancers[zone.id],
            _record_sets(by_zone[zone.id], zone, balancers[zone.id], configuration, settings),
            reasons[zone.id],
        )
        for zone in taking
        if by_zone[zone.id]
    ]


def _check_chosen(configuration: Configuration, balancers: Sequence[LoadBalancer]) -> None:
    for wanted in configuration.load_balancers:
        if not any(wanted in (balancer.name, balancer.arn) for balancer in balancers):
            raise LoadBalancerNotFound(
                f"Tag signpost:load-balancer names {wanted}; the service's load balancers are "
                f"{', '.join(balancer.name for balancer in balancers) or 'none'}."
            )


def _allowed_zones(configuration: Configuration, zones: Sequence[Zone]) -> list[Zone]:
    wanted = configuration.zone
    if wanted is None:
        return list(zones)
    name = wanted.lower().removesuffix(".")
    allowed = [zone for zone in zones if wanted == zone.id or name == zone.name]
    if not allowed:
        raise ZoneNotFound(
            f"Tag signpost:zone names {wanted}, which is none of the zones that Signpost may "
            f"write: {', '.join(map(str, zones))}. Correct the tag, or list the zone."
        )
    return allowed


def _choose(
    zone: Zone, balancers: Sequence[LoadBalancer], configuration: Configuration
) -> tuple[LoadBalancer, str] | None:
    """The load balancer that a zone should point to, and why it; None where none fits.

    A public zone takes an internet-facing one. A private zone takes one of a VPC that it is
    associated with, an internal one if there is one.
    """
    if zone.private:
        fitting = [balancer for balancer in balancers if balancer.vpc_id in zone.vpcs]
        internal = [balancer for balancer in fitting if balancer.scheme == "internal"]
        candidates, kind = (internal, "internal one") if internal else (fitting, "one")
        why = f"the only {kind} in a VPC of the private zone"
    else:
        candidates = [b for b in balancers if b.scheme == "internet-facing"]
        fitting, why = candidates, "the only internet-facing one, for the public zone"
    tagged = [b for b in fitting if {b.name, b.arn} & set(configuration.load_balancers)]
    if tagged:
        candidates, why = tagged, "chosen by the tag signpost:load-balancer"
    if not candidates:
        return None
    if len(candidates) > 1:
        raise AmbiguousLoadBalancer(
            f"Zone {zone} can take any of {len(candidates)} load balancers of the service: "
            f"{', '.join(f'{b.name} ({b.scheme}, {b.vpc_id})' for b in candidates)}. "
            "Name one in the service's tag signpost:load-balancer."
        )
    return candidates[0], f"{candidates[0].name} is {why}"


def _names(
    service: Service, settings: Settings, taking: Sequence[Zone], zones: Sequence[Zone]
) -> list[str]:
    """Absolute hostnames: each relative one once for each zone name that takes a load balancer."""
    zone_names = list(dict.fromkeys(zone.name for zone in taking))
    names = []
    for given in service.configuration.hostnames:
        if given.endswith(".") or hostnames.zone_name_of(
            given.lower(), (zone.name for zone in zones)
        ):
            names.append(hostnames.check(given, "in the tag signpost:hostname"))
        elif "." in given:
            hostnames.check(given, "in the tag signpost:hostname")
            raise ZoneNotFound(
                f"Tag signpost:hostname names {given}, which is in none of the zones that Signpost "
                f"may write: {', '.join(map(str, zones))}. Add its zone to HostedZoneIds, or write "
                "the name out in full."
            )
        else:
            names += [
                hostnames.check(f"{given}.{zone_name}", "in the tag signpost:hostname")
                for zone_name in zone_names
            ]
    if not service.configuration.hostnames:
        names = [
            hostnames.default(
                settings.hostname_template,
                service=service.name,
                cluster=service.cluster,
                zone=zone_name,
            )
            for zone_name in zone_names
        ]
    return list(dict.fromkeys(names))


def _zones_for(name: str, taking: Sequence[Zone], zones: Sequence[Zone]) -> list[Zone]:
    zone_name = hostnames.zone_name_of(name, (zone.name for zone in zones))
    return [zone for zone in taking if zone.name == zone_name]


def _no_zone(what: str, balancers: Sequence[LoadBalancer], allowed: Sequence[Zone]) -> ZoneNotFound:
    found = ", ".join(f"{b.name} ({b.scheme}, VPC {b.vpc_id})" for b in balancers) or "none"
    return ZoneNotFound(
        f"No hosted zone can take {what} for the service's load balancers: {found}. "
        f"Tried: {', '.join(map(str, allowed))}. A private zone must be associated with the load "
        "balancer's VPC, a public one needs an internet-facing load balancer; list the zone in "
        "HostedZoneIds."
    )


def _record_sets(
    names: Sequence[str],
    zone: Zone,
    balancer: LoadBalancer,
    configuration: Configuration,
    settings: Settings,
) -> tuple[RecordSet, ...]:
    kind = configuration.record_kind or settings.record_kind
    target = balancer.dns_name
    if kind == "CNAME":
        if zone.name in names:
            raise InvalidConfiguration(
                f"{zone.name} is the apex of its zone, where a CNAME can't stand: set the tag "
                "signpost:record to alias."
            )
        ttl = configuration.ttl or settings.record_ttl
        return tuple(RecordSet(name, "CNAME", ttl, (target,)) for name in names)
    types = ("A", "AAAA") if balancer.dual_stack else ("A",)
    alias = Alias(balancer.hosted_zone_id, target)
    return tuple(RecordSet(name, type_, alias=alias) for name in names for type_ in types)
