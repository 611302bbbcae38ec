"""Whatever is printed, it acts on no terminal."""

from __future__ import annotations

import io
import re

import pytest
from rich.rule import Rule
from rich.text import Text

from signpost_cli import render
from signpost_cli.terminal import Terminal
from tests.support.console import printed
from tests.support.hostile import SAMPLES, forged_in, harm_in

COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # rich's own


@pytest.mark.parametrize("text", SAMPLES)
def test_a_string_a_text_a_rule_and_a_table_row_do_no_harm(text: str) -> None:
    out, shown = printed()

    out.print(text, style="bold")
    out.print(Text.assemble("  ", (text, "red"), " ."), soft_wrap=True)
    out.print(Rule(text))
    render.row(out, "because", text)
    render.ending(out, (text, "red"), text)

    assert harm_in(shown.getvalue()) == set()
    assert forged_in(shown.getvalue()) == []


def test_markup_and_emoji_names_are_printed_as_they_are() -> None:
    out, shown = printed()
    out.print("[red]x[/red] [/nothing] :boom:")
    assert shown.getvalue() == "[red]x[/red] [/nothing] :boom:\n"


def test_a_line_break_within_a_text_is_shown_and_its_colours_stay() -> None:
    text = io.StringIO()
    out = Terminal(file=text, width=80, force_terminal=True, color_system="standard")

    out.print(Text.assemble(("a\nb", "red"), "c"))

    assert COLOURS.sub("", text.getvalue()) == "a\\nbc\n"
    assert "\x1b[31mb\x1b[0mc" in text.getvalue()


@pytest.mark.parametrize("text", SAMPLES)
def test_what_it_is_at_is_text_too(text: str) -> None:
    shown = io.StringIO()
    out = Terminal(file=shown, width=80, force_terminal=True)

    with out.status(text) as status:
        status.update(f"CheckReadiness {text}")
        status.update(f"CheckReadiness {text}", spinner="line")
        out.print("on")

    # rich moves the cursor to draw over its own line; nothing else does.
    moves = re.compile(r"\x1b\[(\?25[lh]|[0-9]*[AK]|2K)|\r")
    assert harm_in(moves.sub("", COLOURS.sub("", shown.getvalue()))) == set()
    assert forged_in(shown.getvalue()) == []


def test_an_outcome_that_has_escapes_is_printed_once() -> None:
    out, shown = printed()
    render.ending(out, ("\x1bOdd", "red"), "It was so.")
    assert shown.getvalue() == "\\x1bOdd It was so.\n"
