"""A service's executions: along the chain of receipts, or among all of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from signpost_cli.past import Looker, Pace, Past
from tests.support.definitions import DEFINITION
from tests.support.executions import DESCRIBED, START, Executions, plan
from tests.support.history import History

WEB = ("prod", "web")


def names(past: Past) -> list[str]:
    return [one.name for one in past.newest_first()]


def test_the_chain_is_followed_from_the_ledger_newest_first() -> None:
    executions = Executions()
    executions.add("first")
    executions.add("of another service")
    executions.add("second", previous="first")
    executions.add("third", previous="second")
    past = Past()

    executions.looker().along_the_chain(past, ["third"], ("Z1",))

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

    executions.looker().along_the_chain(past, ["private 4", "public 5"], ("Z1", "Z2"))

    assert names(past) == ["public 5", "private 4", "public 3", "private 2", "both 1"]
    assert sorted(executions.described) == sorted(names(past))


def test_a_chain_longer_than_the_limit_is_cut_and_said() -> None:
    executions = Executions()
    for number in range(10):
        executions.add(f"run {number}", previous=f"run {number - 1}" if number else None)
    past = Past()

    executions.looker(limit=3).along_the_chain(past, ["run 9"], ("Z1",))

    assert names(past) == ["run 9", "run 8", "run 7"]
    assert past.cut


def test_one_that_failed_after_its_write_is_part_of_the_chain_and_tells_what_it_wrote() -> None:
    executions = Executions()
    executions.add("first")
    executions.add("failed", "NotPropagated!", wrote=plan(replaces="first"))
    past = Past()

    executions.looker().along_the_chain(past, ["failed"], ("Z1",))

    failed, first = past.newest_first()
    assert (failed.outcome, failed.unproved, first.name) == ("NotPropagated", True, "first")
    assert failed.records == ([], [{}])


def test_all_executions_are_read_page_by_page_to_the_end() -> None:
    executions = Executions()
    for number in range(250):
        executions.add(f"run {number}", "Unchanged")
    past = Past()

    Looker(executions.target(), 999, Pace(burst=999), lambda _: None).among_all(past, WEB)

    assert (len(past.changes), past.looked, past.exhausted) == (250, 250, True)


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


class Running(Executions):
    """Executions whose definition can be asked for."""

    def describe_state_machine_for_execution(self, **_: Any) -> dict[str, Any]:
        return DESCRIBED | {"definition": json.dumps(DEFINITION), "updateDate": START}


def test_one_that_runs_and_has_not_written_yet_is_found_without_a_chain() -> None:
    executions = Running()
    executions.add("done")
    executions.add("of another", "RUNNING", input={"cluster": "prod", "service": "api"})
    executions.add("slow", "RUNNING")
    history = History().add("ExecutionStarted").enter("CheckReadiness")
    executions.histories["slow"] = history.fail("TargetsNotHealthy", "None.", after=1).events
    del executions.histories["of another"]  # nobody asks for it
    past = Past()

    executions.looker().that_run(past, ("prod", "web"))

    assert list(past.changes) == ["slow"]
    waits = past.changes["slow"].waiting
    assert waits is not None
    assert (waits.state, waits.error) == ("CheckReadiness", "TargetsNotHealthy")
    assert not past.more_run
