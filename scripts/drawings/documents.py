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


_DOCS = signpost_stack.ROOT / "docs"
_MACHINES = _DOCS / "state-machine.md"
DRAWINGS = (
    Drawing("ServiceChange", _MACHINES, state_machine.ways_of(state_machine.SERVICE_CHANGE)),
    Drawing("its errors", _MACHINES, state_machine.errors_of(state_machine.SERVICE_CHANGE)),
    Drawing("Sweep", _MACHINES, state_machine.ways_of(state_machine.SWEEP)),
    Drawing("house", _DOCS / "architecture.md", house.as_it_is),
)
