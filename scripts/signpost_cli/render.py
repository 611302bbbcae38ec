"""Receipts and changes as text that reads well in 80 columns, with or without colour."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from signpost_cli.change import Change

_LABEL = 9
_VALUES = 8  # of a record set, in one line


def console(*, stderr: bool = False) -> Console:
    """A console that neither colours nor wraps oddly when its output is piped."""
    return Console(stderr=stderr, highlight=False, soft_wrap=False)


def moment(when: datetime) -> str:
    """A time as people read it: `2026-11-24 12:00:07 UTC`."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def receipt(out: Console, one: Change, link: str | None = None) -> None:
    """Print how an execution ended: the outcome and why, before and after, and the proof."""
    told = one.receipt or {}
    if one.stopped:
        lines = _wrapped(out, f"{one.outcome} {told.get('reason') or one.cause or ''}".rstrip(), 0)
        out.print(Text.assemble(_coloured(one), lines[0][len(one.outcome) :]), soft_wrap=True)
        for line in lines[1:]:
            out.print(Text(line), soft_wrap=True)
    trigger = one.trigger or {}
    who = f" by {trigger['actor']}" if trigger.get("actor") else ""
    when = f" at {trigger['time']}" if trigger.get("time") else ""
    row(out, "trigger", f"{_trigger(trigger)}{who}{when}", wrap=True)
    for label, key in (("event", "id"), ("because", "reason")):
        if trigger.get(key):
            row(out, label, trigger[key], wrap=True)
    records(out, *one.records)
    for warning in told.get("warnings", ()):
        row(out, "warning", warning, wrap=True)
    for zone in told.get("zones", ()):
        if zone["change_id"]:
            row(out, "zone", f"{zone['name']} ({zone['id']}), change {zone['change_id']}")
    proof = told.get("verification")
    if proof:
        row(out, "proof", f"{proof['method']}: {proof['detail']}", wrap=True)
        _effort(out, told["attempts"], told["seconds"])
    if told.get("previous_execution"):
        row(out, "previous", told["previous_execution"])
    if link:
        row(out, "console", link)


def change(out: Console, one: Change, link: str | None) -> None:
    """Print one execution of a service's history."""
    line = Text.assemble((moment(one.started), "bold"), "  ", _coloured(one))
    out.print(line, soft_wrap=True)
    trigger, receipt_ = one.trigger or {}, one.receipt or {}
    row(out, "who", trigger.get("actor") or _nobody(trigger), wrap=True)
    row(out, "why", why(trigger), wrap=True)
    explanation = receipt_.get("reason") or one.cause
    if explanation:
        row(out, "", explanation, wrap=True)
    if one.unproved:
        row(out, "", "It had written this, and ended before the change was seen:", wrap=True)
    records(out, *one.records)
    if receipt_.get("verification"):
        _effort(out, receipt_["attempts"], receipt_["seconds"])
    row(out, "execution", one.name)
    if link:
        row(out, "", link)


def why(trigger: Mapping[str, Any]) -> str:
    """What started an execution: the event's name and id, or the reason that was given by hand."""
    id_ = f" (event {trigger['id']})" if trigger.get("id") else ""
    reason = f", because: {trigger['reason']}" if trigger.get("reason") else ""
    return f"{_trigger(trigger)}{id_}{reason}"


def _trigger(trigger: Mapping[str, Any]) -> str:
    if not trigger:
        return "an input that is about no service"
    by_hand = "run by hand" if trigger["kind"] == "manual" else trigger["name"]
    return f"{by_hand}, a dry run" if trigger.get("dry_run") else str(by_hand)


def _nobody(trigger: Mapping[str, Any]) -> str:
    if trigger.get("kind") == "manual":
        return "not recorded in the execution; CloudTrail has it, as StartExecution"
    return "nobody is named in this kind of event"


def _coloured(one: Change) -> tuple[str, str]:
    colours = {"SUCCEEDED": "green", "RUNNING": "yellow"}
    return one.outcome, f"bold {colours.get(one.status, 'red')}"


def effort(attempts: Mapping[str, Any]) -> str:
    """How often was tried, in words."""
    rounds = f"{attempts['rounds']} round{'' if attempts['rounds'] == 1 else 's'}"
    return (
        f"{rounds}, {attempts['readiness']} of readiness, {attempts['verification']} of "
        "verification"
    )


def _effort(out: Console, attempts: Mapping[str, Any], seconds: float | None) -> None:
    row(out, "attempts", effort(attempts))
    if seconds is not None:  # not proved: another execution had replaced it first
        row(out, "took", f"{seconds:.1f} s from event to verified")


def records(
    out: Console, before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> None:
    """Print what goes with -, what comes with +, and what stays with =."""
    old, new = [record_line(r) for r in before], [record_line(r) for r in after]
    for line in old:
        row(out, "record" if line in new else "before", f"{'=' if line in new else '-'} {line}")
    for line in new:
        if line not in old:
            row(out, "after", f"+ {line}")


def record_line(record: Mapping[str, Any]) -> str:
    """A record set in one line; of many values the first."""
    if record["alias"]:
        return f"{record['name']} {record['type']} ALIAS {record['alias']['dns_name']}"
    values = list(record["values"])
    more = f" … {len(values)} in all" if len(values) > _VALUES else ""
    shown = ", ".join(values[:_VALUES]) + more
    return f"{record['name']} {record['type']} {shown} (TTL {record['ttl']})"


def row(out: Console, label: str, text: str, *, wrap: bool = False) -> None:
    """Print a labelled line. Sentences are wrapped; names and records never, for copying."""
    lines = _wrapped(out, text, _LABEL + 3) if wrap else [text]
    for number, line in enumerate(lines):
        head = label if number == 0 else ""
        out.print(Text.assemble((f"  {head:<{_LABEL}} ", "dim"), line), soft_wrap=True)


def prose(out: Console, text: str, *, indent: int = 0) -> None:
    """Print sentences, wrapped between words."""
    for paragraph in text.split("\n"):
        for line in _wrapped(out, paragraph, indent):
            out.print(Text(" " * indent + line), soft_wrap=True)


def _wrapped(out: Console, text: str, indent: int) -> list[str]:
    """Lines of a text; ARNs and names longer than a line stay whole."""
    width = max(20, out.width - indent)
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]
