"""Ending processes for certain, by id, and never somebody else's."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable

from local_aws.errors import LocalAwsError
from local_aws.process_list import running

GRACE_SECONDS = 5.0


def is_alive(pid: int) -> bool:
    """Whether a process of this id runs (one that has ended but was not reaped does not)."""
    _reap(pid)
    return bool(running(pid))


def command_of(pid: int) -> str:
    """The command line of a process, empty when there is none: ids are used again."""
    return next((one.command for one in running(pid)), "")


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
    return any(one.pgid == pgid for one in running())


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
