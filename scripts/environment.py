"""Makes a virtual environment of exactly what a lock lists.

`environment.py FOLDER LOCK [PROJECT]`: PROJECT, a folder, is installed from where it stands. An
environment counts only when it was finished: one whose making was broken off is made anew. Runs on
any Python 3.11+, with nothing installed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Iterator
from pathlib import Path

OLDEST = (3, 11)
INSTALLED = ".installed"  # local.installed in an environment: all that local.txt lists is there
_TICK_SECONDS = 0.2


def main(arguments: list[str]) -> int:
    """Make the environment, or bring a finished one up to date. 1 when it can't be."""
    folder, lock, *projects = map(Path, arguments)
    if sys.version_info < OLDEST:
        return _complain("Signpost needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")
    stamps = list(folder.glob(f"*{INSTALLED}"))
    if folder.exists() and not (stamps and _works(_python(folder))):
        if not (folder / "pyvenv.cfg").exists() and any(map(Path.is_file, folder.rglob("*"))):
            return _complain(f"{folder} is no environment of Python: move it out of the way")
        print(f"{folder} was not finished: making it anew")
        shutil.rmtree(folder)
    try:
        if not folder.exists():
            with Progress(f"Making {folder}"):
                venv.create(folder, with_pip=True)
        for stamp in stamps:
            stamp.unlink(missing_ok=True)
        _install(folder, lock)
        for project in projects:
            # Its dependencies are the lock's; what builds it is among them.
            with Progress("Installing Signpost itself"):
                options = ["--no-deps", "--no-build-isolation", "--editable", str(project)]
                list(_pip(folder, *options))
    except subprocess.CalledProcessError as error:
        return _complain(f"{error.output}\n{folder} could not be made: pip's words stand above.")
    except KeyboardInterrupt:
        return _complain(f"\nInterrupted. {folder} is not finished; the next try makes it anew.")
    (folder / f"{lock.stem}{INSTALLED}").touch()
    return 0


def _install(folder: Path, lock: Path) -> None:
    total = sum("==" in line for line in lock.read_text().splitlines())
    with Progress(f"Installing what {lock} lists") as progress:
        seen = 0
        # The lock is whole, so that nothing needs to be resolved.
        for line in _pip(folder, "--no-deps", "--require-hashes", "--requirement", str(lock)):
            if found := re.match(r"(?:Collecting|Requirement already satisfied:) (\S+)==", line):
                seen += 1
                progress.say(f"{seen} of {total}: {found[1]}")
            elif line.startswith("Installing collected packages"):
                progress.say(f"unpacking {line.count(',') + 1} packages")


def _pip(folder: Path, *options: str) -> Iterator[str]:
    """Run `pip install`, line by line of what it says. Raises CalledProcessError with all of it."""
    command = [_python(folder), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", *options]
    said = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        assert pip.stdout is not None  # noqa: S101 - asked for as a pipe
        for line in pip.stdout:
            said.append(line)
            yield line
    if pip.returncode:
        raise subprocess.CalledProcessError(pip.returncode, command, "".join(said))


class Progress:
    """A line that moves while something goes on; on no terminal, one that stands at its end."""

    def __init__(self, what: str) -> None:
        self._what, self._now, self._began = what, "", time.monotonic()
        self._over = threading.Event()
        self._ticking = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Progress:
        """Begin to move."""
        if sys.stdout.isatty():
            self._ticking.start()
        else:
            print(f"{self._what} …", flush=True)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave one line that says how long it took."""
        self._over.set()
        took = f"{time.monotonic() - self._began:.0f} s"
        if self._ticking.is_alive():
            self._ticking.join()
            print(f"\r\x1b[K{self._what}: {took}")
        else:
            print(f"{self._what}: {took}", flush=True)

    def say(self, now: str) -> None:
        """What goes on just now."""
        self._now = now

    def _tick(self) -> None:
        while not self._over.wait(_TICK_SECONDS):
            seconds = f"{time.monotonic() - self._began:.0f} s"
            line = f"{self._what} … {seconds} {self._now}"
            width = shutil.get_terminal_size().columns - 1
            print(f"\r\x1b[K{line[:width]}", end="", flush=True)


def _python(folder: Path) -> str:
    return str(folder / "bin" / "python")


def _works(python: str) -> bool:
    """An environment outlives the Python that it was made with."""
    try:
        return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _complain(text: str) -> int:
    print(text, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
