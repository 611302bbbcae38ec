"""Record set protections, which MiniStack lacks: names and types that nobody may change.

They stand in the zone as MiniStack has it. What a call takes and answers is the API's model; what
is refused is in the API Reference of the three calls and in the Developer Guide ("Protecting
records from changes"). The words of a refusal are documented nowhere: it names the record set and
has the comment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement  # it reads none  # nosec B405

from ministack.services import route53

from local_aws.emulated.records import HttpAnswer, RecordSet, plain

Zone = dict[str, Any]  # as MiniStack stores it
Key = tuple[str, str]  # name and type
Failure = tuple[Key, str, str]  # with code and message

PAGE = 300
AT_ONCE = 100
_INVALID, _EXISTS, _NOT_FOUND = "InvalidInput", "ProtectionAlreadyExists", "ProtectionNotFound"
_KEPT = "protections"  # in a zone: comments by name and type


def of(zone: Zone) -> dict[Key, str]:
    """The comments of a zone's protections, by name and type."""
    protections: dict[Key, str] = zone.setdefault(_KEPT, {})
    return protections


def refusals(zone: Zone, changes: Sequence[tuple[str, RecordSet]]) -> list[str]:
    """Why protections stand against a batch of (action, record set); empty where none does."""
    touched = dict.fromkeys((plain(record["Name"]), record["Type"]) for _, record in changes)
    there = of(zone)
    return [
        f"The resource record set [name='{name}', type='{kind}'] is protected"
        + (f" (comment: '{there[name, kind]}')" if there[name, kind] else "")
        for name, kind in touched
        if (name, kind) in there
    ]


def create(zone: Zone, body: bytes) -> HttpAnswer:
    """CreateResourceRecordSetProtections: all of them, or none and why."""
    asked = _asked(body, "ResourceRecordSetProtectionConfig")
    there = of(zone)
    failures = _invalid(zone["name"], [key for key, _ in asked])
    if not failures:
        failures = [
            (key, _EXISTS, "A protection already exists for this name and type.")
            for key, _ in asked
            if key in there
        ]
    if failures:
        all_exist = len(failures) == len(asked) and failures[0][1] == _EXISTS
        return _refused(failures, all_exist=all_exist)
    there.update(asked)
    return route53._xml_response(  # type: ignore[no-any-return]
        "CreateResourceRecordSetProtectionsResponse", lambda _: None
    )


def delete(zone: Zone, body: bytes) -> HttpAnswer:
    """DeleteResourceRecordSetProtections: all of them, or none and why."""
    keys = [key for key, _ in _asked(body, "ResourceRecordSetProtectionKey")]
    there = of(zone)
    failures = _invalid(zone["name"], keys) or [
        (key, _NOT_FOUND, "No protection exists for this name and type.")
        for key in keys
        if key not in there
    ]
    if failures:
        return _refused(failures)
    for key in keys:
        del there[key]
    return route53._xml_response(  # type: ignore[no-any-return]
        "DeleteResourceRecordSetProtectionsResponse", lambda _: None
    )


def listed(zone: Zone, query: Mapping[str, Any]) -> HttpAnswer:
    """ListResourceRecordSetProtections, in the order of record sets; a token is a number here."""

    def given(name: str) -> str:
        value = query.get(name, "")
        return str(value[0] if isinstance(value, list) else value)

    place = _place(given("name"), given("type")) if given("name") else ((), "")
    found = sorted((_place(*key), key, comment) for key, comment in of(zone).items())
    token = given("nexttoken")
    start = int(token) if token else sum(one[0] < place for one in found)
    end = start + min(int(given("maxresults") or PAGE), PAGE)

    def build(root: Element) -> None:
        listing = SubElement(root, "ResourceRecordSetProtections")
        for _, key, comment in found[start:end]:
            one = _named(listing, "ResourceRecordSetProtection", key)
            if comment:
                SubElement(one, "Comment").text = comment
        if end < len(found):
            SubElement(root, "NextToken").text = str(end)

    return route53._xml_response(  # type: ignore[no-any-return]
        "ListResourceRecordSetProtectionsResponse", build
    )


def _place(name: str, kind: str) -> tuple[tuple[str, ...], str]:
    return route53._name_sort_key(plain(name)), kind


def _asked(body: bytes, element: str) -> list[tuple[Key, str]]:
    root = route53._parse_body(body)
    batch = None if root is None else route53._find(root, "Protections")
    found = [] if batch is None else route53._findall(batch, element)
    return [
        (
            (plain(route53._text(one, "RecordName")), route53._text(one, "RecordType")),
            route53._text(one, "Comment"),
        )
        for one in found
    ]


def _invalid(zone_name: str, keys: Sequence[Key]) -> list[Failure]:
    zone = plain(zone_name)
    outside = [
        (key, _INVALID, f"The name is not in the hosted zone {zone}")
        for key in keys
        if key[0] != zone and not key[0].endswith(f".{zone}")
    ]
    twice = [
        (key, _INVALID, "The name and type appear more than once in the request.")
        for key in dict.fromkeys(keys)
        if keys.count(key) > 1
    ]
    beyond = [(key, _INVALID, f"A request has {AT_ONCE} at most.") for key in keys[AT_ONCE:]]
    return [*outside, *twice, *beyond]


def _refused(failures: Iterable[Failure], *, all_exist: bool = False) -> HttpAnswer:
    failures = list(failures)
    code = _EXISTS if all_exist else "InvalidResourceRecordSetProtectionBatch"
    said = ", ".join(f"{name} {kind}: {why}" for (name, kind), _, why in failures)

    def build(root: Element) -> None:
        error = SubElement(root, "Error")
        for tag, text in (("Type", "Sender"), ("Code", code), ("Message", f"[{said}]")):
            SubElement(error, tag).text = text
        errors = SubElement(root, "Errors")
        for key, why, message in failures:
            one = _named(errors, "ProtectionError", key)
            SubElement(one, "Code").text = why
            SubElement(one, "Message").text = message

    status = 409 if all_exist else 400
    return route53._xml_response("ErrorResponse", build, status)  # type: ignore[no-any-return]


def _named(parent: Element, tag: str, key: Key) -> Element:
    one = SubElement(parent, tag)
    SubElement(one, "RecordName").text, SubElement(one, "RecordType").text = key
    return one


Handler = Callable[[Zone, bytes, Mapping[str, Any]], HttpAnswer]
CALLS: dict[tuple[str, str], Handler] = {  # by method, and path below the zone's
    ("GET", "rrsetprotection"): lambda zone, _, query: listed(zone, query),
    ("POST", "rrsetprotection"): lambda zone, body, _: create(zone, body),
    ("POST", "rrsetprotection/delete"): lambda zone, body, _: delete(zone, body),
}
