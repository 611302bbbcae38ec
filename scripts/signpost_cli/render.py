"""Receipts and changes as text that reads well in 80 columns, with or without colour."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from signpost.harmless import harmless
from signpost_cli import starter
from signpost_cli.change import Change
from signpost_cli.patience import length
from signpost_cli.terminal import Terminal

_LABEL = 9
_RECORDS = {"-": "before", "=": "record", "+": "after"}


def console(*, stderr: bool = False) -> Console:
    """The terminal: stdout, or stderr."""
    return Terminal(stderr=stderr)


def moment(when: datetime) -> str:
    """A time as people read it: `2026-11-24 12:00:07 UTC`."""
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def receipt(out: Console, one: Change, link: str | None = None) -> None:
    """Print how an execution ended: the outcome and why, before and after, and the proof."""
    told = one.receipt or {}
    outcome(out, one)
    trigger = one.trigger or {}
    actor = starter.who(one.started_by, trigger)
    who = f" by {actor}" if actor else ""
    when = f" at {trigger['time']}" if trigger.get("time") else ""
    row(out, "trigger", f"{_trigger(trigger)}{who}{when}")
    started(out, one)
    for label, key in (("event", "id"), ("because", "reason")):
        if trigger.get(key):
            row(out, label, trigger[key])
    records(out, one.summary)
    refused(out, one)
    for warning in told.get("warnings", ()):
        row(out, "warning", warning)
    for zone in told.get("zones", ()):
        if zone["change_id"]:
            row(out, "zone", f"{zone['name']} ({zone['id']}), change {zone['change_id']}")
    proof = told.get("verification")
    if proof:
        row(out, "proof", f"{proof['method']}: {proof['detail']}")
        _effort(out, told["attempts"], told["seconds"])
    if told.get("previous_execution"):
        row(out, "previous", told["previous_execution"])
    if link:
        row(out, "console", link)


def outcome(out: Console, one: Change) -> None:
    """Print how it ended and why; of one that runs, what it waits for and until when."""
    if one.waiting:
        prose(out, one.waiting.sentences())
        return
    ending(out, _coloured(one), one.reason or "")


def ending(out: Console, outcome: tuple[str, str], reason: str) -> None:
    """Print an outcome in its colour, and why it is so."""
    name, colour = harmless(outcome[0]), outcome[1]
    first, *more = _wrapped(out, f"{name} {reason}".rstrip(), 0)
    out.print(Text.assemble((name, colour), first[len(name) :]), soft_wrap=True)
    for line in more:
        out.print(Text(line), soft_wrap=True)


def change(out: Console, one: Change, link: str | None) -> None:
    """Print one execution of a service's history."""
    line = Text.assemble((moment(one.started), "bold"), "  ", _coloured(one))
    if one.waiting:
        line.append(f" for {length(one.waiting.so_far)}")
    out.print(line, soft_wrap=True)
    trigger, receipt_ = one.trigger or {}, one.receipt or {}
    row(out, "who", starter.who(one.started_by, trigger) or _nobody(trigger))
    row(out, "why", why(trigger))
    started(out, one)
    explanation = one.waiting.sentences() if one.waiting else one.reason
    if explanation:
        row(out, "", explanation)
    if one.unproved:
        end = "it runs until the change is" if one.waiting else "ended before the change was"
        row(out, "", f"It had written this, or a part of it, and {end} seen:")
    records(out, one.summary)
    refused(out, one)
    if receipt_.get("verification"):
        _effort(out, receipt_["attempts"], receipt_["seconds"])
    row(out, "execution", one.name)
    if link:
        row(out, "", link)


def started(out: Console, one: Change) -> None:
    """Print who started it, where CloudTrail was asked."""
    if one.started_by:
        row(out, "started", starter.started(one.started_by, one.trigger))


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
        return "not recorded in the execution"
    return "nobody is named in this kind of event"


def _coloured(one: Change) -> tuple[str, str]:
    colours = {"SUCCEEDED": "green", "RUNNING": "yellow"}
    colour = "red" if one.is_refused else colours[one.status]
    return one.outcome, f"bold {colour}"


def effort(attempts: Mapping[str, Any]) -> str:
    """How often was tried, in words."""
    return (
        f"{count(attempts['rounds'], 'round')}, {attempts['readiness']} of readiness, "
        f"{attempts['verification']} of verification"
    )


def _effort(out: Console, attempts: Mapping[str, Any], seconds: float | None) -> None:
    row(out, "attempts", effort(attempts))
    if seconds is not None:  # not proved: another execution had replaced it first
        row(out, "took", f"{seconds:.1f} s from event to verified")


def records(out: Console, lines: Iterable[str]) -> None:
    """Print what goes with -, what comes with +, and what stays with =."""
    for line in lines:
        row(out, _RECORDS[line[0]], line, hang=2)


def refused(out: Console, one: Change) -> None:
    """Print what was not done, or would not be."""
    for text in one.refused:
        row(out, "refused", text)


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 zone`, `2 zones`; with `plural` where that is no -s."""
    return f"{number} {noun if number == 1 else plural or f'{noun}s'}"


def row(out: Console, label: str, text: str, *, hang: int = 0) -> None:
    """Print a labelled line, wrapped between words: no name is ever broken. What goes on in a
    further line begins `hang` columns further to the right.
    """
    head = Text(f"  {label:<{_LABEL}} ", "dim")
    hanging(out, head, text, hang=hang)


def hanging(out: Console, head: Text, text: str, *, hang: int = 0) -> None:
    """Print a text behind a head; its further lines stand below where it begins. One that is a long
    name stands further to the left where it fits there, since a terminal breaks what is too long.
    """
    for number, line in enumerate(_wrapped(out, text, len(head), hang)):
        indent = max(0, min(len(head) + hang, out.width - len(line)))
        begin = head if number == 0 else Text(" " * indent)
        out.print(Text.assemble(begin, line), soft_wrap=True)


def prose(out: Console, text: str, *, indent: int = 0) -> None:
    """Print sentences, wrapped between words."""
    hanging(out, Text(" " * indent), text)


def paragraphs(out: Console, text: str) -> None:
    """Print a text whose line breaks are the command's own."""
    for paragraph in text.split("\n"):
        prose(out, paragraph)


def _wrapped(out: Console, text: str, indent: int, hang: int = 0) -> list[str]:
    """Lines of a text, which has none of its own; ARNs and names longer than a line stay whole."""
    width = max(20, out.width - indent)
    lines = textwrap.wrap(
        harmless(text),
        width,
        subsequent_indent=" " * hang,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line if number == 0 else line[hang:] for number, line in enumerate(lines)] or [""]
