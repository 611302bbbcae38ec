"""`make install`: an installation that was broken off never stands in the way of the next."""

from __future__ import annotations

from pathlib import Path

import pytest

import environment


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "nothing.txt"
    path.write_text("# nothing to install\n")
    return path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Environments without pip, in which nothing is installed; which ones were made."""
    made: list[Path] = []

    def create(folder: Path, **_: object) -> None:
        made.append(folder)
        (folder / "bin").mkdir(parents=True)
        (folder / "pyvenv.cfg").touch()
        (folder / "bin" / "python").write_text("#!/bin/sh\n")
        (folder / "bin" / "python").chmod(0o755)

    monkeypatch.setattr("venv.create", create)
    monkeypatch.setattr(environment, "_pip", lambda *_: iter(()))
    return made


def make(folder: Path, lock: Path) -> int:
    return environment.main([str(folder), str(lock)])


def test_what_was_finished_is_kept(tmp_path: Path, lock: Path, quick: list[Path]) -> None:
    folder = tmp_path / "env"
    assert (make(folder, lock), make(folder, lock)) == (0, 0)
    assert quick == [folder]


def test_what_was_broken_off_is_made_anew(
    tmp_path: Path, lock: Path, quick: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given an installation that ended half way, whatever pip has left, then all of it goes."""
    folder = tmp_path / "env"
    with monkeypatch.context() as broken:
        broken.setattr(environment, "_install", interrupted)
        assert make(folder, lock) == 1
    (folder / "half-a-package").touch()

    assert make(folder, lock) == 0
    assert not (folder / "half-a-package").exists()


def test_an_update_that_was_broken_off_is_made_anew(
    tmp_path: Path, lock: Path, quick: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever had been installed there before does not count any more."""
    folder = tmp_path / "env"
    make(folder, lock)
    with monkeypatch.context() as broken:
        broken.setattr(environment, "_install", interrupted)
        make(folder, lock.with_name("more.txt"))
    assert list(folder.glob("*.installed")) == []

    assert make(folder, lock) == 0
    assert quick == [folder, folder]


def test_an_environment_whose_python_is_gone_is_made_anew(
    tmp_path: Path, lock: Path, quick: list[Path]
) -> None:
    folder = tmp_path / "env"
    make(folder, lock)
    (folder / "bin" / "python").unlink()

    assert make(folder, lock) == 0
    assert quick == [folder, folder]


def test_what_is_no_environment_is_left_alone(
    tmp_path: Path, lock: Path, quick: list[Path], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "thesis.txt").touch()

    assert make(folder, lock) == 1
    assert (folder / "thesis.txt").exists()
    assert "move it out of the way" in capsys.readouterr().err


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt
