"""docs/licences.md: every package of every lock, with a licence that may be shipped or used."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import licences

ROOT = Path(__file__).parents[2]
PAGE = licences.PAGE.read_text()
HERE = licences.licences(Path(sys.prefix))


def section(lock: str) -> dict[str, tuple[str, str]]:
    """A lock's rows: package → version and licence."""
    text = PAGE.split(f"`{lock}`\n", 1)[1].split("\n## ", 1)[0]
    rows = re.findall(r"(?m)^\| ([a-z0-9.-]+) \| (\d\S*) \| ?(.*?) ?\|$", text)
    return {name: (version, told) for name, version, told in rows}


def locked(lock: str) -> dict[str, tuple[str, bool]]:
    return dict(licences.packages((ROOT / lock).read_text()))


def test_every_lock_has_its_section() -> None:
    files = {*(ROOT / "requirements").glob("*.txt"), ROOT / "functions" / "requirements.txt"}
    assert {path.relative_to(ROOT).as_posix() for path in files} == set(licences.LOCKS)


@pytest.mark.parametrize("lock", licences.LOCKS)
def test_the_page_lists_what_the_lock_does(lock: str) -> None:
    listed = {name: version for name, (version, _) in section(lock).items()}
    assert listed == {name: version for name, (version, _) in locked(lock).items()}, (
        "run: make licences"
    )


@pytest.mark.parametrize("lock", licences.LOCKS)
def test_no_licence_is_unknown_or_asks_too_much(lock: str) -> None:
    told = {name: licence for name, (_, licence) in section(lock).items() if licence}
    assert licences.refusals(lock, locked(lock), told) == []


def test_what_is_installed_has_the_licence_that_the_page_tells() -> None:
    told = {name: licence for name, (_, licence) in section("requirements/dev.txt").items()}
    assert {name: HERE[name] for name in told if name in HERE} == {
        name: licence for name, licence in told.items() if name in HERE
    }
    assert section(licences.SHIPPED).keys() <= HERE.keys()


@pytest.mark.parametrize(
    ("licence", "shipped", "used"),
    [
        ("MIT", True, True),
        ("MPL-2.0", False, True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", False, True),
        ("MIT OR GPL-3.0-only", True, True),
        ("MIT AND GPL-3.0-only", False, False),
        ("GPL-3.0-or-later", False, False),
        ("LGPL-2.1-only", False, False),
        ("AGPL-3.0-only", False, False),
        ("", False, False),
        ("see the file LICENSE", False, False),
    ],
)
def test_what_may_be_shipped_and_what_may_be_used(licence: str, shipped: bool, used: bool) -> None:
    def may(lock: str) -> bool:
        return not licences.refusals(lock, {"one": ("1", False)}, {"one": licence})

    assert (may(licences.SHIPPED), may("requirements/dev.txt")) == (shipped, used)


def test_a_package_that_nobody_has_read_is_refused_unless_it_is_for_other_systems() -> None:
    assert licences.refusals(licences.SHIPPED, {"one": ("1", False)}, {})
    assert not licences.refusals(licences.SHIPPED, {"one": ("1", True)}, {})
