"""The page of an execution: the state machine laid out, the way taken marked, nothing loaded."""

from __future__ import annotations

from itertools import combinations, pairwise
from typing import Any

import pytest

from signpost_cli.page.drawing import svg
from signpost_cli.page.graph import Graph, condition
from signpost_cli.page.graph import read as read_graph
from signpost_cli.page.layout import arrange, spread
from signpost_cli.timeline import read as read_timeline
from tests.support.definitions import DEFINITION
from tests.support.history import History, waiting
from tests.support.pages import HOSTILE, Seen, conflict, shown


@pytest.fixture(scope="module")
def machine() -> Graph:
    return read_graph(DEFINITION)


def test_no_two_boxes_overlap_and_every_way_goes_down_but_those_back(machine: Graph) -> None:
    links = [(edge.source, edge.target) for edge in machine.edges]
    layout = arrange(machine.start, dict.fromkeys(machine.nodes, 100.0), links, {})

    places = layout.places
    for one, other in combinations(machine.nodes, 2):
        apart = abs(places[one].x - places[other].x) >= 100.0 - 1e-6
        assert apart or places[one].layer != places[other].layer
    upwards = {link for link in links if places[link[0]].layer >= places[link[1]].layer}
    assert upwards == {("HasRoundsLeft", "DescribeService")}


def test_a_way_over_several_layers_bends_in_each_of_them() -> None:
    links = [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d"), ("d", "a")]
    layout = arrange("a", dict.fromkeys("abcd", 10.0), links, {})

    assert [place.layer for place in layout.bends[("a", "d")]] == [1, 2]
    assert [place.layer for place in layout.bends[("d", "a")]] == [2, 1]
    assert layout.bends[("a", "b")] == ()


def test_a_state_stands_in_the_middle_above_those_it_leads_to() -> None:
    links = [("top", below) for below in "abc"]
    layout = arrange("top", {"top": 10.0, "a": 40.0, "b": 10.0, "c": 20.0}, links, {})

    places = [layout.places[name].x for name in "abc"]
    assert [right - left for left, right in pairwise(places)] == pytest.approx([25.0, 15.0])
    assert layout.places["top"].x == pytest.approx(sum(places) / 3)


def test_boxes_that_want_the_same_place_stand_around_it_and_the_others_stay() -> None:
    placed = spread(["a", "b", "c"], dict.fromkeys("abc", 10.0), [50.0, 50.0, 90.0])

    assert placed == {"a": 45.0, "b": 55.0, "c": 90.0}


def test_what_was_entered_and_the_ways_between_are_marked(machine: Graph) -> None:
    steps = conflict().steps
    drawing = svg(machine, steps)

    assert set(Seen(drawing).all("taken-state")) == {step.name for step in steps}
    ways = [css for css in Seen(drawing).all("class") if css.startswith("way")]
    assert sum("taken" in css.split() for css in ways) == len(list(pairwise(steps)))
    assert all(f'data-state="{name}"' in drawing for name in machine.nodes)


def test_an_error_of_a_task_is_drawn_past_everything_to_where_errors_go(machine: Graph) -> None:
    history = History().enter("PlanChange").fail("HostnameTaken", "why", after=1)
    history.enter(str(machine.error_entry), "Choice").enter("Failed", "Fail")
    history.add("ExecutionFailed", executionFailedEventDetails={"error": "HostnameTaken"})

    drawing = svg(machine, read_timeline(history.events).steps)

    assert "way catch taken" in drawing
    assert 'class="state fail end taken bad" data-state="Failed"' in drawing


def test_a_running_state_is_marked_as_such(machine: Graph) -> None:
    steps = read_timeline(History().add("ExecutionStarted").enter("VerifyRecord").events).steps

    assert 'class="state task taken running" data-state="VerifyRecord"' in svg(machine, steps)


def test_what_comes_from_outside_is_text_and_nothing_else() -> None:
    document = Seen(shown("HostnameTaken!", reason=HOSTILE, service="web"))

    assert not {"script", "img", "iframe", "link", "object"} & set(document.tags)
    assert not any(name.startswith("on") for name, _ in document.attributes)
    assert any(HOSTILE in text for text in document.texts)


def test_the_page_loads_nothing() -> None:
    document = shown()

    assert Seen(document).all("src") == []
    assert Seen(document).all("href") == ["https://console.example/#/x"]
    assert document.count("url(") == document.count("url(#")
    assert "default-src 'none'" in document


def test_waits_between_attempts_are_drawn_and_told() -> None:
    document = shown("TargetsNotHealthy!", read_timeline(waiting().events))

    assert document.count('<span class="waited" style=') == 2
    assert "then waited 7.5 s" in document


def test_the_page_tells_errors_and_the_receipt() -> None:
    text = " ".join(" ".join(Seen(shown()).texts).split())

    assert "RecordConflict" in text
    assert "12.3 s from event to verified" in text
    assert "arn:aws:iam::123456789012:user/ada" in text


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"Variable": "$.plan.action", "StringEquals": "skip", "Next": "X"}, "plan action = skip"),
        ({"Not": {"Variable": "$.a", "IsNull": True}, "Next": "X"}, "Not"),
        ({"Variable": "$.a", "NumericLessThan": 3, "Next": "X"}, "NumericLessThan"),
    ],
)
def test_a_choice_in_a_few_words(choice: dict[str, Any], words: str) -> None:
    assert condition(choice) == words
