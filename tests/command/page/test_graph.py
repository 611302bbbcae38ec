"""A definition as a graph, its choices in a few words."""

from __future__ import annotations

from typing import Any

import pytest

from signpost_cli.page.graph import condition


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
