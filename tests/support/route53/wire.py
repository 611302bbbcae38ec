"""Route 53's REST-XML: requests read, answers and errors written (API version 2013-04-01)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

from tests.support.route53.batch import Change
from tests.support.route53.errors import Route53Error, invalid_input
from tests.support.route53.record_sets import (
    ROUTING_ELEMENTS,
    STRUCTURED,
    AliasTarget,
    RecordSet,
    as_text,
    check_elements,
    parts_of,
)
from tests.support.route53.zones import HostedZone

NAMESPACE = "https://route53.amazonaws.com/doc/2013-04-01/"
TYPES = (
    *("SOA", "A", "TXT", "NS", "CNAME", "MX", "NAPTR", "PTR", "SRV", "SPF", "AAAA", "CAA", "DS"),
    *("TLSA", "SSHFP", "SVCB", "HTTPS"),
)
_MAX_TTL = 2147483647


def read_change_batch(body: bytes) -> tuple[str, list[Change]]:
    """Comment and changes of a ChangeResourceRecordSetsRequest. Raises InvalidInput."""
    batch = _plain(ET.fromstring(body)).find("ChangeBatch")
    if batch is None:
        raise invalid_input("Invalid XML ; ChangeBatch is missing")
    comment = batch.findtext("Comment") or ""
    _at_most(comment, 256, "ResourceDescription")
    changes = [_change(element) for element in batch.iterfind("Changes/Change")]
    if not changes:
        raise invalid_input("Invalid XML ; The content of element 'Changes' is not complete.")
    return comment, changes


def change_info(root: str, change_id: str, status: str, submitted_at: float, comment: str) -> bytes:
    """The answer of ChangeResourceRecordSets and GetChange."""
    answer = ET.Element(root)
    info = ET.SubElement(answer, "ChangeInfo")
    at = datetime.fromtimestamp(submitted_at, UTC).isoformat(timespec="milliseconds")
    _texts(
        info,
        [
            ("Id", f"/change/{change_id}"),
            ("Status", status),
            ("SubmittedAt", at.replace("+00:00", "Z")),
        ],
    )
    if comment:
        _texts(info, [("Comment", comment)])
    return _bytes(answer)


def record_sets(page: Iterable[RecordSet], following: RecordSet | None, max_items: int) -> bytes:
    """The answer of ListResourceRecordSets; `following` is the first set of the next page."""
    answer = ET.Element("ListResourceRecordSetsResponse")
    listed = ET.SubElement(answer, "ResourceRecordSets")
    for record_set in page:
        _write_record_set(ET.SubElement(listed, "ResourceRecordSet"), record_set)
    _texts(answer, [("IsTruncated", _flag(following is not None))])
    if following is not None:
        _texts(answer, [("NextRecordName", following.name), ("NextRecordType", following.type)])
        if following.set_identifier is not None:
            _texts(answer, [("NextRecordIdentifier", following.set_identifier)])
    _texts(answer, [("MaxItems", str(max_items))])
    return _bytes(answer)


def hosted_zone(zone: HostedZone) -> bytes:
    """The answer of GetHostedZone: VPCs of a private zone, name servers of a public one."""
    answer = ET.Element("GetHostedZoneResponse")
    _write_zone(ET.SubElement(answer, "HostedZone"), zone)
    if zone.is_private:
        vpcs = ET.SubElement(answer, "VPCs")
        for region, vpc in zone.vpcs:
            _texts(ET.SubElement(vpcs, "VPC"), [("VPCRegion", region), ("VPCId", vpc)])
    else:
        delegation = ET.SubElement(answer, "DelegationSet")
        servers = ET.SubElement(delegation, "NameServers")
        _texts(servers, [("NameServer", server) for server in zone.name_servers])
    return _bytes(answer)


def hosted_zones(root: str, zones: Iterable[HostedZone]) -> bytes:
    """The answer of ListHostedZones and ListHostedZonesByName, in one page."""
    answer = ET.Element(root)
    listed = ET.SubElement(answer, "HostedZones")
    for zone in zones:
        _write_zone(ET.SubElement(listed, "HostedZone"), zone)
    _texts(answer, [("Marker", ""), ("IsTruncated", "false"), ("MaxItems", "100")])
    return _bytes(answer)


def error(problem: Route53Error, request_id: str, *, bare: bool) -> bytes:
    """An ErrorResponse; who is to blame follows the HTTP status.

    Refusals of a batch may come `bare`: a list of messages, without ErrorResponse and code (API
    Reference: ChangeResourceRecordSets, Errors: InvalidChangeBatch; the model's `messages`).
    """
    if bare and problem.refusals:
        answer = ET.Element(problem.code)
        messages = ET.SubElement(answer, "Messages")
        _texts(messages, [("Message", refusal) for refusal in problem.refusals])
        _texts(answer, [("RequestId", request_id)])
        return _bytes(answer)
    answer = ET.Element("ErrorResponse")
    blame = "Receiver" if problem.status >= 500 else "Sender"
    _texts(
        ET.SubElement(answer, "Error"),
        [("Type", blame), ("Code", problem.code), ("Message", problem.message)],
    )
    _texts(answer, [("RequestId", request_id)])
    return _bytes(answer)


def _change(element: ET.Element) -> Change:
    action = element.findtext("Action") or ""
    given = element.find("ResourceRecordSet")
    if action not in ("CREATE", "DELETE", "UPSERT") or given is None:
        raise invalid_input(f"Invalid XML ; Value '{action}' is not a change action")
    return Change(action, _read_record_set(given))


def _read_record_set(given: ET.Element) -> RecordSet:
    check_elements(child.tag for child in given)
    type_ = given.findtext("Type") or ""
    if type_ not in TYPES:
        raise invalid_input(f"Invalid XML ; Value '{type_}' is not facet-valid for type 'RRType'.")
    name = given.findtext("Name") or ""
    _at_most(name, 1024, "DNSName")
    texts = tuple(value.text or "" for value in given.iterfind("ResourceRecords/*/Value"))
    for text in texts:
        _at_most(text, 4000, "RData")
    ttl = given.findtext("TTL")
    target = given.find("AliasTarget")
    return RecordSet(
        name=name,
        type=type_,
        ttl=None if ttl is None else _number(ttl, _MAX_TTL, "TTL"),
        values=texts,
        alias=None if target is None else _alias(target),
        set_identifier=_identifier(given.findtext("SetIdentifier")),
        routing=tuple(
            (element, _routing_text(element, found))
            for element in ROUTING_ELEMENTS
            if (found := given.find(element)) is not None
        ),
    )


def _alias(target: ET.Element) -> AliasTarget:
    zone_id = target.findtext("HostedZoneId") or ""
    _at_most(zone_id, 32, "ResourceId")
    return AliasTarget(
        hosted_zone_id=zone_id,
        dns_name=target.findtext("DNSName") or "",
        evaluate_target_health=target.findtext("EvaluateTargetHealth") == "true",
    )


def _identifier(text: str | None) -> str | None:
    if text is not None:
        _at_most(text, 128, "ResourceRecordSetIdentifier")
    return text


def _routing_text(element: str, given: ET.Element) -> str:
    if element in STRUCTURED:
        return as_text(element, {part.tag: part.text or "" for part in given})
    text = given.text or ""
    if element == "Weight":
        return str(_number(text, 255, "ResourceRecordSetWeight"))
    return text


def _number(text: str, most: int, type_: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= most):
        raise invalid_input(f"Invalid XML ; Value '{text}' is not facet-valid for type '{type_}'.")
    return int(text)


def _at_most(text: str, length: int, type_: str) -> None:
    if len(text) > length:
        raise invalid_input(
            f"Invalid XML ; cvc-maxLength-valid: Value '{text}' with length = '{len(text)}' is "
            f"not facet-valid with respect to maxLength '{length}' for type '{type_}'."
        )


def _write_record_set(element: ET.Element, record_set: RecordSet) -> None:
    _texts(element, [("Name", record_set.name), ("Type", record_set.type)])
    if record_set.set_identifier is not None:
        _texts(element, [("SetIdentifier", record_set.set_identifier)])
    for name, text in record_set.routing:
        if name in STRUCTURED:
            _texts(ET.SubElement(element, name), parts_of(text).items())
        else:
            _texts(element, [(name, text)])
    if record_set.alias:
        alias = ET.SubElement(element, "AliasTarget")
        _texts(
            alias,
            [
                ("HostedZoneId", record_set.alias.hosted_zone_id),
                ("DNSName", record_set.alias.dns_name),
                ("EvaluateTargetHealth", _flag(record_set.alias.evaluate_target_health)),
            ],
        )
        return
    _texts(element, [("TTL", str(record_set.ttl))])
    records = ET.SubElement(element, "ResourceRecords")
    for value in record_set.values:
        _texts(ET.SubElement(records, "ResourceRecord"), [("Value", value)])


def _write_zone(element: ET.Element, zone: HostedZone) -> None:
    _texts(
        element,
        [
            ("Id", f"/hostedzone/{zone.id}"),
            ("Name", zone.name),
            ("CallerReference", f"reference-{zone.id}"),
        ],
    )
    _texts(ET.SubElement(element, "Config"), [("PrivateZone", _flag(zone.is_private))])
    _texts(element, [("ResourceRecordSetCount", str(len(zone.records)))])
    if zone.linked_service:
        linked = ET.SubElement(element, "LinkedService")
        _texts(linked, [("ServicePrincipal", zone.linked_service)])
    if zone.public_fallback:
        features = ET.SubElement(element, "Features")
        _texts(features, [("PublicDNSFallbackStatus", "ENABLED")])


def _texts(element: ET.Element, children: Iterable[tuple[str, str]]) -> None:
    for tag, text in children:
        ET.SubElement(element, tag).text = text


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _plain(element: ET.Element) -> ET.Element:
    for one in element.iter():
        one.tag = one.tag.removeprefix(f"{{{NAMESPACE}}}")
    return element


def _bytes(element: ET.Element) -> bytes:
    element.set("xmlns", NAMESPACE)
    return b'<?xml version="1.0"?>\n' + ET.tostring(element)
