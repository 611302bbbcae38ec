"""The functions' deployment package for the emulator, made without network and without Docker."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from signpost_stack.archive import zipped


def bundle(functions: Mapping[str, Path]) -> bytes:
    """A zip of the functions' files and a bootstrap that runs AWS's own runtime client.

    The libraries of functions/requirements.txt are not copied: the bootstrap runs the Python
    that runs this command, which has them installed.
    """
    files = {name: path.read_bytes() for name, path in functions.items()}
    return zipped(files, {"bootstrap": bootstrap(sys.executable).encode()})


def bootstrap(python: str) -> str:
    """The script with which a custom runtime begins; the task's own folder comes first."""
    return f"""#!/bin/sh
cd "$LAMBDA_TASK_ROOT" || exit 1
PYTHONPATH="$LAMBDA_TASK_ROOT" exec {shlex.quote(python)} -m awslambdaric "$_HANDLER"
"""
