"""Which rules of template.yaml let an event in, as two engines judge that know nothing of each
other: the emulator's and moto's.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from ministack.services import eventbridge
from moto.events.models import EventPattern

from signpost_cli.checks import rule_facts
from tests.support.doctor import MACHINE, installation
from tests.support.estate import cloudtrail
from tests.support.template import RESOURCES

SWEEP = MACHINE.replace("ServiceChange", "Sweep")
_STACK = installation(resources={"ServiceChange": MACHINE, "Sweep": SWEEP})
PATTERNS = {
    name: json.dumps(rule_facts.expected_pattern(_STACK, name))
    for name, resource in RESOURCES.items()
    if "EventPattern" in resource.get("Properties", {})
}


def _emulator(pattern: str, event: dict[str, Any]) -> bool:
    request = {"EventPattern": pattern, "Event": json.dumps(event)}
    status, _, body = eventbridge._test_event_pattern(request)
    assert status == 200, body
    return bool(json.loads(body)["Result"])


def _moto(pattern: str, event: dict[str, Any]) -> bool:
    return bool(EventPattern.load(pattern).matches_event(_flat(event)))


def _flat(value: Any) -> Any:
    """With arrays of objects as objects of arrays, into which moto does not look: each field of a
    pattern is met where one element has it (EventBridge User Guide: Arrays in event patterns).
    """
    if isinstance(value, dict):
        return {name: _flat(one) for name, one in value.items()}
    if not isinstance(value, list) or not value or not all(isinstance(one, dict) for one in value):
        return value
    names = {name for one in value for name in one}
    return {name: [_flat(one[name]) for one in value if name in one] for name in names}


ENGINES: dict[str, Callable[[str, dict[str, Any]], bool]] = {"emulator": _emulator, "moto": _moto}


def verdicts(engine: str, event: dict[str, Any]) -> set[str]:
    """The rules that let an event in."""
    return {name for name, pattern in PATTERNS.items() if ENGINES[engine](pattern, event)}


def call(name: str, source: str = "ecs", request: Any = None, **detail: Any) -> dict[str, Any]:
    long = {"elb": "elasticloadbalancing"}.get(source, source)
    event = cloudtrail(name, request or {}, **detail)
    event["detail"]["eventSource"] = f"{long}.amazonaws.com"
    return event | {"source": f"aws.{long}"}
