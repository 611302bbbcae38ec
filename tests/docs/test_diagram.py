"""The README's picture of the state machine is the state machine's."""

from __future__ import annotations

import json

import diagram


def test_the_readme_shows_the_state_machine_as_it_is() -> None:
    drawing = diagram.draw(json.loads(diagram.ASL_FILE.read_text()))
    text = diagram.README.read_text()
    assert diagram.in_readme(text, drawing) == text, "run: python scripts/diagram.py --write"
    assert drawing in text


def test_a_changed_state_machine_gives_another_picture() -> None:
    definition = json.loads(diagram.ASL_FILE.read_text())
    before = diagram.draw(definition)
    definition["States"]["PlanChange"]["Next"] = "Unchanged"
    assert diagram.draw(definition) != before
