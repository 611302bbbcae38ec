"""Text of others in a page: it is neither markup, nor does it act on who reads it."""

from __future__ import annotations

import html

from signpost.harmless import harmless, harmless_lines


def escape(text: str) -> str:
    """One line of text, for an element or an attribute."""
    return html.escape(harmless(text))


def escape_lines(text: str) -> str:
    """Text whose line breaks are ours."""
    return html.escape(harmless_lines(text))
