"""What a terminal shows, as an SVG that asks nobody for a font."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from io import StringIO

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

THEME = TerminalTheme(
    background=(22, 27, 34),
    foreground=(230, 237, 243),
    normal=[
        *((72, 79, 88), (255, 123, 114), (86, 211, 100), (227, 179, 65)),
        *((121, 192, 255), (210, 168, 255), (86, 212, 221), (177, 186, 196)),
    ],
)
# rich's own format names fonts of a server.
_FORMAT = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">
<title>TITLE</title>
<style>
.{unique_id}-matrix {{ font: {char_height}px/{line_height}px ui-monospace, SFMono-Regular, Menlo,
  Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; }}
.{unique_id}-title {{ font: 16px system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def svg(lines: Sequence[str], *, title: str, columns: int) -> str:
    """A window with these lines, which may have ANSI colours, folded where a terminal would."""
    out = Console(record=True, file=StringIO(), width=columns, highlight=False)
    for line in lines:
        text = Text.from_ansi(line)
        for part in text.divide(range(columns, len(text), columns)) or [text]:
            out.print(part, no_wrap=True, crop=False)
    form = _FORMAT.replace("TITLE", escape(title))
    return out.export_svg(title=title, theme=THEME, code_format=form, unique_id="terminal")
