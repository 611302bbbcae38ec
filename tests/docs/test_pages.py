"""The pages held against the code: what there is stands in them, and nothing that there is not."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from signpost.names import configuration
from signpost_cli.app import app
from tests.support.definitions import ALL_TASKS, BASES, ERRORS
from tests.support.documents import FOLDER, PAGES, ROOT, name_of
from tests.support.template import TEMPLATE

FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*_*.yml"))
ENGINE = "StepFunctions.Timeout"  # an error that no class of ours has


def rows(page: str, head: str) -> list[list[str]]:
    """The cells of the table that begins with this cell, without its head."""
    lines = (FOLDER / page).read_text().splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {head} |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line[1:-1].split("|")])
    return found


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_parameter_of_the_template_stands_on_its_page_with_its_default() -> None:
    told = {name: cells[1] for cells in rows("parameters.md", "parameter")
            for name in named(cells[0])}  # fmt: skip
    defaults = {
        name: "" if one.get("Default", "") == "" else f"`{one['Default']}`"
        for name, one in TEMPLATE["Parameters"].items()
    }
    # Words without backticks say what an empty value means.
    assert {name: cell if "`" in cell else "" for name, cell in told.items()} == defaults


def test_every_tag_stands_on_its_page() -> None:
    told = {name for cells in rows("parameters.md", "tag") for name in named(cells[0])}
    assert told == {f"{configuration.PREFIX}{key}" for key in configuration.KEYS}


def test_every_error_stands_on_its_page_with_what_to_do() -> None:
    told = rows("errors.md", "error")
    names = [name for cells in told for name in named(cells[0])]

    retries = [entry for task in ALL_TASKS.values() for entry in task["Retry"]]
    engines = {error for entry in retries for error in entry["ErrorEquals"] if "." in error}
    assert sorted(names) == sorted(
        (ERRORS.keys() - BASES) | engines - {"States.Timeout"} | {ENGINE}
    )
    assert all(what for _, what in told)


def test_every_page_is_in_the_index_once() -> None:
    index = (FOLDER / "README.md").read_text()
    linked = re.findall(r"^- \[([\w.-]+)\]\(\1\): \S", index, re.MULTILINE)

    assert sorted(linked) == [page.name for page in PAGES]


def test_the_first_page_is_short() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) < 150


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md"], ids=name_of)
def test_no_sentence_splits_a_table_or_sticks_to_it(page: Path) -> None:
    """A line after a table needs an empty one between, or it becomes a row."""
    lines = page.read_text().splitlines()
    stuck = [
        line
        for before, line in pairwise(lines)
        if before.startswith("|") != line.startswith("|") and before.strip() and line.strip()
    ]
    assert stuck == []


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_an_issue_form_asks_in_a_way_that_github_knows(form: Path) -> None:
    asked: dict[str, Any] = yaml.safe_load(form.read_text())
    fields = [field for field in asked["body"] if field["type"] != "markdown"]
    ids = [field["id"] for field in fields]

    assert {"name", "description", "body"} <= asked.keys()
    assert len(set(ids)) == len(ids)
    assert {field["type"] for field in fields} <= {"input", "textarea", "dropdown"}
    assert all(field["attributes"]["label"] for field in fields)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_an_issue_form_names_commands_that_there_are(form: Path) -> None:
    known = {command.name for command in app.registered_commands} | {"local"}
    assert set(re.findall(r"signpost ([a-z]+)", form.read_text())) <= known
