"""Pages as pictures: headless Chromium, with nothing of it left behind."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from html import escape
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_TIMEOUT_SECONDS = 120
_MEASURE = """<body><iframe style="border: 0; width: {width}px" srcdoc="{html}"></iframe><script>
onload = () => {{
  const page = document.querySelector("iframe").contentDocument.body;
  document.body.dataset.height = Math.ceil(page.getBoundingClientRect().height);
}}
</script></body>"""


def chromium() -> str | None:
    """The browser's path; None where there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@dataclass(frozen=True)
class Browser:
    """Takes pictures; `folder` is where its profile and its copies of pages go."""

    path: str
    folder: Path

    def take(self, html: str, picture: Path, *, width: int, scale: float, dark: bool) -> None:
        """A PNG of the whole of a page, in a window of this width."""
        page = self.folder / f"{picture.stem}.html"
        page.write_text(html)
        size = f"--window-size={width},{self._height(html, width)}"
        scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
        factor = f"--force-device-scale-factor={scale}"
        self._run(size, scheme, factor, "--hide-scrollbars", f"--screenshot={picture}", page)

    def _height(self, html: str, width: int) -> int:
        """How high it is; in a frame, as a window that is only asked may be wider than wished."""
        outside = self.folder / "measured.html"
        outside.write_text(_MEASURE.format(width=width, html=escape(html)))
        found = re.search(r'data-height="(\d+)"', self._run("--dump-dom", outside))
        if not found:
            raise ValueError(f"{outside} could not be measured")
        return int(found[1])

    def _run(self, *words: str | Path) -> str:
        profile = f"--user-data-dir={self.folder / 'profile'}"
        command = [self.path, *FLAGS, profile, *map(str, words)]
        return subprocess.run(
            command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=True
        ).stdout
