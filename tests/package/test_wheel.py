"""The wheel as `make test-wheel` has built and installed it: what is in it, and how it runs."""

from __future__ import annotations

import json
import os
import subprocess
import zipfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from signpost import __version__
from tests.end_to_end.conftest import brought_up

ROOT = Path(__file__).parents[2]
DATA = "signpost_stack/"


@pytest.fixture
def wheel() -> zipfile.ZipFile:
    return zipfile.ZipFile(os.environ["SIGNPOST_WHEEL"])


def run(command: str, folder: Path, *words: str, **environment: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command in a folder."""
    done = subprocess.run(
        [command, *words],
        cwd=folder,
        env={"PATH": os.defpath, "HOME": str(folder), "COLUMNS": "80", **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_it_brings_its_four_packages_and_no_module_of_another_name(wheel: zipfile.ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    assert tops == {
        "signpost", "signpost_cli", "signpost_stack", "local_aws",
        f"signpost_ecs-{__version__}.dist-info",
    }  # fmt: skip


def test_what_is_deployed_is_in_it_as_the_repository_has_it(wheel: zipfile.ZipFile) -> None:
    files = [ROOT / "template.yaml", *(ROOT / "statemachine").glob("*.json")]
    files += (ROOT / "functions").glob("*.py")
    wanted = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in files}

    assert {name: wheel.read(DATA + name) for name in wanted} == wanted


def test_without_the_extra_a_stack_is_looked_after(tmp_path: Path) -> None:
    """Given a stack that runs elsewhere, then all commands that read it work."""
    with contextmanager(brought_up)() as local:
        for words, exits in (
            (["services"], 0),
            (["sweep", "--dry-run"], 0),
            (["history", "prod", "web", "--all"], 1),  # there is none
        ):
            code, told, problem = run(
                os.environ["SIGNPOST_BARE"], tmp_path, *words, "--json", **local.environment
            )
            assert (code, problem) == (exits, "")
            json.loads(told)
        _, told, problem = run(
            os.environ["SIGNPOST_BARE"], tmp_path, "doctor", "--json", **local.environment
        )
        assert problem == ""
        assert "stack-version" not in {one["code"] for one in json.loads(told)["findings"]}


@pytest.mark.parametrize("words", [["up"], ["demo"]])
def test_without_the_extra_the_local_aws_says_what_it_lacks(
    tmp_path: Path, words: list[str]
) -> None:
    code, _, told = run(os.environ["SIGNPOST_BARE"], tmp_path, "local", *words)

    assert code == 1
    assert "signpost-ecs[local]" in told


def test_the_demo_runs_in_an_empty_folder_and_leaves_it_empty(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()

    code, told, story = run(
        os.environ["SIGNPOST_COMMAND"], folder, "local", "demo", "--json", HOME=str(tmp_path)
    )

    assert code == 0, story
    assert all(check["held"] for check in json.loads(told)["checks"])
    assert list(folder.iterdir()) == []
