"""The processes of this machine: from /proc where there is one (Linux), else from `ps` (macOS).

A slim container has no `ps`.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import NamedTuple

from local_aws.errors import LocalAwsError

PROC = Path("/proc")
_ENDED = ("Z", "X")  # the states of a process that nobody has collected yet: proc(5), ps(1)


class Running(NamedTuple):
    """A process that has not ended."""

    pid: int
    pgid: int
    command: str


def running(pid: int | None = None, proc: Path = PROC) -> list[Running]:
    """All processes that run, or the one of an id, if it does.

    Raises LocalAwsError where they can't be listed.
    """
    if not (proc / "self" / "stat").exists():
        return _from_ps(pid)
    folders = [proc / str(pid)] if pid is not None else proc.glob("[0-9]*")
    return [found for folder in folders if (found := _from_proc(folder))]


def _from_proc(folder: Path) -> Running | None:
    try:
        # `PID (NAME) STATE PPID PGRP …`, where the name may hold anything: proc(5).
        state, _, pgid, *_ = (
            (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
        )
        command = (folder / "cmdline").read_bytes().decode(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    if state in _ENDED:
        return None
    return Running(int(folder.name), int(pgid), command.replace("\0", " ").strip())


def _from_ps(pid: int | None) -> list[Running]:
    which = ["-A"] if pid is None else ["-p", str(pid)]
    try:
        listed = subprocess.run(
            ["ps", "-ww", *which, "-o", "pid=,pgid=,stat=,command="],
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=10,
        ).stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        raise LocalAwsError(f"The processes of this machine can't be listed: {error}") from error
    lines = [line.split(None, 3) for line in listed.splitlines()]
    return [
        Running(int(line[0]), int(line[1]), line[3].strip() if len(line) > 3 else "")
        for line in lines
        if line[2][0] not in _ENDED
    ]
