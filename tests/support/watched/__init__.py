"""Calls of AWS that another process makes, held against the API's model as those of this one.

Python imports `sitecustomize`, which lies beside this file, when that process begins.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import api_model

FOLDER = "SIGNPOST_TESTS_CALLS"  # the environment variable that says where the process notes them


@contextmanager
def watched_calls() -> Iterator[dict[str, str]]:
    """The environment of a Python process that notes its calls, which are taken over at the end."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(__file__).parent), str(api_model.ROOT)]
        # The command of a wheel, elsewhere, has its own code and its own Python.
        is_ours = "SIGNPOST_COMMAND" not in os.environ
        yield {"PYTHONPATH": os.pathsep.join(paths), FOLDER: folder} if is_ours else {}
        for noted in Path(folder).iterdir():
            found = json.loads(noted.read_text())
            api_model.made.update(map(tuple, found["made"]))
            api_model.problems.extend(found["problems"])
