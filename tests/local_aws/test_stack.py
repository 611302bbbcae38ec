"""Up, down and status, as far as they go without an emulator."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from local_aws import emulator, stack
from local_aws.clients import isolated, region_from
from local_aws.errors import LocalAwsError
from local_aws.processes import Noted
from local_aws.state import STATE_DIR, LocalAws, Processes, StateFolder
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
# The ids are others' by now.
ENDED = Processes(Noted(os.getpid(), 0.0), Noted(os.getpid(), 0.0))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StateFolder:
    monkeypatch.setenv(STATE_DIR, str(tmp_path))
    folder = StateFolder(4599)
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
    folder.write_processes(ENDED)
    folder.write_ready(LOCAL)

    assert (folder.read_processes(), folder.read_ready()) == (ENDED, LOCAL)


def test_nothing_is_left_of_a_removed_folder(folder: StateFolder) -> None:
    folder.write_ready(LOCAL)

    folder.remove()

    assert (folder.read_processes(), folder.read_ready(), folder.path.exists()) == (
        None,
        None,
        False,
    )


def test_a_port_of_another_program_is_named(taken_port: int) -> None:
    with pytest.raises(LocalAwsError, match=f"Port {taken_port} .* in use by another program"):
        stack.up(taken_port)


def test_a_port_of_another_users_local_aws_is_told_from_that(
    taken_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emulator, "is_healthy", lambda *_: True)

    with pytest.raises(LocalAwsError, match="in use by a local AWS of another user"):
        stack.up(taken_port)


def test_a_local_aws_of_another_checkout_is_told_with_its_folder(folder: StateFolder) -> None:
    running = Noted.of(os.getpid())
    folder.write_processes(Processes(running, running, root="/home/ana/signpost"))

    with pytest.raises(LocalAwsError, match=r"already up on port 4599 .*of /home/ana/signpost\)"):
        stack.up(4599)


def test_of_two_that_start_at_once_one_does(folder: StateFolder) -> None:
    """Given two checkouts, or two terminals."""
    program = (
        "from local_aws.state import StateFolder\n"
        "with StateFolder(4599).claimed(): print('claimed', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()

        with pytest.raises(LocalAwsError, match="just being started on port 4599"):
            stack.up(4599)
        with StateFolder(4600).claimed():
            other.communicate(b"\n")
    with folder.claimed():
        assert folder.path.exists()


def test_where_no_note_can_be_kept_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(STATE_DIR, str(tmp_path / "file" / "state"))

    with pytest.raises(LocalAwsError, match=f"Not a directory.*{STATE_DIR}"):
        stack.up(4599)


@pytest.mark.skipif(not psutil.LINUX, reason="macOS has a folder of its own for this")
def test_notes_are_kept_where_the_user_keeps_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(STATE_DIR)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    assert StateFolder(4599).path == tmp_path / "signpost" / "aws-4599"


def test_nothing_begins_for_somebody_who_is_gone() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()

    with pytest.raises(LocalAwsError, match=f"no process {ended.pid}"):
        stack.up(4599, ends_with=ended.pid)


@pytest.mark.parametrize("port", [0, 80, 70_000])
def test_a_port_that_nobody_can_use_is_refused(port: int) -> None:
    with pytest.raises(LocalAwsError, match=str(port)):
        stack.up(port)


def test_nothing_up_is_nothing_to_take_down(taken_port: int) -> None:
    assert stack.status(taken_port) is None
    assert stack.down(taken_port) is False


def test_a_noted_id_that_is_now_another_program_is_left_alone(folder: StateFolder) -> None:
    """Given ids in the notes that were used again, when down runs, then nothing is ended."""
    folder.write_processes(ENDED)

    assert stack.down(4599) is False
    assert not folder.path.exists()


def test_of_what_ended_by_itself_the_logs_are_known_until_it_is_cleared_away(
    folder: StateFolder,
) -> None:
    folder.write_processes(ENDED)
    folder.write_ready(LOCAL)
    folder.emulator_log.write_text("Killed")

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


def test_whatever_fails_during_the_start_nothing_is_left(
    folder: StateFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given a disk that is full, so that the processes can't be noted."""
    begun: list[Noted] = []

    def full(noted: Processes) -> None:
        begun.append(noted.supervisor)
        raise OSError("No space left on device")

    monkeypatch.setattr(folder, "write_processes", full)

    with pytest.raises(OSError, match="No space"):
        stack._start(folder, {}, print)

    assert not begun[0].runs()


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
