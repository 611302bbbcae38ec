"""Text of others, made so that it can be shown: what no reader would see, or what would act on a
terminal, becomes a visible escape.

Tags, reasons, ledgers, actors, errors and DNS answers hold whatever somebody wrote into them. An
escape sequence in there could clear a terminal or write another line over ours; a bidirectional
override shows text in another order than it has (Unicode Technical Report 36, "Bidirectional Text
Spoofing"); zero-width and tag characters hide words. Letters, marks and spaces of all languages
stay as they are.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

# `str.isprintable` is False for Unicode's class C (controls, what formats and is not seen, private
# use, surrogates, no characters at all) and its separators but the space: Zl and Zp, which end a
# line, and Zs, the other spaces, which are shown.
_SUSPECT = re.compile(r"[^ -~]")


def harmless(text: str) -> str:
    """The text in one line, with escapes as Python writes them: `\\x1b`, `\\n`, `\\u202e`."""
    return _replaced(text, lambda char: char.encode("unicode_escape").decode())


def harmless_lines(text: str) -> str:
    """The same of text in several lines, whose breaks are ours, not somebody else's."""
    return "\n".join(map(harmless, text.split("\n")))


def throughout(value: Any, made: Callable[[str], str] = harmless) -> Any:
    """A JSON value with every text in it made harmless, keys included."""
    if isinstance(value, str):
        return made(value)
    if isinstance(value, Mapping):
        return {throughout(key, made): throughout(inner, made) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [throughout(inner, made) for inner in value]
    return value


def as_json(value: Any) -> str:
    """JSON for a person to read: it says what the value says, with escapes of JSON's own kind."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return "\n".join(_replaced(line, lambda c: json.dumps(c)[1:-1]) for line in text.split("\n"))


def _replaced(text: str, escape: Callable[[str], str]) -> str:
    if text.isprintable():
        return text
    return _SUSPECT.sub(lambda found: found[0] if _is_shown(found[0]) else escape(found[0]), text)


def _is_shown(char: str) -> bool:
    return char.isprintable() or unicodedata.category(char) == "Zs"
