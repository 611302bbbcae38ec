"""What each step loads: a cold start follows imports."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

FUNCTIONS = Path(__file__).parents[2] / "functions"
STEPS = sorted(path.stem for path in FUNCTIONS.glob("*.py"))


def loaded_by(module: str) -> set[str]:
    """The packages in sys.modules of a fresh interpreter that imports only this module."""
    program = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=FUNCTIONS, capture_output=True, text=True, check=True
    )
    return set(found.stdout.split())


def test_parse_event_loads_neither_boto3_nor_dnspython() -> None:
    assert not loaded_by("parse_event") & {"boto3", "dns"}


@pytest.mark.parametrize("module", STEPS)
def test_only_verify_record_loads_dnspython(module: str) -> None:
    assert ("dns" in loaded_by(module)) == (module == "verify_record")


def test_no_handler_is_forgotten_by_the_rule_that_nothing_imports_one() -> None:
    project = tomllib.loads((FUNCTIONS.parent / "pyproject.toml").read_text())
    contracts = project["tool"]["importlinter"]["contracts"]
    [forbidden] = [
        contract["forbidden_modules"]
        for contract in contracts
        if contract["name"] == "Nothing imports a handler"
    ]
    assert forbidden == STEPS
