"""How long a search goes on, where it begins, and how to begin there again.

A search is made of stretches of some histories, each of which follows from a seed of its own. What
is limited is how many stretches there are, never what happens in one: a history is not cut off,
nor is the making small of a failure, and what a stretch finds is there again on any machine.

- SIGNPOST_HISTORIES: so many histories, which is enough to ask what they have reached;
- SIGNPOST_SEARCH_SECONDS: where no number is given, so long, the seconds of all parts added up;
- SIGNPOST_SEED: where to begin, a whole number; if it is not given, one is drawn for each run.
"""

from __future__ import annotations

import itertools
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager

PARTS = 8  # so that several processes share the work
STRETCH = 25  # histories
SEED = int(os.environ.get("SIGNPOST_SEED") or secrets.randbelow(2**32))
HISTORIES = int(os.environ.get("SIGNPOST_HISTORIES") or 0)
SECONDS = float(os.environ.get("SIGNPOST_SEARCH_SECONDS") or 30)
# A failure is made small, for five minutes at most, before it is told; a history takes a tenth of a
# second, and on a busy machine up to one.
LIMIT_SECONDS = 900 + (HISTORIES or SECONDS) / PARTS


def beginnings() -> Iterator[int]:
    """Where the stretches of one part begin: one, and more as long as the search is to go on."""
    end = time.monotonic() + SECONDS / PARTS
    for made in itertools.count(1):
        yield SEED + (made - 1) * PARTS
        if made * STRETCH * PARTS >= HISTORIES if HISTORIES else time.monotonic() >= end:
            return


def told(made: int | None = None) -> str:
    """What a run of the tests says of its search, before and after it."""
    amount = f"{HISTORIES:,} histories" if HISTORIES else f"{SECONDS:.0f} seconds"
    result = "" if made is None else f": {made:,} histories ended"
    return f"search: {amount} from SIGNPOST_SEED={SEED}{result}"


@contextmanager
def repeatable(begin: int) -> Iterator[None]:
    """What is raised tells how to see it again, where a search begins in this stretch."""
    try:
        yield
    except BaseException as error:
        test = os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0]
        error.add_note(
            f"Again: SIGNPOST_SEED={begin} SIGNPOST_HISTORIES={PARTS * STRETCH} "
            f'make test PYTEST_ARGS="{test}"'
        )
        raise
