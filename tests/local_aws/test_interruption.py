"""A signal at the worst moment: while something is started that nobody knows of, or at the end."""

from __future__ import annotations

import io
import signal
from typing import Any
from unittest import mock

import pytest
from rich.console import Console

from local_aws import supervisor as supervisors
from local_aws.errors import LocalAwsError
from local_aws.interruption import held
from local_aws.supervisor import Request, Supervisor
from signpost_cli.demo import story


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_waits_for_the_end_of_the_block(number: signal.Signals) -> None:
    handler = mock.Mock()
    before = signal.signal(number, handler)
    try:
        with held():
            signal.raise_signal(number)
            signal.raise_signal(number)
            handler.assert_not_called()
        handler.assert_called_once()
        assert signal.getsignal(number) is handler
    finally:
        signal.signal(number, before)


def test_an_emulator_that_was_being_started_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []

    class Interrupted:
        pid, endpoint = 1, "http://localhost:1"

        def __init__(self, *_: Any) -> None:
            signal.raise_signal(signal.SIGINT)  # its process runs, and nobody knows

        def stop(self) -> None:
            ended.append("emulator")

    monkeypatch.setattr(supervisors, "Emulator", Interrupted)
    supervisor = Supervisor(Request(4999, "eu-west-1"), lambda _: None)
    noted = mock.Mock()
    monkeypatch.setattr(supervisor, "_folder", noted)

    with pytest.raises(KeyboardInterrupt):
        supervisor.start()
    noted.write_processes.assert_called_once()
    supervisor.stop()

    assert ended == ["emulator"]


def test_a_second_interrupt_does_not_break_off_the_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    def down(port: int) -> bool:
        signal.raise_signal(signal.SIGINT)
        done.append(port)
        return True

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(story, "up", mock.Mock())
    monkeypatch.setattr(story, "down", down)
    monkeypatch.setattr(story, "Stage", interrupted)

    with pytest.raises(KeyboardInterrupt):
        story.tell(4999, Console(quiet=True))

    assert done == [4999]


def test_a_second_signal_does_not_break_off_the_supervisors_ending(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ended: list[str] = []

    class Failing:
        def __init__(self, *_: Any) -> None: ...

        def start(self) -> None:
            raise LocalAwsError("no emulator")

        def stop(self) -> None:
            signal.raise_signal(signal.SIGTERM)
            ended.append("all")

        def forget(self) -> None:
            ended.append("its files")

    monkeypatch.setattr(supervisors, "Supervisor", Failing)
    monkeypatch.setattr("sys.stdin", io.StringIO('{"port": 4999, "region": "eu-west-1"}\n'))
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        assert supervisors.main() == 1
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)

    assert ended == ["all", "its files"]
    assert "no emulator" in capfd.readouterr().out
