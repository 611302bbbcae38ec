"""Up, down and status, as far as they go without an emulator."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws import process_list, processes, stack
from local_aws.clients import isolated, region_from
from local_aws.errors import LocalAwsError
from local_aws.state import LocalAws, Processes, StateFolder
from signpost_cli.commands import local
from signpost_cli.errors import CommandError

LOCAL = LocalAws(
    endpoint="http://127.0.0.1:4599",
    region="us-east-1",
    account="000000000000",
    state_machine_arn="arn:aws:states:us-east-1:000000000000:stateMachine:s",
    dns="127.0.0.1:5386",
    zones={"ecs.internal": "Z1"},
    pid=1,
)


@pytest.fixture
def folder(tmp_path: Path) -> StateFolder:
    folder = StateFolder(4599, tmp_path)
    folder.create()
    return folder


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_the_json_has_exactly_the_promised_keys() -> None:
    assert list(json.loads(LOCAL.to_json())) == [
        "endpoint",
        "region",
        "account",
        "state_machine_arn",
        "dns",
        "zones",
        "pid",
    ]


def test_what_is_ready_is_read_as_it_was_written(folder: StateFolder) -> None:
    folder.write_processes(Processes(10, 11))
    folder.write_ready(LOCAL)

    assert (folder.read_processes(), folder.read_ready()) == (Processes(10, 11), LOCAL)


def test_nothing_is_left_of_a_removed_folder(folder: StateFolder) -> None:
    folder.write_ready(LOCAL)

    folder.remove()

    assert (folder.read_processes(), folder.read_ready(), folder.path.exists()) == (
        None,
        None,
        False,
    )


def test_a_port_of_another_program_is_named(taken_port: int) -> None:
    with pytest.raises(LocalAwsError, match=f"Port {taken_port} .* in use"):
        stack.up(taken_port)


@pytest.mark.parametrize("port", [0, 80, 70_000])
def test_a_port_that_nobody_can_use_is_refused(port: int) -> None:
    with pytest.raises(LocalAwsError, match=str(port)):
        stack.up(port)


def test_nothing_up_is_nothing_to_take_down(taken_port: int) -> None:
    assert stack.status(taken_port) is None
    assert stack.down(taken_port) is False


def test_a_noted_id_that_is_now_another_program_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given ids in the notes that were used again, when down runs, then nothing is ended."""
    folder = StateFolder(4599, tmp_path)
    folder.create()
    folder.write_processes(Processes(os.getpid(), os.getpid()))
    monkeypatch.setattr(stack, "StateFolder", lambda _: folder)

    assert stack.down(4599) is False
    assert not folder.path.exists()


def test_of_what_ended_by_itself_the_logs_are_known_until_it_is_cleared_away(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write_processes(Processes(os.getpid(), os.getpid()))  # ids that are others' by now
    folder.write_ready(LOCAL)
    folder.emulator_log.write_text("Killed")
    monkeypatch.setattr(stack, "StateFolder", lambda _: folder)

    assert (stack.status(4599), stack.logs_of_ended(4599)) == (None, [folder.emulator_log])
    with pytest.raises(CommandError, match=r"ended by itself.*emulator\.log"):
        local.status(4599)
    stack.down(4599)
    assert stack.logs_of_ended(4599) == []


def test_who_interrupts_is_told_that_all_is_stopped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stack, "up", interrupted)

    with pytest.raises(KeyboardInterrupt):
        local.up(4599)

    assert "nothing is left running" in capsys.readouterr().err


def test_processes_are_known_and_ended_without_any_program_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Given no `ps`, as in a slim container."""
    if not process_list.PROC.exists():
        pytest.skip("this machine has no /proc, and needs ps")
    monkeypatch.setenv("PATH", str(tmp_path))
    process = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)", ") R 1"], start_new_session=True
    )

    alive = processes.is_alive(process.pid), processes.group_is_alive(process.pid)
    command = processes.command_of(process.pid)
    processes.end_group(process.pid, reap=process.poll)

    assert alive == (True, True)
    assert "time.sleep(60)" in command
    assert process.poll() is not None
    assert not processes.group_is_alive(process.pid)


def test_where_there_is_no_proc_ps_tells_the_same(tmp_path: Path) -> None:
    (mine,) = process_list.running(os.getpid())
    (told,) = process_list.running(os.getpid(), proc=tmp_path)

    assert told == mine
    assert mine in process_list.running(proc=tmp_path)


def test_without_proc_and_ps_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(LocalAwsError, match="can't be listed"):
        process_list.running(proc=tmp_path)


def test_whatever_fails_during_the_start_nothing_is_left(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a disk that is full, so that the processes can't be noted."""
    begun: list[int] = []

    def full(noted: Processes) -> None:
        begun.append(noted.supervisor)
        raise OSError("No space left on device")

    monkeypatch.setattr(folder, "write_processes", full)

    with pytest.raises(OSError, match="No space"):
        stack._start(folder, {}, print)

    assert not processes.is_alive(begun[0])


def test_a_process_that_does_not_want_to_end_is_ended() -> None:
    code = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", f"{code}; time.sleep(60)"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        process.stdout.readline()

        processes.end(process.pid, grace=0.2)

    assert not processes.is_alive(process.pid)
    process.returncode = -signal.SIGKILL  # collected already


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "us-east-1"),
        ({"AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1"),
        ({"AWS_REGION": "us-gov-east-1", "AWS_DEFAULT_REGION": "eu-west-1"}, "us-gov-east-1"),
        ({"AWS_REGION": "mars"}, "us-east-1"),
    ],
)
def test_the_region_is_the_one_that_plain_tools_would_use(
    environ: dict[str, str], expected: str
) -> None:
    assert region_from(environ) == expected


def test_the_users_own_profile_is_out_of_reach() -> None:
    environment = isolated({"AWS_PROFILE": "production", "HOME": "/home/ana"})

    assert "AWS_PROFILE" not in environment
    assert environment["HOME"] == "/home/ana"
    assert environment["AWS_CONFIG_FILE"] == os.devnull
