"""The drawings in the documents show what is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from drawings import house, state_machine
from drawings.documents import DRAWINGS, Drawing
from drawings.house import House, reduced
from drawings.state_machine import SERVICE_CHANGE, SWEEP
from signpost_cli.page.graph import edges_of, otherwise

TWO_WINGS = House(
    floors=[["plan"], ["names"]],
    purposes={"plan": "What has to change.", "names": "Which names."},
    ground=["errors", "model"],
    imports={
        "handlers": {"plan", "names"},
        "plan": {"names", "ground"},
        "names": {"ground"},
    },
)


@pytest.mark.parametrize("drawing", DRAWINGS, ids=lambda drawing: drawing.title)
def test_a_document_shows_what_is_there(drawing: Drawing) -> None:
    assert drawing.placed() == drawing.document.read_text(), "run: make drawings"


def test_a_document_without_a_place_for_the_drawing_is_an_error(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text("Nothing is drawn here.")

    with pytest.raises(ValueError, match="0 places"):
        Drawing("house", document, lambda: "").placed()


def test_a_changed_state_machine_gives_another_picture() -> None:
    definition = state_machine.definition(SERVICE_CHANGE)
    before = state_machine.draw(definition)
    definition["States"]["PlanChange"]["Next"] = "Unchanged"
    assert state_machine.draw(definition) != before


def choices(states: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The Choice states of a machine, and of those inside of its Map states."""
    for name, state in states.items():
        if state["Type"] == "Choice":
            yield name, state
        if state["Type"] == "Map":
            yield from choices(state["ItemProcessor"]["States"])


CHOICES = {
    f"{machine}-{name}": state
    for machine in (SERVICE_CHANGE, SWEEP)
    for name, state in choices(state_machine.definition(machine)["States"])
}


@pytest.mark.parametrize("name", CHOICES)
def test_each_way_out_of_a_choice_has_words_of_its_own_in_the_asl_file(name: str) -> None:
    choice = CHOICES[name]
    words = [rule.get("Comment", "") for rule in choice["Choices"]] + [otherwise(choice)]

    assert all(words), 'each rule needs a Comment, and the Choice\'s own must end in "Else: …"'
    assert len(set(words)) == len(words)
    assert words == [edge.label for edge in edges_of(name, choice)]


@pytest.mark.parametrize("machine", [SERVICE_CHANGE, SWEEP])
def test_every_state_is_drawn(machine: str) -> None:
    definition = state_machine.definition(machine)
    drawn = state_machine.draw(definition) + state_machine.draw_errors(definition)

    assert [name for name in definition["States"] if f" {name}" not in drawn] == []
    assert state_machine.error_states(definition) >= {"HasErrorSentence", "ReadError"}


def test_an_end_that_an_error_leads_to_as_well_is_drawn_on_both_sides() -> None:
    definition = state_machine.definition(SERVICE_CHANGE)
    definition["States"]["ReadError"]["Next"] = "DryRun"

    assert "DryRun([DryRun])" in state_machine.draw(definition)
    assert "ReadError --> DryRun" in state_machine.draw_errors(definition)
    assert "DryRun" not in state_machine.error_states(definition)


def test_an_arrow_that_follows_from_others_is_left_out() -> None:
    assert reduced(TWO_WINGS.imports) == {
        "handlers": {"plan"},
        "plan": {"names"},
        "names": {"ground"},
    }


def test_a_house_has_a_box_a_wing_on_its_floor_and_the_ground_beneath() -> None:
    drawing = house.draw(TWO_WINGS)

    assert drawing.index("plan[") < drawing.index("names[") < drawing.index("ground[")
    assert "What has to change." in drawing
    assert "errors, model" in drawing


def test_another_import_gives_another_picture() -> None:
    more = replace(TWO_WINGS, imports={**TWO_WINGS.imports, "plan": {"ground"}})
    assert house.draw(more) != house.draw(TWO_WINGS)


def test_every_wing_has_its_floor() -> None:
    there = house.read()
    assert sorted(wing for floor in there.floors for wing in floor) == sorted(there.purposes)
