"""Which record sets should stand in which zones for a service that is present: the desired state.

Names come from the service's tags or `HostnameTemplate`; a name goes into the zones whose name is
its longest suffix; each such zone takes the load balancer that fits it, if one does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from signpost.errors import (
    AmbiguousLoadBalancer,
    HostnameInvalid,
    InvalidConfiguration,
    LoadBalancerNotFound,
    ZoneNotFound,
)
from signpost.model.load_balancer import LoadBalancer, listener_of
from signpost.model.record_set import Alias, RecordSet
from signpost.model.refused import Refused
from signpost.model.service import Configuration, Service
from signpost.model.zone import PUBLIC, Zone
from signpost.names.host_rules import fitting, how_to_lead, is_certified, names_from, unserved
from signpost.names.naming import MAX_NAMES, Names, allowed_zones
from signpost.settings import Settings

NAMELESS = "Its load balancers are gateway load balancers, which have no name."
UNUSED = "No load balancer forwards to its target groups."
_SHOWN = 3  # hosts that a warning names
NO_RULE = "No listener rule with a hostname forwards to its target groups."


@dataclass(frozen=True)
class Placement:
    """What one zone should have for the service, and through which load balancer, if any."""

    zone: Zone
    load_balancer: LoadBalancer | None
    record_sets: tuple[RecordSet, ...]
    reason: str


@dataclass(frozen=True)
class Desired:
    """What there should be in all zones; where that is nothing, `reason` says why."""

    placements: tuple[Placement, ...]
    warnings: tuple[str, ...] = ()
    reason: str = ""
    # The names that the tag signpost:hostname gives, each with its word there.
    asked: Mapping[str, str] = field(default_factory=dict)
    # The ids of zones that could have names of it, and can take none of its load balancers.
    unfit: Set[str] = frozenset()
    refused: tuple[Refused, ...] = ()  # what can't be, beside it


def place(
    service: Service,
    load_balancers: Sequence[LoadBalancer],
    zones: Sequence[Zone],
    settings: Settings,
    held: Iterable[RecordSet] = (),
) -> Desired:
    """The desired record sets, zone by zone; zones that take none are left out. `held` is what the
    service's ledgers list: a limit refuses the new, and never takes away what is served.

    Where nothing can be placed it raises what is refused then: HostnameInvalid,
    AmbiguousLoadBalancer or ZoneNotFound; and InvalidConfiguration or LoadBalancerNotFound.
    """
    nameable = [balancer for balancer in load_balancers if balancer.kind != "gateway"]
    from_rules = service.takes_names_from_rules(settings.hostname_source)
    if not nameable and (load_balancers or from_rules):
        every = frozenset(zone.id for zone in zones)
        return Desired((), (), NAMELESS if load_balancers else UNUSED, unfit=every)
    configuration = service.configuration
    _check_chosen(configuration, nameable)
    allowed = allowed_zones(configuration, zones)
    chosen, refused = _chosen(service, nameable, allowed)
    balancers = {zone_id: balancer for zone_id, (balancer, _) in chosen.items()}
    taking = [zone for zone in allowed if zone.id in balancers]
    has = {record.name for record in held}
    finder = Names(
        service,
        settings,
        tuple(zones),
        {zone.id: [_view(zone, balancers[zone.id])] for zone in taking},
        _views(nameable),
    )
    names: dict[str, list[str]] = {}
    for zone in taking:
        given = _from_rules(service, balancers[zone.id], finder, zone, has) if from_rules else None
        try:
            names[zone.id] = finder.of(zone, given)
        except HostnameInvalid as error:
            refused.append(Refused.of(error, zone=zone.id))
            names[zone.id] = []
    asked = finder.asked()
    refused += finder.refused() if taking else []
    refused += [
        Refused.of(_no_zone(f"the name {name}", nameable, allowed), name=name)
        for name in finder.homeless(names)
        if taking
    ]
    compared = [*asked, *(name for given in names.values() for name in given)]
    warnings = (
        *finder.unpublished(names),
        *_unled(compared if service.managed_by else list(asked), names, balancers, taking),
        *(_left_out(names, balancers, has) if from_rules else ()),
    )
    placements: list[Placement] = []
    for zone in taking:
        kept, apex = _without_apex(names[zone.id], zone, configuration, settings)
        refused += apex
        sets = _record_sets(kept, balancers[zone.id], configuration, settings)
        if sets:
            balancer, why = chosen[zone.id]
            placements.append(Placement(zone, balancer, sets, why))
    if not placements and refused:
        raise refused[0].raised()
    if not taking or not (placements or from_rules):
        raise _no_zone("a name", nameable, allowed)
    unfit = frozenset(zone.id for zone in allowed) - balancers.keys()
    return Desired(
        tuple(placements),
        warnings,
        "" if placements else NO_RULE,
        asked,
        unfit - {one.zone for one in refused},
        tuple(refused),
    )


def _chosen(
    service: Service, balancers: Sequence[LoadBalancer], zones: Sequence[Zone]
) -> tuple[dict[str, tuple[LoadBalancer, str]], list[Refused]]:
    """The load balancer of each zone that can take one, by the zone's id, and why it."""
    others = {arn for group in service.target_groups if group.other for arn in group.arns()}
    own = {one.id for one in balancers if not one.target_groups or set(one.target_groups) - others}
    found: dict[str, tuple[LoadBalancer, str]] = {}
    refused: list[Refused] = []
    for zone in zones:
        try:
            chosen = _choose(zone, balancers, own, service.configuration)
        except AmbiguousLoadBalancer as error:
            refused.append(Refused.of(error, zone=zone.id))
        else:
            found |= {zone.id: chosen} if chosen else {}
    return found, refused


def _view(zone: Zone, balancer: LoadBalancer) -> str:
    return balancer.vpc_id if zone.private else PUBLIC


def _views(balancers: Sequence[LoadBalancer]) -> list[str]:
    public = [PUBLIC] if any(one.scheme == "internet-facing" for one in balancers) else []
    return [*public, *dict.fromkeys(one.vpc_id for one in balancers)]


def _check_chosen(configuration: Configuration, balancers: Sequence[LoadBalancer]) -> None:
    for wanted in configuration.load_balancers:
        if not any(wanted in (balancer.name, balancer.arn) for balancer in balancers):
            raise LoadBalancerNotFound(
                f"Tag signpost:load-balancer names {wanted}; the service's load balancers are "
                f"{', '.join(balancer.name for balancer in balancers) or 'none'}."
            )


def _choose(
    zone: Zone, balancers: Sequence[LoadBalancer], own: Set[str], configuration: Configuration
) -> tuple[LoadBalancer, str] | None:
    """The load balancer that a zone should point to, and why it; None where none fits.

    A public zone takes an internet-facing one. A private zone takes one of a VPC that it is
    associated with, an internal one if there is one. One of the service's `own`, by id, comes
    before those of other ways to it.
    """
    if zone.private:
        fitting = [balancer for balancer in balancers if balancer.vpc_id in zone.vpcs]
    else:
        fitting = [balancer for balancer in balancers if balancer.scheme == "internet-facing"]
    candidates = [balancer for balancer in fitting if balancer.id in own] or fitting
    why = "the only internet-facing one, for the public zone"
    if zone.private:
        internal = [balancer for balancer in candidates if balancer.scheme == "internal"]
        candidates, kind = (internal, "internal one") if internal else (candidates, "one")
        why = f"the only {kind} in a VPC of the private zone"
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


def _from_rules(
    service: Service, balancer: LoadBalancer, finder: Names, zone: Zone, held: Set[str]
) -> Sequence[str]:
    if balancer.rules is not None:
        return fitting(names_from(balancer.rules)[0], held)
    if service.configuration.from_listener_rules:
        raise InvalidConfiguration(
            f"Tag signpost:hostname is from:listener-rules, but {balancer.name} is a "
            f"{balancer.kind} load balancer, which has none: name the hostnames instead."
        )
    return [finder.default(zone.name)]


def _unled(
    asked: Sequence[str],
    names: Mapping[str, Sequence[str]],
    balancers: Mapping[str, LoadBalancer],
    taking: Sequence[Zone],
) -> tuple[str, ...]:
    """Names for which a load balancer has no rule or certificate, and the commands that help: one
    for all names of a rule, as it replaces the rule's hosts.
    """
    said = []
    public = {name for zone in taking if not zone.private for name in names[zone.id]}
    for balancer in {one.id: one for one in balancers.values()}.values():
        there = {n for zone, one in balancers.items() if one.id == balancer.id for n in names[zone]}
        mine = [name for name in dict.fromkeys(asked) if name in there]
        rules = balancer.rules or ()
        unled = [name for name in mine if unserved(rules, name)]
        if unled:
            command = how_to_lead(rules, unled)
            said.append(
                f"No listener rule of {balancer.name} leads {', '.join(unled)} to the service: "
                "requests for it get another answer. Add the name to a rule's host header "
                f"condition{f': {command}' if command else '.'}"
            )
        uncertified = [name for name in mine if not is_certified(balancer.certified or (), name)]
        own = [rule.arn for rule in rules if rule.arn]
        if balancer.certified and uncertified and own:
            said.append(_uncertified(balancer, uncertified, own[0], public))
    return tuple(said)


def _uncertified(balancer: LoadBalancer, names: Sequence[str], rule: str, public: set[str]) -> str:
    """ACM validates names in public DNS only (ACM User Guide, "Domain ownership validation")."""
    by = "--validation-method DNS"
    if not public >= set(names):
        by = "--certificate-authority-arn ARN-OF-A-PRIVATE-CA"
    others = f" --subject-alternative-names {' '.join(names[1:])}" if names[1:] else ""
    return (
        f"No certificate of {balancer.name} is for {', '.join(names)}: clients refuse the "
        f"connection. Make one (aws acm request-certificate {by} --domain-name {names[0]}{others}"
        "), and when it is issued: aws elbv2 add-listener-certificates --listener-arn "
        f"{listener_of(rule)} --certificates CertificateArn=ITS-ARN"
    )


def _left_out(
    names: Mapping[str, Sequence[str]], balancers: Mapping[str, LoadBalancer], held: Set[str]
) -> tuple[str, ...]:
    """Hosts of listener rules that give no name."""
    said = []
    for balancer in balancers.values():
        if balancer.rules is None:
            continue
        given, skipped = names_from(balancer.rules)
        said += [f"{why} It is left out." for why in skipped]
        fit = fitting(given, held)
        if left := [name for name in given if name not in fit]:
            more = f" and {len(left) - _SHOWN} more" if len(left) > _SHOWN else ""
            said.append(
                f"The listener rules of {balancer.name} have {len(given)} hosts, and a service has "
                f"at most {MAX_NAMES} names by them. Those that it has stay; left out: "
                f"{', '.join(left[:_SHOWN])}{more}."
            )
        said += [
            f"The listener rule's host {name} is in no zone that can take {balancer.name}. "
            "It is left out."
            for name in fit
            if not any(name in found for found in names.values())
        ]
    return tuple(dict.fromkeys(said))


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
    balancer: LoadBalancer,
    configuration: Configuration,
    settings: Settings,
) -> tuple[RecordSet, ...]:
    target = balancer.dns_name
    if _kind(configuration, settings) == "CNAME":
        ttl = configuration.ttl or settings.record_ttl
        return tuple(RecordSet(name, "CNAME", ttl, (target,)) for name in names)
    types = ("A", "AAAA") if balancer.dual_stack else ("A",)
    alias = Alias(balancer.hosted_zone_id, target)
    return tuple(RecordSet(name, type_, alias=alias) for name in names for type_ in types)


def _kind(configuration: Configuration, settings: Settings) -> str:
    return configuration.record_kind or settings.record_kind


def _without_apex(
    names: Sequence[str], zone: Zone, configuration: Configuration, settings: Settings
) -> tuple[Sequence[str], list[Refused]]:
    """The names that a zone can have: its apex none that is a CNAME."""
    if zone.name not in names or _kind(configuration, settings) != "CNAME":
        return names, []
    error = InvalidConfiguration(
        f"{zone.name} is the apex of its zone, where a CNAME can't stand: set the tag "
        "signpost:record to alias."
    )
    without = [name for name in names if name != zone.name]
    return without, [Refused.of(error, zone=zone.id, name=zone.name)]
