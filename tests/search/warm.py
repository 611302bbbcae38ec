"""Each function is a process of its own that stays warm: what one remembers, no other knows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Memory = dict[tuple[str, str], dict[Any, Any]]  # by module and variable


def _remembered() -> Iterator[tuple[tuple[str, str], dict[Any, Any]]]:
    """What modules keep from call to call: their private dictionaries, constants left out."""
    for name, module in list(sys.modules.items()):
        if name.startswith("signpost.aws."):
            for key, value in vars(module).items():
                if key.startswith("_") and key.islower() and type(value) is dict and key[1] != "_":
                    yield (name, key), value


@dataclass
class Warm:
    """The memories of all functions of one history."""

    memories: dict[str, Memory] = field(default_factory=dict)

    @contextmanager
    def function(self, name: str) -> Iterator[None]:
        """Meanwhile modules remember what this function has learnt, and nothing else."""
        others = _swap(self.memories.get(name, {}))
        try:
            yield
        finally:
            self.memories[name] = _swap(others)


def _swap(memory: Memory) -> Memory:
    """Let modules remember just this; what they remembered."""
    before: Memory = {}
    for place, value in _remembered():
        before[place] = dict(value)
        value.clear()
        value.update(memory.get(place, {}))
    return before
