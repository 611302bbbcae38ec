"""The zip that the local Lambdas run."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from pathlib import Path

from local_aws.bundle import bundle


def test_the_bundle_runs_its_own_modules_first(tmp_path: Path) -> None:
    """Given a function's files, when its bootstrap runs, then the unzipped copy is imported."""
    (tmp_path / "init.py").touch()
    (tmp_path / "main.py").write_text("import sys; print(sys.argv[1])")
    task = tmp_path / "task"
    files = {
        "awslambdaric/__init__.py": tmp_path / "init.py",
        "awslambdaric/__main__.py": tmp_path / "main.py",
    }
    zipfile.ZipFile(io.BytesIO(bundle(files))).extractall(task)
    (task / "bootstrap").chmod(0o755)

    said = subprocess.run(
        [task / "bootstrap"],
        env={"LAMBDA_TASK_ROOT": str(task), "_HANDLER": "parse_event.handler", "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout == "parse_event.handler\n"


def test_equal_sources_give_equal_bundles(tmp_path: Path) -> None:
    source = tmp_path / "a.py"
    source.write_text("A = 1")
    first = bundle({"a.py": source})
    os.utime(source, (0, 0))

    assert bundle({"a.py": source}) == first
