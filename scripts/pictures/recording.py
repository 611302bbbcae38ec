"""A real run of the demo, as a terminal shows it, and the page of one of its executions."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.text import Text

from local_aws.ports import free_port
from local_aws.stack import status

COLUMNS = 80
# A terminal in which nothing moves: colours, but no line that is written over.
TERMINAL = {
    "COLUMNS": str(COLUMNS),
    "COLORTERM": "truecolor",
    "TERM": "xterm-256color",
    "TTY_COMPATIBLE": "1",
    "TTY_INTERACTIVE": "0",
}
_OTHER_TERMINAL = ("NO_COLOR", "FORCE_COLOR", "LINES")
_STEP = re.compile(r"(\d+)\. \S.* ─+$")


class RecordingError(Exception):
    """The demo did not run as it should."""


@dataclass(frozen=True)
class Recording:
    """What the demo wrote, line by line, with its colours."""

    lines: Sequence[str]

    @property
    def steps(self) -> int:
        """How many steps the whole story has."""
        return max(filter(None, map(step_begun, self.lines)), default=0)

    def until(self, step: int) -> Sequence[str]:
        """The lines before this step begins."""
        ends = (number for number, line in enumerate(self.lines) if step_begun(line) == step)
        lines = list(self.lines[: next(ends, None)])
        while lines and not Text.from_ansi(lines[-1]).plain.strip():
            lines.pop()
        return lines


def step_begun(line: str) -> int | None:
    """The number of the step that begins with this line."""
    found = _STEP.match(Text.from_ansi(line).plain)
    return int(found[1]) if found else None


def record(page: Path) -> Recording:
    """Run `signpost local demo`; while it runs, write the page of its first execution.

    Raises RecordingError when the demo fails, or has no execution to show.
    """
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if k not in _OTHER_TERMINAL} | TERMINAL
    # So that the demo, too, finds the command by its name.
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    lines = []
    with subprocess.Popen(
        ["signpost", "local", "demo", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as demo:
        assert demo.stdout is not None  # noqa: S101 - asked for as a pipe
        try:
            for line in demo.stdout:
                lines.append(line.rstrip("\n"))
                if step_begun(lines[-1]) == 2:
                    _write_page(port, environment, page)
        except BaseException:
            demo.terminate()  # it takes its local AWS along
            raise
    if demo.returncode or not page.exists():
        wrong = "The demo did not run to its end, or its second step was not recognized:"
        raise RecordingError("\n".join([wrong, *lines[-20:]]))
    return Recording(lines)


def _write_page(port: int, environment: Mapping[str, str], page: Path) -> None:
    local = status(port)
    if local is None:
        raise RecordingError(f"The demo's local AWS on port {port} is gone.")
    inside = {**environment, **local.environment()}
    told = _signpost(["history", "prod", "web", "--json"], inside)
    first = json.loads(told)["executions"][-1]  # newest first, and the story goes on meanwhile
    _signpost(["show", first["execution"], "--html", str(page)], inside)


def _signpost(words: Sequence[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        ["signpost", *words], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RecordingError(f"signpost {' '.join(words)}: {done.stderr}")
    return done.stdout
