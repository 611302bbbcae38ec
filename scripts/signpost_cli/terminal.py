"""The command's one way to a terminal: whatever is printed, it acts on none.

Names, causes and records are others' text. rich would take `[red]` in them for its markup, and lets
escape sequences through. Here text is text, and what would act becomes a visible escape.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.status import Status
from rich.text import Text

from signpost.harmless import harmless_lines


class Terminal(Console):
    """A console that neither colours nor wraps oddly when its output is piped. What is printed as
    one text stands in one line: a line break in there is somebody else's.
    """

    def __init__(self, **more: Any) -> None:
        super().__init__(highlight=False, soft_wrap=False, markup=False, emoji=False, **more)

    def print(self, *objects: Any, **how: Any) -> None:
        """As rich's, but strings and texts stay in their line."""
        super().print(*map(_in_one_line, objects), **how)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """As rich's: all that is printed comes through here, before it gets its colours."""
        for part in super().render(renderable, options):
            yield part if part.control else Segment(harmless_lines(part.text), part.style)

    def status(self, status: RenderableType, **how: Any) -> Status:
        """As rich's, with text that is no markup."""
        return _Status(_in_one_line(status), console=self, **how)


class _Status(Status):
    def update(self, status: RenderableType | None = None, **how: Any) -> None:
        super().update(_in_one_line(status), **how)


def _in_one_line(printed: Any) -> Any:
    if isinstance(printed, str):
        printed = Text(printed)
    if isinstance(printed, Text) and "\n" in printed.plain:
        return Text("\\n").join(printed.split(allow_blank=True))
    return printed
