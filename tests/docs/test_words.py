"""docs/command.md has every word that `--json` uses."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

from signpost.model.trigger import Trigger
from signpost_cli import change
from signpost_cli.following import as_one_document
from signpost_cli.patience import Waiting
from signpost_cli.timeline import read
from tests.support.executions import Executions
from tests.support.history import waiting

REFERENCE = (Path(__file__).parents[2] / "docs" / "command.md").read_text()
TABLE = REFERENCE.partition("## JSON\n")[2]
SERVICES = REFERENCE.partition("JSON: `ledgers`")[2].partition("\n\n")[0]


def words(text: str) -> set[str]:
    return set(re.findall(r"`([a-z_]+)`", text))


def document() -> dict[str, Any]:
    executions = Executions()
    executions.add("one")
    one = change.of(executions.describe_execution(executions.arn("one")))
    return as_one_document(one, read(waiting().events), None)


def test_each_key_of_an_execution_is_explained() -> None:
    assert document().keys() <= words(TABLE)


def test_each_key_of_a_state_is_explained() -> None:
    assert document()["states"][0].keys() <= words(TABLE)


def test_each_key_of_what_one_waits_for_is_explained() -> None:
    empty = dict.fromkeys((field.name for field in dataclasses.fields(Waiting)), None)
    assert Waiting(**empty).to_json().keys() <= words(TABLE)  # type: ignore[arg-type]


def test_each_key_of_a_trigger_is_explained() -> None:
    assert {field.name for field in dataclasses.fields(Trigger)} <= words(TABLE)


def test_the_table_explains_nothing_that_is_not_there() -> None:
    first = {
        word for row in re.findall(r"^\| (.+?) \|", TABLE, re.MULTILINE) for word in words(row)
    }
    assert first == document().keys()
