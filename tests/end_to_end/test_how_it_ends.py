"""A local AWS that is for somebody ends with them, however they end; a user's own stays up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from local_aws import processes
from local_aws.ports import free_port
from local_aws.state import STATE_DIR
from tests.end_to_end.conftest import SIGNPOST, running, signpost, until

pytestmark = [pytest.mark.local_aws, pytest.mark.xdist_group("ends")]

ROOT = Path(__file__).parents[2]
# Nothing can be done when SIGKILL comes, and so what holds for it mostly holds for the others.
SIGNALS = pytest.mark.parametrize(
    "number",
    [
        pytest.param(signal.SIGTERM, marks=pytest.mark.deep),
        pytest.param(signal.SIGHUP, marks=pytest.mark.deep),
        signal.SIGKILL,
    ],
)
# With the fixtures that all these tests have. It waits for ever, or until nobody holds its input.
TEST = """
import pathlib, sys

def test_functions_run(local, service):
    local.create(service, local.balancer())
    local.finished(service, "CreateService")
    pathlib.Path({ready!r}).touch()
    sys.stdin.read()
"""
PLUGINS = ("-p", "tests.conftest", "-p", "tests.end_to_end.conftest")


@contextmanager
def begun(folder: Path, *words: str | Path) -> Iterator[subprocess.Popen[bytes]]:
    """A program in a session of its own; what it starts can be told by its environment."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST")}
    with (folder / "said").open("wb") as said, subprocess.Popen(
        words, cwd=ROOT, env=ours | {"SIGNPOST_TEST": str(folder)}, start_new_session=True,
        stdin=subprocess.PIPE, stdout=said, stderr=said,
    ) as program:  # fmt: skip
        try:
            yield program
        except AssertionError as error:
            error.add_note((folder / "said").read_text(errors="replace"))
            raise
        finally:
            program.kill()


def left_of(folder: Path) -> list[str]:
    """What runs of all that was started."""
    return running(SIGNPOST_TEST=str(folder))


def await_in(folder: Path, words: str) -> None:
    """Wait until something runs whose command line has these words."""
    until(lambda: any(words in command for command in left_of(folder)), words)


def await_end_of(folder: Path) -> None:
    """Wait until nothing runs any more."""
    until(lambda: not left_of(folder), f"the end of {left_of(folder)}")


def run_in(folder: Path) -> list[str | Path]:
    """pytest with one test, which touches the file `ready` when a local AWS is at work for it."""
    (folder / "test_waits.py").write_text(TEST.format(ready=str(folder / "ready")))
    options = (*PLUGINS, "-s", "-c", ROOT / "pyproject.toml", "--basetemp", folder / "temp")
    return [sys.executable, "-m", "pytest", *options, folder / "test_waits.py"]


@pytest.mark.deep
@SIGNALS
def test_what_tests_have_up_ends_with_them(tmp_path: Path, number: signal.Signals) -> None:
    with begun(tmp_path, *run_in(tmp_path)) as tests:
        until((tmp_path / "ready").exists, "a local AWS at work")
        await_in(tmp_path, "awslambdaric")
        tests.send_signal(number)

        await_end_of(tmp_path)


def test_what_tests_are_bringing_up_ends_with_them(tmp_path: Path) -> None:
    with begun(tmp_path, *run_in(tmp_path)) as tests:
        await_in(tmp_path, "local_aws.emulated")
        tests.kill()

        await_end_of(tmp_path)


@SIGNALS
def test_a_demos_local_aws_ends_with_the_demo(
    tmp_path: Path, number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STATE_DIR, str(tmp_path / "state"))
    with begun(tmp_path, SIGNPOST, "local", "demo") as demo:
        until(lambda: "A local AWS is up" in (tmp_path / "said").read_text(), "a local AWS")
        demo.send_signal(number)

        await_end_of(tmp_path)
    assert not list(tmp_path.glob("state/aws-*"))


@pytest.fixture
def left_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A local AWS that a user has left up in a terminal, which is closed by now."""
    monkeypatch.delenv(processes.ENDS_WITH)
    port, facts = str(free_port()), tmp_path / "facts"
    script = '"$0" local up --json --port "$1" > "$2.new" && mv "$2.new" "$2"; read line'
    # Nobody else would end it, should this process be killed.
    last = ("sh", "-c", 'read line; "$0" local down --port "$1"', SIGNPOST, port)
    with subprocess.Popen(
        last, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
    ):
        with begun(tmp_path, "sh", "-c", script, SIGNPOST, port, facts) as shell:
            until(facts.exists, "a local AWS")
            os.killpg(shell.pid, signal.SIGHUP)
            shell.wait()
        yield json.loads(facts.read_text()) | {"port": port}


def test_a_users_own_outlives_the_terminal_and_ends_on_demand(
    left_up: dict[str, str], tmp_path: Path
) -> None:
    named = psutil.Process(int(left_up["pid"])).environ().get(processes.ENDS_WITH)
    status = signpost("local", "status", "--port", left_up["port"])
    down = signpost("local", "down", "--port", left_up["port"])

    assert named is None
    assert (status.returncode, down.returncode) == (0, 0)
    assert left_of(tmp_path) == []


def test_nothing_outlives_a_supervisor_that_was_killed(
    left_up: dict[str, str], tmp_path: Path
) -> None:
    psutil.Process(int(left_up["pid"])).kill()

    await_end_of(tmp_path)
    assert "has ended by itself" in signpost("local", "status", "--port", left_up["port"]).stderr
