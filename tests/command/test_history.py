"""A service's history: along the chain of receipts, or among all executions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from signpost.ledger import ledger
from signpost.ledger.ledger import Ledger
from signpost.model.record_set import RecordSet
from signpost_cli import change
from signpost_cli.commands.history import _notes
from signpost_cli.past import Looker, Pace, Past
from signpost_cli.target import console_link
from tests.support.executions import Executions
from tests.support.recorded import EVENTS

ZONE = {"id": "Z1", "name": "ecs.internal"}
WEB = ("prod", "web")


def names(past: Past) -> list[str]:
    return [one.name for one in past.newest_first()]


def looker(executions: Executions, limit: int = 100) -> Looker:
    return Looker(executions.target(), limit, Pace(), lambda _: None)


def plan(*, replaces: str, before_that: str | None = None, zone: dict[str, str] = ZONE) -> Any:
    """A plan whose batch replaces the ledger of an execution."""
    record = RecordSet(f"web.{zone['name']}", "A", 60, ("10.0.0.1",))
    old = Ledger("i", "r", *WEB, replaces, before_that, "2026-11-24T12:00:00Z", (record,))
    txt = ledger.record_set("web.ledger", ledger.render(old, zone["name"]))
    changes = [{"action": "DELETE", "record_set": txt.to_json()}]
    return {"zones": [{"zone": zone, "changes": changes}], "before": [], "after": [{}]}


def test_the_chain_is_followed_from_the_ledger_newest_first() -> None:
    executions = Executions()
    executions.add("first")
    executions.add("of another service")
    executions.add("second", previous="first")
    executions.add("third", previous="second")
    past = Past()

    looker(executions).along_the_chain(past, ["third"], ("Z1",))

    assert names(past) == ["third", "second", "first"]
    assert "of another service" not in executions.described


def test_chains_of_several_zones_are_merged_by_time_and_each_is_followed() -> None:
    """A receipt names one execution before; the batches name one for each zone."""
    executions, other = Executions(), {"id": "Z2", "name": "example.com"}
    executions.add("both 1")
    executions.add("private 2", previous="both 1", wrote=plan(replaces="both 1"))
    executions.add("public 3", previous="private 2", wrote=plan(replaces="both 1", zone=other))
    executions.add("private 4", previous="private 2", wrote=plan(replaces="private 2"))
    executions.add("public 5", previous="private 4", wrote=plan(replaces="public 3", zone=other))
    past = Past()

    looker(executions).along_the_chain(past, ["private 4", "public 5"], ("Z1", "Z2"))

    assert names(past) == ["public 5", "private 4", "public 3", "private 2", "both 1"]
    assert sorted(executions.described) == sorted(names(past))


def test_a_chain_that_is_broken_is_said() -> None:
    executions = Executions()
    executions.add("old")
    executions.add("new", previous="old")
    executions.forget("old")
    past = Past()

    looker(executions).along_the_chain(past, ["new"], ("Z1",))

    (note,) = _notes(past, WEB, everything=False, limit=100, owned=True)
    assert (names(past), past.gone) == (["new"], ["old"])
    assert "90 days" in note


def test_a_chain_longer_than_the_limit_is_cut_and_said() -> None:
    executions = Executions()
    for number in range(10):
        executions.add(f"run {number}", previous=f"run {number - 1}" if number else None)
    past = Past()

    looker(executions, limit=3).along_the_chain(past, ["run 9"], ("Z1",))

    assert names(past) == ["run 9", "run 8", "run 7"]
    assert past.cut


def test_one_that_failed_after_its_write_is_part_of_the_chain_and_tells_what_it_wrote() -> None:
    executions = Executions()
    executions.add("first")
    executions.add("failed", "NotPropagated!", wrote=plan(replaces="first"))
    past = Past()

    looker(executions).along_the_chain(past, ["failed"], ("Z1",))

    failed, first = past.newest_first()
    assert (failed.outcome, failed.unproved, first.name) == ("NotPropagated", True, "first")
    assert failed.records == ([], [{}])


def test_a_later_round_replaces_its_own_ledger_and_still_knows_the_one_before() -> None:
    found = change.written_over(plan(replaces="me", before_that="first"), ("Z1",), "me")

    assert found == ["first"]


def test_all_finds_what_failed_or_changed_nothing_and_says_where_it_stopped() -> None:
    executions = Executions()
    executions.add("too old")
    executions.add("unchanged", "Unchanged")
    executions.add("of api", "HostnameTaken!", input={"cluster": "prod", "service": "api"})
    executions.add("failed", "HostnameTaken!")
    executions.add("no input at all", "InvalidEvent!", input={"nonsense": 1})
    past = Past()

    looker(executions, limit=4).among_all(past, WEB)

    notes = _notes(past, WEB, everything=True, limit=4, owned=True)
    assert names(past) == ["failed", "unchanged"]
    assert notes == [
        "Stopped after 4 executions, back to 2026-11-24 12:01:00 UTC. See more: --limit."
    ]


def test_all_executions_are_read_page_by_page_to_the_end() -> None:
    executions = Executions()
    for number in range(250):
        executions.add(f"run {number}", "Unchanged")
    past = Past()

    Looker(executions.target(), 999, Pace(burst=999), lambda _: None).among_all(past, WEB)

    assert (len(past.changes), past.looked, past.exhausted) == (250, 250, True)


@pytest.mark.parametrize("output", ['{"checked": 3}', "[1]", "null"])
def test_an_execution_of_another_state_machine_has_no_receipt(output: str) -> None:
    executions = Executions()
    executions.add("sweep", "Unchanged", input={})
    executions.all["sweep"]["output"] = output

    found = change.of(executions.describe_execution(executions.arn("sweep")))

    assert (found.receipt, found.outcome, found.service) == (None, "SUCCEEDED", None)


@pytest.mark.parametrize(
    "file", ["delete_service", "tag_resource_service", "deployment_completed", "create_service"]
)
def test_an_event_tells_which_service_a_failed_execution_was_about(file: str) -> None:
    executions = Executions()
    event = json.loads((Path(EVENTS) / f"{file}.json").read_text())
    executions.add("failed", "HostnameTaken!", input=event)

    found = change.of(executions.describe_execution(executions.arn("failed")))

    assert found.service == ("prod", "web")


def test_the_pace_lets_a_burst_through_and_then_so_many_a_second() -> None:
    now, slept = [0.0], list[float]()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = Pace(burst=10, per_second=4, clock=lambda: now[0], sleep=sleep)
    for _ in range(30):
        pace.wait()

    assert len(slept) == 20
    assert now[0] == pytest.approx(20 / 4)


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "eu-west-1", "https://eu-west-1.console.aws.amazon.com/"),
        ("aws-cn", "cn-north-1", "https://console.amazonaws.cn/"),
        ("aws-us-gov", "us-gov-west-1", "https://console.amazonaws-us-gov.com/"),
    ],
)
def test_the_console_is_that_of_the_partition(partition: str, region: str, host: str) -> None:
    link = console_link(f"arn:{partition}:states:{region}:123456789012:execution:S:one")

    assert str(link).startswith(host)
    assert f"region={region}#" in str(link)
    assert console_link("arn:aws-iso:states:us-iso-east-1:123456789012:execution:S:one") is None
