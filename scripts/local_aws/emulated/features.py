"""Tiers and features of hosted zones, which MiniStack lacks.

STANDARD or ADVANCED, public DNS fallback of private zones, and change guardrails: which of these a
tier offers, and which can't be turned off, is in the Developer Guide ("Change Guardrails for hosted
zones") and in the API Reference (UpdateHostedZoneTier, UpdateHostedZoneFeatures).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement  # it reads none  # nosec B405

from ministack.services import route53

from local_aws.emulated.protections import Handler, Zone
from local_aws.emulated.records import HttpAnswer

STANDARD, ADVANCED = "STANDARD", "ADVANCED"
_ALWAYS_ON = ("NS_FORMAT_CHECK", "NS_DELEGATION_AUTHORITY_CHECK")
_IN_EACH_TIER = ("NS_OCCLUSION_CHECK",)
_ADVANCED_ONLY = ("ALIAS_TARGET_CHECK", "ACTIVE_RECORD_CHECK", "ACTIVE_DELEGATION_CHECK")
_TIER, _ON, _FALLBACK, LINKED = "tier", "guardrails", "public_fallback", "linked_service"


def enabled(zone: Zone) -> set[str]:
    """The guardrails that somebody turned on."""
    on: set[str] = zone.setdefault(_ON, set())
    return on


def change_tier(zone: Zone, body: bytes, _: Mapping[str, Any]) -> HttpAnswer:
    """UpdateHostedZoneTier: what the new tier lacks is turned off."""
    request = route53._parse_body(body)
    tier = "" if request is None else route53._text(request, "HostedZoneTier")
    if tier not in (STANDARD, ADVANCED):
        return _invalid(f"{tier!r} is no tier of a hosted zone.")
    if not _is_dry(request):
        zone[_TIER] = tier
        if tier == STANDARD:
            zone[_FALLBACK] = False
            enabled(zone).difference_update(_ADVANCED_ONLY)
    return _answer("UpdateHostedZoneTierResponse")


def change(zone: Zone, body: bytes, _: Mapping[str, Any]) -> HttpAnswer:
    """UpdateHostedZoneFeatures: all that is asked for, or nothing and why."""
    request = route53._parse_body(body)
    if request is None:
        return _invalid("The request has no body.")
    fallback = route53._text(request, "EnablePublicDNSFallback")
    guardrails = _guardrails(request)
    problem = _problem_with(zone, fallback, guardrails)
    if problem:
        return _invalid(problem)
    if not _is_dry(request):
        _turn(zone, guardrails)
        if fallback:
            zone[_FALLBACK] = fallback == "true"
    return _answer("UpdateHostedZoneFeaturesResponse")


def at_creation(zone: Zone, body: bytes) -> None:
    """What CreateHostedZone was given: a tier in its configuration, and guardrails."""
    request = route53._parse_body(body)
    if request is None:
        return
    configuration = route53._find(request, "HostedZoneConfig")
    if configuration is not None and (tier := route53._text(configuration, "HostedZoneTier")):
        zone[_TIER] = tier
    _turn(zone, _guardrails(request))


def describe(element: Element, zone: Zone) -> None:
    """Add to a `HostedZone` of an answer what MiniStack does not tell."""
    configuration = route53._find(element, "Config")
    SubElement(configuration, "HostedZoneTier").text = _tier(zone)
    if LINKED in zone:
        linked = SubElement(element, "LinkedService")
        SubElement(linked, "ServicePrincipal").text = "servicediscovery.amazonaws.com"
        SubElement(linked, "Description").text = "Created by AWS Cloud Map"
    told = SubElement(element, "Features")
    if zone.get("private"):
        status = "ENABLED" if zone.get(_FALLBACK) else "DISABLED"
        SubElement(told, "PublicDNSFallbackStatus").text = status
    rails = SubElement(told, "ChangeGuardrails")
    for name in (*_ALWAYS_ON, *_offered(zone)):
        rail = SubElement(rails, "ChangeGuardrail")
        SubElement(rail, "Name").text = name
        is_on = name in _ALWAYS_ON or name in enabled(zone)
        SubElement(rail, "Status").text = "ENABLED" if is_on else "DISABLED"


def _tier(zone: Zone) -> str:
    return str(zone.get(_TIER, STANDARD))


def _offered(zone: Zone) -> tuple[str, ...]:
    return (*_IN_EACH_TIER, *(_ADVANCED_ONLY if _tier(zone) == ADVANCED else ()))


def _guardrails(request: Any) -> dict[str, bool]:
    """The names in a request, and whether each is to be on."""
    listed = route53._find(request, "ChangeGuardrails")
    rails = [] if listed is None else route53._findall(listed, "ChangeGuardrail")
    return {route53._text(one, "Name"): route53._text(one, "Status") == "ENABLED" for one in rails}


def _turn(zone: Zone, guardrails: Mapping[str, bool]) -> None:
    for name, is_on in guardrails.items():
        (enabled(zone).add if is_on else enabled(zone).discard)(name)


def _problem_with(zone: Zone, fallback: str, guardrails: Mapping[str, bool]) -> str | None:
    if fallback and not zone.get("private"):
        return "Public DNS fallback is supported only for private hosted zones."
    if fallback == "true" and _tier(zone) != ADVANCED:
        return f"Public DNS fallback is not offered by the tier {_tier(zone)}."
    for name, is_on in guardrails.items():
        if name in _ALWAYS_ON and not is_on:
            return f"{name} is included in the tier and can't be turned off."
        if is_on and name not in (*_ALWAYS_ON, *_offered(zone)):
            return f"{name} is not offered by the tier {_tier(zone)}."
    return None


def _is_dry(request: Any) -> bool:
    return bool(route53._text(request, "DryRun") == "true")


def _invalid(why: str) -> HttpAnswer:
    return route53._error_response("InvalidInput", why)  # type: ignore[no-any-return]


def _answer(tag: str) -> HttpAnswer:
    return route53._xml_response(tag, lambda _: None)  # type: ignore[no-any-return]


CALLS: dict[tuple[str, str], Handler] = {
    ("POST", "tier"): change_tier,
    ("POST", "features"): change,
}
