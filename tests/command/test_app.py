"""The command itself: its documentation, and what becomes of a mistake of our own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from signpost import __version__
from signpost_cli import app

COMMAND_REFERENCE = (Path(__file__).parents[2] / "docs" / "command.md").read_text()


def commands() -> Iterator[tuple[str, Any]]:
    for name, command in typer.main.get_command(app.app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", {})
        yield from ((f"{name} {below}", one) for below, one in inner.items())
        if not inner:
            yield name, command


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_has_examples_json_and_its_place_in_the_docs(name: str, command: Any) -> None:
    assert f"signpost {name}" in str(command.epilog)
    assert any("--json" in parameter.opts for parameter in command.params)
    assert f"## {name.split()[0]}\n" in COMMAND_REFERENCE
    assert str(command.help).partition("\n\n")[0].rstrip().endswith(".")


def test_the_version_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["signpost", "--version"])

    with pytest.raises(SystemExit) as ended:
        app.main()

    assert ended.value.code == 0
    assert capsys.readouterr().out == f"signpost {__version__}\n"


def test_a_mistake_of_our_own_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr(app, "app", broken)
    with pytest.raises(SystemExit) as ended:
        app.main()

    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert "ZeroDivisionError: by nought" in said
    assert "Traceback" not in said


def test_signpost_debug_shows_where(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(app, "app", broken)
    monkeypatch.setenv("SIGNPOST_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        app.main()
