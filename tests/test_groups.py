"""What the suite needs of the tools that run it, and would not miss in any other way."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_tests_that_share_a_local_aws_are_one_workers(request: pytest.FixtureRequest) -> None:
    """pytest-xdist notes a group in a test's id. Where pytest does not let it (9.2 does not:
    pytest-dev/pytest-xdist#1386), the tests are spread without a word, and each worker brings up
    every local AWS.
    """
    grouped = [item for item in request.session.items if item.get_closest_marker("xdist_group")]

    spread = [item.nodeid for item in grouped if "@" not in item.nodeid]

    assert spread == [] or not request.config.getoption("loadgroup", False)


def test_what_is_deep_has_its_folder_named_in_what_ci_runs() -> None:
    """`pytest` on everything leaves it out."""
    named = "".join(
        (ROOT / file).read_text() for file in (".ci/run", "Makefile", "scripts/test_wheel.sh")
    )
    deep = {
        file.relative_to(ROOT).parts[1]
        for file in (ROOT / "tests").rglob("test_*.py")
        if "pytest.mark.deep" in file.read_text()
    } - {Path(__file__).name}
    assert deep
    assert [folder for folder in deep if f"tests/{folder}" not in named] == []
