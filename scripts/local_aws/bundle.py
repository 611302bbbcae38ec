"""The functions' deployment package for the emulator, made without network and without Docker."""

from __future__ import annotations

import io
import shlex
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

# A fixed time makes equal sources give equal bytes.
_TIME = (2020, 1, 1, 0, 0, 0)


def bundle(functions: Mapping[str, Path]) -> bytes:
    """A zip of the functions' files and a bootstrap that runs AWS's own runtime client.

    The libraries of functions/requirements.txt are not copied: the bootstrap runs the Python
    that runs this command, which has them installed.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "bootstrap", bootstrap(sys.executable).encode(), 0o755)
        for name, path in functions.items():
            _add(archive, name, path.read_bytes(), 0o644)
    return buffer.getvalue()


def bootstrap(python: str) -> str:
    """The script with which a custom runtime begins; the task's own folder comes first."""
    return f"""#!/bin/sh
cd "$LAMBDA_TASK_ROOT" || exit 1
PYTHONPATH="$LAMBDA_TASK_ROOT" exec {shlex.quote(python)} -m awslambdaric "$_HANDLER"
"""


def _add(archive: zipfile.ZipFile, name: str, content: bytes, mode: int) -> None:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.external_attr = mode << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)
