"""The tests' folders mirror the house, so that a module's tests are found without searching."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# A folder of tests → the folders of the code that it mirrors, file by file.
MIRRORS = {
    "tests/unit": ("functions/signpost", "functions"),
    "tests/command": ("scripts/signpost_cli",),
    "tests/local_aws": ("scripts/local_aws",),
}
# Tests of no single module.
ACROSS = {
    "tests/unit/test_hostile_input.py",
    "tests/unit/test_imports.py",
    "tests/unit/proof/test_bad_days.py",
    "tests/unit/proof/test_own_servers.py",
    "tests/unit/proof/test_unchanged.py",
    "tests/unit/sweep/test_cost.py",
    "tests/command/test_hostile_text.py",
    "tests/command/page/test_in_a_browser.py",
}
# A test that runs another one's histories, and one that brings up what all of end_to_end has.
BORROWERS = {
    ("tests/search/test_on_moto.py", "tests.search.test_convergence"),
    ("tests/package/test_wheel.py", "tests.end_to_end.conftest"),
}


def is_test(path: Path) -> bool:
    return path.name.startswith("test_")


@pytest.mark.parametrize("folder", MIRRORS)
def test_a_test_stands_where_its_module_does(folder: str) -> None:
    lost = []
    for path in filter(is_test, (ROOT / folder).rglob("*.py")):
        place = path.relative_to(ROOT / folder).with_name(path.name.removeprefix("test_"))
        has_module = any((ROOT / mirrored / place).exists() for mirrored in MIRRORS[folder])
        if not has_module and path.relative_to(ROOT).as_posix() not in ACROSS:
            lost.append(path.relative_to(ROOT).as_posix())
    assert lost == []


def test_what_several_tests_need_stands_in_support_and_in_no_other_test() -> None:
    borrowed = {
        (path.relative_to(ROOT).as_posix(), module)
        for path in (ROOT / "tests").rglob("*.py")
        for module in imported(path)
        if module.rpartition(".")[2].startswith("test_")
        or (module.endswith(".conftest") and not is_own(module, path))
    }
    assert borrowed - BORROWERS == set()


def imported(path: Path) -> set[str]:
    """The modules of tests that a file imports, under their full names."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {module for module in found if module.startswith("tests.")}


def is_own(conftest: str, path: Path) -> bool:
    """Whether it is that of the file's own folder."""
    return ROOT.joinpath(*conftest.split(".")[:-1]) == path.parent
