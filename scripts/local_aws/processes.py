"""Processes: found again by more than an id, ended for certain, and followed to their end."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import psutil

from local_aws.errors import LocalAwsError

ENDS_WITH = "SIGNPOST_LOCAL_ENDS_WITH"  # names the process, by its id, with which others end
GRACE_SECONDS = 5.0
KILLED_SECONDS = 30.0  # until a killed process is gone, which takes a moment on a busy machine
LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Noted:
    """A process as it is written down. Ids are used again, so that its start belongs to it."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> Noted:
        """Raises psutil.NoSuchProcess."""
        return cls(pid, _started(psutil.Process(pid)))

    def runs(self) -> bool:
        """Whether it still does, and not another process with its id."""
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.pid)
            return is_alive(process) and _started(process) == self.started
        return False


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs; one that has ended, and that nobody has collected yet, does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def end_group(leader: int, grace: float = GRACE_SECONDS) -> None:
    """End every process of a group: ask, and make them after the grace time, in seconds.

    A group outlives its leader, and has its id for as long. Raises LocalAwsError when it can't be
    ended.
    """
    for sign, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, KILLED_SECONDS)):
        # Of a group that has ended, macOS says that it may not be signalled until it is collected.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, sign)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not any(map(is_alive, group(leader))):
                return
            time.sleep(0.05)
    raise LocalAwsError(f"Process {leader} and those of its group could not be ended.")


def group(leader: int) -> list[psutil.Process]:
    """The processes of a group."""
    return [one for one in psutil.process_iter() if _group_id(one.pid) == leader]


def follow(environ: Mapping[str, str], then: Callable[[], object]) -> None:
    """Call `then`, from a thread of its own, when the process is gone that ENDS_WITH names.

    However that one ended: it may have had no time to end anybody. Without a name, nothing is done.
    """
    if pid := environ.get(ENDS_WITH):
        threading.Thread(target=_follow, args=(int(pid), then), daemon=True, name=ENDS_WITH).start()


def _follow(pid: int, then: Callable[[], object]) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        while is_alive(process):
            time.sleep(LOOK_SECONDS)
    then()


def _started(process: psutil.Process) -> float:
    """When it started, by a clock that nobody sets.

    Linux counts from the boot, and psutil adds the time of the boot, which moves when the clock is
    set: after a laptop has slept, nothing would be found again.
    """
    return round(process.create_time() - (psutil.boot_time() if psutil.LINUX else 0), 2)


def _group_id(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except OSError:
        return None
