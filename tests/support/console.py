"""A console whose text a test reads."""

from __future__ import annotations

import io

from rich.console import Console

from signpost_cli.terminal import Terminal


def printed(width: int = 80) -> tuple[Console, io.StringIO]:
    """A console of so many columns, and what was printed on it."""
    text = io.StringIO()
    return Terminal(file=text, width=width), text
