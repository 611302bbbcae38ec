"""Where the packages of `make engines` come from, and what is told when they can't be had."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.engines import __main__ as engines
from tests.engines import node

HERE = Path(node.__file__).parent
LOCK = json.loads((HERE / "package-lock.json").read_text())


def test_every_package_has_an_exact_version_and_a_hash() -> None:
    asked = json.loads((HERE / "package.json").read_text())["dependencies"]
    assert LOCK["packages"][""]["dependencies"] == asked
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in asked.values())
    packages = {name: found for name, found in LOCK["packages"].items() if name}
    assert {name for name in packages if "integrity" not in packages[name]} == set()
    assert {name: packages[f"node_modules/{name}"]["version"] for name in asked} == asked


def test_the_lock_does_not_say_where_packages_come_from() -> None:
    assert [name for name, found in LOCK["packages"].items() if "resolved" in found] == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("npm error code ENOTFOUND", 3),
        ("npm error code ECONNREFUSED", 3),
        ("Could not find a version that satisfies x==1 (from versions: none)", 3),
        ("WARNING: Retrying after connection broken by 'NewConnectionError(...)'", 3),
    ],
)
def test_registries_that_are_not_reached_are_no_failure_of_the_engines(
    said: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    install_says(said, monkeypatch, tmp_path)
    assert engines.main() == code
    assert "Nothing was tested." in capsys.readouterr().out


@pytest.mark.parametrize(
    "said",
    [
        "npm error code EINTEGRITY",
        "no version that satisfies x==1 (from versions: 2, 3)",
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES",
        "npm error ETARGET",
    ],
)
def test_packages_that_are_not_as_locked_are_a_failure(
    said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install_says(said, monkeypatch, tmp_path)
    with pytest.raises(RuntimeError, match=re.escape(said)):
        engines.main()


def install_says(said: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    def run(command: list[Any], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", said)

    monkeypatch.setattr(node, "FOLDER", folder)
    monkeypatch.setattr("subprocess.run", run)
