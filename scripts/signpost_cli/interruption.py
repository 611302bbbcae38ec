"""Ctrl-C: what becomes of what was begun is said before the command ends (exit code 130)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from signpost_cli.render import console


@contextmanager
def told(what: str) -> Iterator[None]:
    """On Ctrl-C, say `what` on stderr, and go on with ending."""
    try:
        yield
    except KeyboardInterrupt:
        out = console(stderr=True)
        out.print()
        for line in f"Interrupted. {what}".split("\n"):
            out.print(line, soft_wrap=True)
        raise
