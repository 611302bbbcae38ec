"""What acts on who reads it becomes an escape; everything else stays as it is."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signpost.harmless import as_json, harmless, harmless_lines, throughout
from tests.support.hostile import SAMPLES, harm_in, texts

EVERYDAY = (
    "Grüße, señor; Ελλάδα, Москва, שלום, مرحبا, नमस्ते, ไทย, 日本語　全角, 한국어, "
    "e\u0301, 👍🏽 ❤️, 100\u00a0€, →✓✗ \\ \" ' < >"
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J", "\\x1b[2J"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\x9b\x7f\x00\x85", "\\x9b\\x7f\\x00\\x85"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("\u200b\ufeff\u00ad", "\\u200b\\ufeff\\xad"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("\ue000\ufffe", "\\ue000\\ufffe"),
    ],
)
def test_what_acts_or_is_not_seen_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_letters_marks_and_spaces_of_all_languages_stay() -> None:
    assert harmless(EVERYDAY) == EVERYDAY


@pytest.mark.parametrize("text", SAMPLES)
def test_nothing_harmful_is_left_and_once_is_enough(text: str) -> None:
    assert harm_in(harmless(text), allowed="") == set()
    assert harmless(harmless(text)) == harmless(text)


@pytest.mark.deep
def test_no_character_of_unicode_is_left_out() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    assert harm_in(harmless(every), allowed="") == set()


def test_line_breaks_that_are_ours_stay() -> None:
    assert harmless_lines("one\r\ntwo\x1b") == "one\\r\ntwo\\x1b"


def test_every_text_of_a_value_is_reached() -> None:
    value = {"\u202ekey": ["\x1b", {"inner": ("\x07",)}], "number": 1, "none": None}
    assert throughout(value) == {
        "\\u202ekey": ["\\x1b", {"inner": ["\\x07"]}], "number": 1, "none": None
    }  # fmt: skip


@given(st.recursive(texts | st.none() | st.integers(), lambda inner: st.lists(inner, max_size=3)
                    | st.dictionaries(texts, inner, max_size=3), max_leaves=6))  # fmt: skip
def test_json_says_the_same_without_harm(value: object) -> None:
    assert harm_in(as_json(value)) == set()
    assert json.loads(as_json(value)) == json.loads(json.dumps(value))


def test_json_keeps_letters() -> None:
    assert "Grüße" in as_json(EVERYDAY)
