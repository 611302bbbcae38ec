"""Where a search begins, and how to begin there again.

SIGNPOST_SEED is a whole number; without it each run of the tests draws one.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import seed
from hypothesis.stateful import RuleBasedStateMachine

SEED = int(os.environ.get("SIGNPOST_SEED") or secrets.randbelow(2**32))


@contextmanager
def seeded(machine: type[RuleBasedStateMachine], part: int = 0) -> Iterator[None]:
    """The machine's histories follow from the seed; what is raised tells how to see it again.

    Each part of a search has a seed of its own. `run_state_machine_as_test` looks for the seed on
    the class, and must be given `database=None`: remembered examples would come before it.
    """
    seed(SEED + part)(machine)
    try:
        yield
    except BaseException as error:
        test = os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0]
        histories = os.environ.get("SIGNPOST_HISTORIES")
        many = f"SIGNPOST_HISTORIES={histories} " if histories else ""
        error.add_note(f"Again: SIGNPOST_SEED={SEED} {many}.venv/bin/python -m pytest '{test}'")
        raise
