"""Ending processes for certain, by id, and never somebody else's."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable

from local_aws.errors import LocalAwsError

GRACE_SECONDS = 5.0


def is_alive(pid: int) -> bool:
    """Whether a process of this id runs (one that has ended but was not reaped does not)."""
    _reap(pid)
    return _ps("-o", "stat=", "-p", str(pid)).strip()[:1] not in ("", "Z")


def command_of(pid: int) -> str:
    """The command line of a process, empty when there is none: ids are used again."""
    return _ps("-o", "command=", "-p", str(pid)).strip()


def end(pid: int, grace: float = GRACE_SECONDS) -> None:
    """Ask a process to end, and make it after the grace time, in seconds."""
    _end(lambda sign: os.kill(pid, sign), lambda: is_alive(pid), grace, f"Process {pid}")


def end_group(pgid: int, reap: Callable[[], object] = lambda: None) -> None:
    """End every process of a group; `reap` collects the leader where it is a child of ours."""

    def alive() -> bool:
        reap()
        return group_is_alive(pgid)

    _end(lambda sign: os.killpg(pgid, sign), alive, GRACE_SECONDS, f"Process group {pgid}")


def group_is_alive(pgid: int) -> bool:
    """Whether any process of the group runs."""
    try:
        os.killpg(pgid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    # Ended processes that nobody has reaped yet still count for killpg.
    states = [line.split() for line in _ps("-A", "-o", "pgid=,stat=").splitlines()]
    return any(int(state[0]) == pgid and not state[1].startswith("Z") for state in states)


def _end(
    send: Callable[[signal.Signals], None], alive: Callable[[], bool], grace: float, what: str
) -> None:
    for sign, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, GRACE_SECONDS)):
        try:
            send(sign)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not alive():
                return
            time.sleep(0.05)
    raise LocalAwsError(f"{what} could not be ended.")


def _reap(pid: int) -> None:
    """Collect it if it is a child of ours that has ended: nothing else would before we end."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _ps(*arguments: str) -> str:
    return subprocess.run(
        ["ps", *arguments], capture_output=True, text=True, check=False, timeout=10
    ).stdout
