"""A definition as a graph, its choices in a few words."""

from __future__ import annotations

from typing import Any

import pytest

from signpost_cli.page.graph import condition, edges_of


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


def test_a_choice_that_brings_its_words_is_told_in_these() -> None:
    rules = [{"Comment": "it is new", "Variable": "$.a", "IsNull": True, "Next": "X"}]
    choice = {"Comment": "Asked once. Else: it is old.", "Choices": rules, "Default": "Y"}

    assert [(edge.label, edge.kind) for edge in edges_of("IsNew", choice)] == [
        ("it is new", "choice"),
        ("it is old", "else"),
    ]


def test_a_default_without_words_is_what_is_left() -> None:
    (edge,) = edges_of("IsNew", {"Choices": [], "Default": "Y"})

    assert (edge.label, edge.kind) == ("else", "else")
