"""Processes: known again, ended, and followed to their end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psutil
import pytest

from local_aws import processes
from local_aws.processes import ENDS_WITH, Noted

PATIENCE_SECONDS = 60.0  # which only a failure takes
WAITS = "import signal; print('begun', flush=True); signal.pause()"
IS_DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"


@contextmanager
def program(text: str) -> Iterator[subprocess.Popen[str]]:
    """A program that leads a group, once it has said something; killed in the end."""
    words = [sys.executable, "-c", text]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, start_new_session=True) as one:
        try:
            assert one.stdout is not None
            one.stdout.readline()
            yield one
        finally:
            one.kill()


def killed(process: subprocess.Popen[str]) -> int:
    """The id of a process that has ended, and that nobody has collected."""
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    return process.pid


def test_a_process_is_known_until_it_ends() -> None:
    with program(WAITS) as process:
        noted = Noted.of(process.pid)
        assert noted.runs()

        killed(process)

        assert not noted.runs()


def test_another_process_that_has_its_id_is_not_it() -> None:
    noted = Noted.of(os.getpid())

    assert not replace(noted, started=noted.started - 1).runs()


@pytest.mark.skipif(not psutil.LINUX, reason="elsewhere nothing is counted from the boot")
def test_a_process_is_known_after_the_clock_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    noted, boot_time = Noted.of(os.getpid()), psutil.boot_time()

    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: boot_time + 3600)

    assert psutil.boot_time() == boot_time + 3600
    assert noted.runs()


def test_a_group_that_does_not_want_to_end_is_ended() -> None:
    child = f"subprocess.Popen([sys.executable, '-c', {IS_DEAF + ';' + WAITS!r}]); signal.pause()"
    with program(f"import subprocess, sys; {IS_DEAF}; {child}") as leader:
        members = processes.group(leader.pid)

        processes.end_group(leader.pid, grace=0.2)

        assert len(members) == 2
        assert not any(map(processes.is_alive, members))


def test_a_group_is_ended_whose_leader_has_ended() -> None:
    child = f"subprocess.Popen([sys.executable, '-c', {WAITS!r}]); signal.pause()"
    with program(f"import signal, subprocess, sys; {child}") as leader:
        killed(leader)
        members = [one for one in processes.group(leader.pid) if processes.is_alive(one)]

        processes.end_group(leader.pid)

        assert len(members) == 1
        assert not any(map(processes.is_alive, members))


def test_the_end_of_a_process_is_told_however_it_came() -> None:
    told = threading.Event()
    with program(WAITS) as process:
        processes.follow({ENDS_WITH: str(process.pid)}, told.set)
        assert not told.wait(2 * processes.LOOK_SECONDS)

        killed(process)

        assert told.wait(PATIENCE_SECONDS)


def test_nobody_is_followed_without_a_name() -> None:
    before = threading.active_count()

    processes.follow({}, pytest.fail)

    assert threading.active_count() == before


@pytest.mark.parametrize("module", ["local_aws.emulated", "tests.statemachine.engine"])
def test_an_emulator_for_somebody_who_is_gone_ends_at_once(module: str) -> None:
    with program(WAITS) as process:
        environment = os.environ | {ENDS_WITH: str(killed(process))}

        done = subprocess.run(
            [sys.executable, "-m", module],
            env=environment, start_new_session=True, timeout=PATIENCE_SECONDS, check=False,
        )  # fmt: skip

    assert done.returncode == -signal.SIGKILL
