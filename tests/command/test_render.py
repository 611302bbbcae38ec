"""Receipts and record sets as they are printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from signpost_cli import change, render
from signpost_cli.change import Change
from signpost_cli.patience import Waiting
from signpost_cli.starter import Starter
from tests.support.announcement import REFUSED
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

WAITING = Waiting(
    state="VerifyRecord",
    so_far=250.0,
    since=datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC),
    seconds=245.0,
    attempts=7,
    most=81,
    error="NotPropagated",
    cause="Route 53 reports PENDING.",
    about=datetime(2026, 11, 24, 12, 20, tzinfo=UTC),
    until=datetime(2026, 11, 24, 12, 50, tzinfo=UTC),
)


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

    out, text = printed(width=80)
    render.receipt(out, finished("RecordChanged", before=[], after=[record]))

    shown = " ".join(text.getvalue().split())
    assert "10.0.0.7 … 100 in all" in shown
    assert "10.0.0.8" not in shown


def test_sentences_are_wrapped_between_words_and_names_stay_whole() -> None:
    out, text = printed(width=80)
    name = "a-name-of-a-load-balancer." + "x" * 80

    render.row(out, "proof", f"It was {'very ' * 30}well served by {name}.")

    lines = text.getvalue().splitlines()
    assert all(len(line) <= 80 for line in lines[:-1])
    assert lines[-1].strip() == f"{name}."


def test_an_error_that_looks_like_markup_is_printed_as_it_is() -> None:
    out, text = printed()
    said = "Tried to create [name='web.', type='A']"

    render.receipt(out, replace(finished("ChangeRefused!"), cause=said))

    assert "[name='web.', type='A']" in text.getvalue()


@pytest.mark.parametrize("width", [80, 120])
def test_a_record_goes_on_in_the_next_line_between_words(width: int) -> None:
    out, text = printed(width=width)
    name = "internal-web-alb-of-the-shop-1234567890.eu-central-1.elb.amazonaws.com"
    after = {**AFTER, "alias": {"dns_name": name}}

    render.receipt(out, finished("RecordChanged", before=[BEFORE], after=[after]))

    lines = text.getvalue().splitlines()
    assert all(len(line) <= width for line in lines)
    whole = f"  after     + web.ecs.internal A ALIAS {name}"
    broken = ["  after     + web.ecs.internal A ALIAS", f"          {name}"]
    shown = [whole] if width == 120 else broken
    at = lines.index(shown[0])
    assert lines[at : at + len(shown)] == shown


def test_a_dry_run_that_met_an_error_is_not_green() -> None:
    refused = finished("DryRun", error="HostnameTaken", reason="HostnameTaken: It has an owner.")
    refused = replace(refused, error="HostnameTaken")

    assert refused.is_refused
    assert not finished("DryRun").is_refused


def test_one_that_runs_says_what_it_waits_for_and_not_that_it_ended() -> None:
    out, text = printed()
    one = finished("RecordChanged")
    written = {"before": [], "after": [AFTER]}
    running = replace(
        one, status="RUNNING", ended=None, receipt=None, waiting=WAITING, plan=written
    )

    render.change(out, running, None)

    shown = " ".join(text.getvalue().split())
    assert "RUNNING for 4 min 10 s" in shown
    assert "VerifyRecord has been trying for 4 min 5 s, attempts so far: 7 of 81." in shown
    assert "NotPropagated: Route 53 reports PENDING." in shown
    assert "It had written this, or a part of it, and it runs until the change is seen:" in shown
    assert "ended" not in shown


@pytest.mark.parametrize("tell", [render.receipt, render.change])
def test_what_was_refused_is_told_with_its_place_and_error(tell: Any) -> None:
    taken = {**REFUSED, "name": "api.ecs.internal", "record": "AAAA", "error": "HostnameTaken"}
    zone = {**REFUSED, "name": None, "error": "ZoneNotFound", "reason": "It is gone."}
    rest = {**zone, "zone": None, "error": "TargetsNotHealthy", "reason": "None is."}
    out, text = printed(width=200)
    one = finished("PartlyChanged", refused=[REFUSED, taken, zone, rest])

    tell(out, one, None)

    assert one.is_refused
    shown = [
        line.split(maxsplit=1)[1] for line in text.getvalue().splitlines() if "refused" in line
    ]
    assert shown == [
        f"www.ecs.internal (zone Z1): HostnameNotAllowed: {REFUSED['reason']}",
        f"api.ecs.internal AAAA (zone Z1): HostnameTaken: {REFUSED['reason']}",
        "zone Z1: ZoneNotFound: It is gone.",
        "TargetsNotHealthy: None is.",
    ]


def test_numbers_and_nouns() -> None:
    assert [render.count(number, "zone") for number in (0, 1, 2)] == [
        "0 zones",
        "1 zone",
        "2 zones",
    ]
    assert render.count(1, "ledger is", "ledgers are") == "1 ledger is"
    assert render.count(3, "ledger is", "ledgers are") == "3 ledgers are"


@pytest.mark.parametrize("tell", [render.receipt, render.change])
@pytest.mark.parametrize(
    ("by", "said", "not_said"),
    [
        (Starter("caller", "arn:mallory"), "arn:mallory", "user/ada"),
        (Starter("rule", "arn:role"), "user/ada", "(claimed)"),
        (Starter("unknown", reason="No"), "user/ada (claimed)", "arn:mallory"),
        (None, "user/ada (claimed)", "started"),
    ],
)
def test_who_it_was_and_who_is_only_claimed(
    tell: Any, by: Starter | None, said: str, not_said: str
) -> None:
    out, text = printed()

    tell(out, replace(finished("RecordChanged"), started_by=by), None)

    shown = " ".join(text.getvalue().split())
    assert said in shown
    assert not_said not in shown
