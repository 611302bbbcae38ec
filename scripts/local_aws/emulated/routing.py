"""Routing policies that MiniStack takes for none: geoproximity and AZ-affinity.

They are stored and listed as they were sent (Route 53 API Reference, "ResourceRecordSet").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from xml.etree.ElementTree import SubElement  # it reads none  # nosec B405

from ministack.services import route53

KEYS = ("GeoProximityLocation", "AZAffinity")


def install() -> None:
    """Correct the running emulator's Route 53."""
    route53._parse_record_set = _parsing(route53._parse_record_set)
    route53._build_record_set_el = _building(route53._build_record_set_el)


def _parsing(original: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    def parse(element: Any) -> dict[str, Any]:
        found = {key: route53._find(element, key) for key in KEYS}
        policies = {key: _read(one) for key, one in found.items() if one is not None}
        return original(element) | policies

    return parse


def _building(
    original: Callable[[Any, Mapping[str, Any]], None],
) -> Callable[[Any, Mapping[str, Any]], None]:
    def build(parent: Any, record: Mapping[str, Any]) -> None:
        original(parent, record)
        element = list(parent)[-1]
        for key in KEYS:
            if key in record:
                _write(element, key, record[key])

    return build


def _read(element: Any) -> Any:
    children = {one.tag.rpartition("}")[2]: _read(one) for one in element}
    return children or element.text or ""


def _write(parent: Any, tag: str, value: Any) -> None:
    element = SubElement(parent, tag)
    if isinstance(value, dict):
        for name, inner in value.items():
            _write(element, name, inner)
    else:
        element.text = value
