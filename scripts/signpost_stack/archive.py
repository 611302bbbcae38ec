"""Zip archives of code that are the same, byte by byte, wherever and whenever they are made."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

# The earliest time that a zip can hold.
_TIME = (1980, 1, 1, 0, 0, 0)
FILE, PROGRAM = 0o644, 0o755


def zipped(files: Mapping[str, bytes], programs: Mapping[str, bytes] | None = None) -> bytes:
    """An archive of files by their names in it, and of programs, which may be executed."""
    buffer = io.BytesIO()
    entries = [(name, FILE, content) for name, content in files.items()]
    entries += [(name, PROGRAM, content) for name, content in (programs or {}).items()]
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, mode, content in sorted(entries):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = 3  # Unix, whatever it is made on: the modes count
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return buffer.getvalue()
