"""Words that several checks use: lists that stay short, sentences that end."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from signpost.harmless import harmless


def some(items: Sequence[str], most: int = 5) -> str:
    """The first few, and how many more there are."""
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more


def sentence(text: str) -> str:
    """A text that ends as a sentence does."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def argument(text: str) -> str:
    """A text of others within a command that is there to be copied: one word, of one line."""
    return shlex.quote(harmless(text))
