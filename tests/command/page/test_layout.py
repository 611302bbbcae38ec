"""The state machine laid out: layers, few crossings, straight long ways."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from signpost_cli.page.graph import Graph
from signpost_cli.page.graph import read as read_graph
from signpost_cli.page.layout import arrange, spread
from tests.support.definitions import DEFINITION


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
    assert upwards == {
        ("HasRoundsLeft", "DescribeService"),
        ("KeepWhatIsDone", "PlanChange"),
        ("WhatWasDone", "PlanChange"),
    }


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
