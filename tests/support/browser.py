"""A real browser, for pages: headless Chromium, with nothing of it left behind.

Where there is none the test is skipped and says so; with SIGNPOST_BROWSER=required, as in
`.ci/run`, it fails.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from pictures import browser

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def chromium() -> str:
    """The browser's path."""
    if found := browser.chromium():
        return found
    missing = (
        "No Chromium here, so the page was not looked at in a browser: apt-get install chromium"
    )
    if os.environ.get("SIGNPOST_BROWSER") == "required":
        pytest.fail(missing)
    pytest.skip(missing)


@dataclass
class Browser:
    """Opens files; `folder` is where its profile and what it makes go."""

    folder: Path
    complaints: str = ""

    def dom(self, page: Path) -> str:
        """The document after the browser has read and rendered it."""
        return self._run("--dump-dom", page)

    def screenshot(self, page: Path, *, width: int) -> bytes:
        """What one sees, as PNG."""
        picture = self.folder / f"{page.stem}.png"
        self._run(f"--window-size={width},2400", f"--screenshot={picture}", page)
        return picture.read_bytes()

    def measure(self, page: Path, script: str, *, width: int, dark: bool = False) -> Any:
        """The value of a JavaScript expression about the page, which may not run any by itself."""
        copy = self.folder / f"measured-{page.name}"
        program = f"document.body.dataset.measured = JSON.stringify({script})"
        text = _POLICY.sub("", page.read_text())
        copy.write_text(text.replace("</body>", f"<script>{program}</script></body>"))
        scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
        dom = self._run(f"--window-size={width},2400", scheme, "--dump-dom", copy)
        found = re.search('data-measured="([^"]*)"', dom)
        assert found, "the script did not run"
        return json.loads(unescape(found[1]))

    def _run(self, *words: str | Path) -> str:
        profile = self.folder / "profile"
        done = subprocess.run(
            [
                chromium(),
                *browser.FLAGS,
                "--enable-logging=stderr",
                f"--user-data-dir={profile}",
                *map(str, words),
            ],
            capture_output=True,
            text=True,
            timeout=180,
            check=True,
        )
        self.complaints = "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)
        return done.stdout
