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


def rerun(cluster: str, service: str) -> str:
    """The command to be copied; what a ledger says is one word in it, and no command of its own."""
    return shlex.join(["signpost", "rerun", harmless(cluster), harmless(service)])
