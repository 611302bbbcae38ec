"""Up, down and status: the whole local AWS in three functions."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import psutil

import signpost_stack
from local_aws import emulator, processes
from local_aws.clients import isolated, region_from
from local_aws.errors import LocalAwsError, LocalAwsUsageError
from local_aws.parameters import problems
from local_aws.ports import is_free
from local_aws.state import STATE_DIR, LocalAws, Processes, StateFolder
from local_aws.template import load
from local_aws.zones import parse_zone

__all__ = [
    "DEFAULT_PORT",
    "DEFAULT_ZONES",
    "LocalAws",
    "LocalAwsError",
    "down",
    "logs_of_ended",
    "status",
    "up",
]

DEFAULT_PORT = 4566
DEFAULT_ZONES = ("ecs.internal",)
STOP_SECONDS = 20.0  # the supervisor ends three things, each with a grace time of its own


def _silent(_: str) -> None:
    return


def up(
    port: int = DEFAULT_PORT,
    parameters: Mapping[str, str] | None = None,
    zones: Sequence[str] = DEFAULT_ZONES,
    progress: Callable[[str], None] = _silent,
    ends_with: int | None = None,
) -> LocalAws:
    """Bring a local AWS up on this port and leave it running.

    `parameters` are the template's; `zones` are `--zone` values; `progress` is told each step;
    `ends_with` is the id of a process whose end, of whatever kind, ends the local AWS too.
    Raises LocalAwsError when something is there already or it can't be brought up; nothing is
    left running then.
    """
    if not 1024 <= port <= 65535:
        raise LocalAwsUsageError(f"Port {port} can't be used: choose one from 1024 to 65535.")
    declared = load(signpost_stack.TEMPLATE)["Parameters"]
    if wrong := problems(declared, parameters or {}):
        raise LocalAwsUsageError("\n".join(wrong))
    zones = list(zones) or list(DEFAULT_ZONES)
    for zone in zones:
        parse_zone(zone)
    if ends_with is not None and not psutil.pid_exists(ends_with):
        raise LocalAwsUsageError(f"There is no process {ends_with} for the local AWS to end with.")
    request = {
        "port": port,
        "region": region_from(os.environ),
        "parameters": dict(parameters or {}),
        "zones": zones,
    }
    folder = StateFolder(port)
    with folder.claimed():
        _make_room(port, folder)
        folder.create()
        try:
            return _start(folder, request, progress, ends_with)
        except BaseException:
            down(port)
            raise


def down(port: int = DEFAULT_PORT, progress: Callable[[str], None] = _silent) -> bool:
    """End the local AWS of this port and every process of it; return whether there was one.

    Raises LocalAwsError when a process can't be ended.
    """
    folder = StateFolder(port)
    noted = folder.read_processes()
    if noted is None:
        folder.remove()
        return False
    progress(f"Stopping the local AWS on port {port}")
    was_running = False
    # The emulator is gone with the supervisor, but for a moment when that was killed.
    for process, grace in (
        (noted.supervisor, STOP_SECONDS),
        (noted.emulator, processes.GRACE_SECONDS),
    ):
        if process.runs():
            was_running = True
            processes.end_group(process.pid, grace)
    folder.remove()
    return was_running


def status(port: int = DEFAULT_PORT) -> LocalAws | None:
    """The local AWS of this port, with `healthy` telling whether it answers; None if none is up."""
    folder = StateFolder(port)
    noted, local = folder.read_processes(), folder.read_ready()
    if noted is None or local is None or not noted.supervisor.runs():
        return None
    return replace(local, healthy=emulator.is_healthy(port))


def logs_of_ended(port: int = DEFAULT_PORT) -> list[Path]:
    """The logs of a local AWS that ended by itself, and was not cleared away by `down` yet."""
    folder = StateFolder(port)
    noted = folder.read_processes()
    if noted is None or noted.supervisor.runs():
        return []
    return [log for log in (folder.emulator_log, folder.supervisor_log) if log.exists()]


def _make_room(port: int, folder: StateFolder) -> None:
    """Clear away what is left of one that ended by itself; whatever runs is left alone."""
    noted = folder.read_processes()
    if noted is not None and noted.supervisor.runs():
        raise LocalAwsError(
            f"A local AWS is already up on port {port} (process {noted.supervisor.pid}, of"
            f" {noted.root}); end it with `signpost local down --port {port}` first."
        )
    down(port)
    if not is_free(port):
        other = f"a local AWS of another user or {STATE_DIR}"
        who = other if emulator.is_healthy(port, 2) else "another program"
        raise LocalAwsError(
            f"Port {port} of this machine is in use by {who}; choose another with --port."
        )


def _start(
    folder: StateFolder,
    request: Mapping[str, object],
    progress: Callable[[str], None],
    ends_with: int | None = None,
) -> LocalAws:
    environment = isolated(os.environ) | {STATE_DIR: str(folder.path.parent)}
    if ends_with is not None:
        environment[processes.ENDS_WITH] = str(ends_with)
    with folder.supervisor_log.open("wb") as log:
        supervisor = subprocess.Popen(
            [sys.executable, "-m", "local_aws.supervisor"],
            env=environment,
            # Not the user's folder: it may be removed, and holds nothing we need.
            cwd=folder.path,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    assert supervisor.stdin is not None  # noqa: S101 - both were asked for as pipes
    assert supervisor.stdout is not None  # noqa: S101
    with supervisor.stdout as told, contextlib.closing(supervisor.stdin) as stdin:
        try:
            # The emulator's id follows from the supervisor as soon as there is one.
            folder.write_processes(Processes.of(supervisor.pid, supervisor.pid))
            stdin.write(json.dumps(request) + "\n")
            stdin.flush()
            for line in told:
                said = json.loads(line)
                if "ready" in said:
                    supervisor.returncode = 0  # it goes on without us: no warning about a child
                    return LocalAws(**said["ready"])
                if "error" in said:
                    raise LocalAwsError(said["error"])
                progress(said["progress"])
            raise LocalAwsError(f"The local AWS ended before it was ready: {folder.last_words()}")
        except BaseException:
            # It ends what it has started, whether or not that could be noted.
            supervisor.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                supervisor.wait(timeout=STOP_SECONDS)
            raise
