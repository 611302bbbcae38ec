"""The drawings in the documents show what is there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from drawings import house, state_machine
from drawings.documents import DRAWINGS, Drawing
from drawings.house import House, reduced

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
    definition = json.loads(state_machine.ASL_FILE.read_text())
    before = state_machine.draw(definition)
    definition["States"]["PlanChange"]["Next"] = "Unchanged"
    assert state_machine.draw(definition) != before


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
