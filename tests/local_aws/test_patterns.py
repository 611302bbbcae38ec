"""Patterns of AWS's models, read by Python."""

from __future__ import annotations

import pytest
from botocore.session import get_session

from local_aws.patterns import compiled

TAG = get_session().get_service_model("ecs").shape_for("TagValue").metadata["pattern"]


@pytest.mark.parametrize(
    "text", ["", "web api", "_any.shop.example.com", "a+b-c=d.e_f:g/h@i", "b\u00fccher", "\u0663"]
)
def test_letters_numbers_and_separators_of_every_script_are_taken(text: str) -> None:
    assert compiled(TAG).fullmatch(text)


@pytest.mark.parametrize("text", ["*.example.com", "a,b", "a\tb", "a\nb", "\u20ac", "web\x1b"])
def test_other_characters_are_not(text: str) -> None:
    assert not compiled(TAG).fullmatch(text)


def test_what_must_be_ascii() -> None:
    assert compiled(r"\p{ASCII}+").fullmatch("a b")
    assert not compiled(r"\p{ASCII}+").fullmatch("\u00fc")
