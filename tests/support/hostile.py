"""Text that acts on who reads it, what counts as such, and values with it in any of their texts."""

from __future__ import annotations

import copy
import unicodedata
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.internal.charmap import CategoryName

# What must reach no terminal, page, log or mail; a line break may, where it is ours.
HARMFUL: tuple[CategoryName, ...] = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
FORGED = "FORGED"  # what a line break of somebody else's would put at a line's beginning
SAMPLES = (
    "\x1b[2J\x1b[1;1H",  # clears the screen
    "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\",  # a link
    "\x1b]52;c;cm0gLXJm\x07",  # writes the clipboard
    "\x9b2J\x90q\x9c",  # the same family, as single characters of C1
    "a\rb\x08\x7f\x00\t",
    f"x\n{FORGED}",
    f"x\r\n{FORGED}\x85{FORGED}\u2028{FORGED}\u2029{FORGED}\x0b{FORGED}\x0c{FORGED}\x1c{FORGED}",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200e\u200f\u061c",  # another order than it has
    "pay\u200bpal\u200c\u200d\u2060\ufeff\u00ad",  # not seen
    "".join(chr(0xE0000 + ord(char)) for char in "hidden"),  # tag characters
    "\ud800 \udfff",
    "\ue000\U000f0000\ufffe\ufff9",
    "[red]x[/red][link=https://evil.example]y[/link][/no such] :boom:",
    "<script>alert(1)</script>\u202e",
)
texts = st.sampled_from(SAMPLES) | st.text(
    st.characters(categories=HARMFUL) | st.sampled_from("a [/]é\x1b\u202e"), min_size=1, max_size=12
)


def harm_in(text: str, allowed: str = "\n") -> set[str]:
    """The characters that must not be there, by their code points."""
    return {
        f"U+{ord(char):04X}"
        for char in text
        if char not in allowed and unicodedata.category(char) in HARMFUL
    }


def forged_in(text: str) -> list[str]:
    """The lines that somebody else has written: those that begin with FORGED."""
    return [line for line in text.split("\n") if line.strip().startswith(FORGED)]


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where the texts of a JSON value stand."""
    if isinstance(value, str):
        return [path]
    items = value.items() if isinstance(value, dict) else ()
    if isinstance(value, (list, tuple)):
        items = enumerate(value)  # type: ignore[assignment]
    return [leaf for key, inner in items for leaf in leaves(inner, (*path, key))]


@st.composite
def hostile(draw: st.DrawFn, value: Any, but: tuple[str, ...] = ()) -> Any:
    """The value with hostile text in one of its texts, or in all; never at the keys in `but`."""
    made = copy.deepcopy(value)
    paths = [path for path in leaves(made) if path[-1] not in but]
    for path in draw(st.just(paths) | st.sampled_from(paths).map(lambda one: [one])):
        parent = made
        for key in path[:-1]:
            parent = parent[key]
        parent[path[-1]] = draw(texts)
    return made
