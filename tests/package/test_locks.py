"""What each environment installs: exactly, with hashes, and everything that it was asked for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for path in (ROOT / "functions" / "requirements.txt", *(ROOT / "requirements").glob("*.txt"))
}
# Of one package, with its marker and hashes: what stands between two names at a line's beginning.
ENTRY = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)(.*?)(?=^[a-z0-9]|\Z)", re.MULTILINE | re.DOTALL)


def locked(lock: str) -> dict[str, str]:
    """The version of each package."""
    return {name: version for name, version, _ in ENTRY.findall(LOCKS[lock])}


def names(requirements: list[str]) -> set[str]:
    """Packages as an index writes them."""
    found = (re.match(r"[A-Za-z0-9._-]+", line) for line in requirements)
    return {match[0].lower().replace("_", "-") for match in found if match}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_an_exact_version_and_a_hash(lock: str) -> None:
    entries = ENTRY.findall(LOCKS[lock])
    assert entries
    assert [name for name, _, rest in entries if "--hash=sha256:" not in rest] == []
    lines = [line for line in LOCKS[lock].splitlines() if line[:1].isalnum()]
    assert len(lines) == len(entries)


@pytest.mark.parametrize("file", ["scripts/environment.py", "scripts/release.py"])
def test_what_installs_a_lock_asks_for_its_hashes(file: str) -> None:
    text = (ROOT / file).read_text()
    assert text.count('"--require-hashes", "--requirement"') == text.count('"--requirement"') == 1


def test_nothing_else_installs_from_a_lock() -> None:
    programs = [ROOT / "Makefile", *(ROOT / "scripts").glob("*.*"), ROOT / ".ci" / "run"]
    found = {
        path.name
        for path in programs
        if re.search(r"pip\W+install|--requirement|install -r", path.read_text())
    }
    assert found == {"environment.py", "release.py", "audit.py", "test_wheel.sh"}


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_says_where_packages_come_from(lock: str) -> None:
    assert not re.search(r"https?:|file:|--(extra-)?index|--find-links|--trusted", LOCKS[lock])


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("requirements/local.txt", PROJECT["dependencies"] + EXTRAS["local"]),
        ("requirements/dev.txt", PROJECT["dependencies"] + EXTRAS["local"] + EXTRAS["dev"]),
        (
            "functions/requirements.txt",
            (ROOT / "requirements" / "functions.in").read_text().splitlines(),
        ),
    ],
)
def test_nothing_that_is_asked_for_is_missing(lock: str, wanted: list[str]) -> None:
    assert names(wanted) - locked(lock).keys() == set(), "run: make locks"


def test_what_is_tested_is_what_is_shipped() -> None:
    tested = locked("requirements/dev.txt")
    for lock in ("functions/requirements.txt", "requirements/local.txt"):
        shipped = locked(lock)
        assert {name: tested.get(name) for name in shipped} == shipped
