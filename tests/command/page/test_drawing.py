"""The state machine drawn, and the way taken marked."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from signpost_cli.page.drawing import svg, way_taken
from signpost_cli.page.graph import Graph
from signpost_cli.page.graph import read as read_graph
from signpost_cli.timeline import read as read_timeline
from tests.support.definitions import DEFINITION
from tests.support.history import History
from tests.support.pages import Seen, conflict


@pytest.fixture(scope="module")
def machine() -> Graph:
    return read_graph(DEFINITION)


def test_what_was_entered_and_the_ways_between_are_marked(machine: Graph) -> None:
    found = conflict()
    drawing = svg(machine, found)

    assert set(Seen(drawing).all("taken-state")) == {step.name for step in found.steps}
    ways = [css for css in Seen(drawing).all("class") if css.startswith("way")]
    assert sum("taken" in css.split() for css in ways) == len(list(pairwise(found.steps)))
    assert all(f'data-state="{name}"' in drawing for name in machine.nodes)


def test_an_error_of_a_task_is_drawn_past_everything_to_where_errors_go(machine: Graph) -> None:
    history = History().enter("PlanChange").fail("HostnameTaken", "why", after=1)
    history.enter(str(machine.error_entry), "Choice").enter("Failed", "Fail")
    history.add("ExecutionFailed", executionFailedEventDetails={"error": "HostnameTaken"})

    drawing = svg(machine, read_timeline(history.events))

    assert "way catch taken" in drawing
    assert 'class="state fail end taken bad" data-state="Failed"' in drawing


def test_a_running_state_is_marked_as_such(machine: Graph) -> None:
    events = History().add("ExecutionStarted").enter("VerifyRecord").events
    later = events[-1]["timestamp"] + timedelta(seconds=70)

    drawing = svg(machine, read_timeline(events, later))

    assert 'class="state task taken running" data-state="VerifyRecord"' in drawing
    assert ">70.0 s<" in drawing


def test_the_way_taken_alone_has_no_state_that_was_not_entered(machine: Graph) -> None:
    found = conflict()

    way = way_taken(machine, found)

    assert set(way.nodes) == {step.name for step in found.steps}
    assert {(edge.source, edge.target) for edge in way.edges} == {
        ("ChangeRecord", "CountRound"),
        ("CountRound", "HasRoundsLeft"),
        ("HasRoundsLeft", "DescribeService"),
    }
    assert 'id="way-arrow"' in svg(way, found, "way-")


def test_before_the_first_state_the_way_is_its_begin(machine: Graph) -> None:
    assert list(way_taken(machine, read_timeline([])).nodes) == [machine.start]
