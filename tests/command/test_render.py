"""Receipts and record sets as they are printed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from signpost_cli import change, render
from signpost_cli.change import Change
from tests.support.console import printed
from tests.support.executions import Executions

BEFORE: dict[str, Any] = {
    "name": "web.ecs.internal",
    "type": "CNAME",
    "ttl": 60,
    "values": ["old.example"],
    "alias": None,
}
AFTER: dict[str, Any] = {
    "name": "web.ecs.internal",
    "type": "A",
    "ttl": None,
    "values": [],
    "alias": {"dns_name": "new.example"},
}


def finished(outcome: str, **receipt: Any) -> Change:
    executions = Executions()
    executions.add("one", outcome, previous="the-one-before")
    found = change.of(executions.describe_execution(executions.arn("one")))
    return replace(found, receipt=found.receipt and {**found.receipt, **receipt})


def test_a_receipt_shows_what_goes_and_what_comes() -> None:
    out, text = printed()

    render.receipt(out, finished("RecordChanged", before=[BEFORE], after=[AFTER]))

    shown = text.getvalue()
    assert "- web.ecs.internal CNAME old.example (TTL 60)" in shown
    assert "+ web.ecs.internal A ALIAS new.example" in shown
    assert "12.3 s from event to verified" in shown
    assert "the-one-before" in shown


def test_of_many_addresses_the_first_are_shown() -> None:
    record = {**BEFORE, "type": "A", "values": [f"10.0.0.{number}" for number in range(100)]}

    line = render.record_line(record)

    assert "10.0.0.7 … 100 in all" in line
    assert len(line) < 160


def test_sentences_are_wrapped_between_words_and_names_stay_whole() -> None:
    out, text = printed(width=80)
    name = "a-name-of-a-load-balancer." + "x" * 80

    render.row(out, "proof", f"It was {'very ' * 30}well served by {name}.", wrap=True)

    lines = text.getvalue().splitlines()
    assert all(len(line) <= 80 for line in lines[:-1])
    assert lines[-1].strip() == f"{name}."


def test_an_error_that_looks_like_markup_is_printed_as_it_is() -> None:
    out, text = printed()
    said = "Tried to create [name='web.', type='A']"

    render.receipt(out, replace(finished("ChangeRefused!"), cause=said))

    assert "[name='web.', type='A']" in text.getvalue()
