"""Which drawing stands in which document, between two marks."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import signpost_stack
from drawings import house, state_machine


@dataclass(frozen=True)
class Drawing:
    """A Mermaid drawing of a document."""

    title: str
    document: Path
    draw: Callable[[], str]

    def placed(self) -> str:
        """The document's text with the drawing as it is now. Raises ValueError without marks."""
        begin, end = f"<!-- {self.title}: made by `make drawings` -->\n", "<!-- end -->\n"
        block = f"{begin}```mermaid\n{self.draw()}```\n{end}"
        between = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        text, count = between.subn(lambda _: block, self.document.read_text())
        if count != 1:
            raise ValueError(f"{self.document} has {count} places for a drawing, not 1: {begin}")
        return text


DRAWINGS = (
    Drawing("state machine", signpost_stack.ROOT / "README.md", state_machine.as_it_is),
    Drawing("house", signpost_stack.ROOT / "docs" / "architecture.md", house.as_it_is),
)
