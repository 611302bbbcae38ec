"""Calls on a hosted zone as Route 53 takes them, where MiniStack doesn't.

- Protections (`protections`), tiers and features (`features`) have calls of their own.
- A batch that a protection or a guardrail stands against is refused as InvalidChangeBatch.
- A zone that Cloud Map has made is read by everybody and changed by Cloud Map only (Route 53 API
  Reference, "HostedZone": `LinkedService`); the refusal has the words that people report.
- A zone with protections is not deleted (Developer Guide, "Protecting records from changes").
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import route53, servicediscovery

from local_aws.dns_world import QUESTION
from local_aws.emulated import features, guardrails, protections
from local_aws.emulated.protections import Zone
from local_aws.emulated.records import Change, HttpAnswer, changes_in, plain

_PATH = re.compile(r"/2013-04-01/hostedzone/([^/]+)(?:/(.+?))?/?")
_CALLS = protections.CALLS | features.CALLS
_ASKED = "asked"  # in a zone: when a record set answered last, by name and type


def install() -> None:
    """Correct the running emulator's Route 53 and Cloud Map."""
    route53.handle_request = _serving(route53.handle_request)
    route53._change_resource_record_sets = _guarding(route53._change_resource_record_sets)
    route53._create_hosted_zone = _with_features(route53._create_hosted_zone)
    route53._build_hosted_zone_el = _described(route53._build_hosted_zone_el)
    create = servicediscovery._create_namespace_record
    servicediscovery._create_namespace_record = _linking(create)


def _serving(original: Callable[..., Any]) -> Callable[..., Any]:
    async def handle(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]
    ) -> Any:
        match = _PATH.fullmatch(path)
        zone = route53._zones.get(match[1]) if match else None
        below = (match[2] or "") if match else ""
        call = _CALLS.get((method, below))
        if zone is None and call:
            return route53._error_response("NoSuchHostedZone", f"No hosted zone: {path}", 404)
        if zone is not None:
            if method != "GET" and features.LINKED in zone:
                return _managed(zone)
            if method == "DELETE" and not below and protections.of(zone):
                why = "The hosted zone has resource record set protections."
                return route53._error_response("HostedZoneNotEmpty", why)
            if call:
                return call(zone, body, query)
            if QUESTION in headers:
                name, kind = (_first(query, one) for one in ("name", "type"))
                zone.setdefault(_ASKED, {})[plain(name), kind] = time.monotonic()
        return await original(method, path, headers, body, query)

    return handle


def _first(query: Mapping[str, Any], name: str) -> str:
    value = query.get(name, "")
    return str(value[0] if isinstance(value, list) else value)


def _managed(zone: Zone) -> HttpAnswer:
    why = (
        f"The resource hostedzone/{zone['id']} can only be managed through AWS Cloud Map "
        f"({zone[features.LINKED]})"
    )
    return route53._error_response("AccessDenied", why, 403)  # type: ignore[no-any-return]


def _guarding(original: Change) -> Change:
    def change(zone_id: str, body: bytes) -> HttpAnswer:
        zone = route53._zones.get(zone_id)
        if zone is None:
            return original(zone_id, body)
        changes = changes_in(body)
        found = protections.refusals(zone, changes) or guardrails.refusals(
            zone["name"],
            route53._records[zone_id],
            changes,
            features.enabled(zone),
            lambda key: is_asked(zone.get(_ASKED, {}), key, time.monotonic()),
        )
        if found:
            return route53._error_response(  # type: ignore[no-any-return]
                "InvalidChangeBatch", f"[{', '.join(found)}]"
            )
        return original(zone_id, body)

    return change


def is_asked(asked: Mapping[guardrails.Key, float], key: guardrails.Key, now: float) -> bool:
    """Whether the DNS server answered from a record lately."""
    return key in asked and now - asked[key] < guardrails.ASKED_SECONDS


def _with_features(original: Callable[..., HttpAnswer]) -> Callable[..., HttpAnswer]:
    def create(body: bytes, query: Mapping[str, Any]) -> HttpAnswer:
        known = set(route53._zones)
        answer = original(body, query)
        for zone_id in set(route53._zones) - known:
            features.at_creation(route53._zones[zone_id], body)
        return answer

    return create


def _described(original: Callable[[Any, Zone], None]) -> Callable[[Any, Zone], None]:
    def build(parent: Any, zone: Zone) -> None:
        original(parent, zone)
        features.describe(list(parent)[-1], zone)

    return build


def _linking(original: Callable[..., Any]) -> Callable[..., Any]:
    def create(*given: Any, **more: Any) -> Any:
        namespace, refused = original(*given, **more)
        properties = (namespace or {}).get("Properties", {}).get("DnsProperties", {})
        zone = route53._zones.get(properties.get("HostedZoneId"))
        if zone is not None:
            zone[features.LINKED] = namespace["Arn"]
        return namespace, refused

    return create
