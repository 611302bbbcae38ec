"""`make pictures`: each picture in docs/images, made anew. 3 where there is no Chromium."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import signpost_stack
from pictures import architecture, terminal
from pictures.browser import NAMES, Browser, chromium
from pictures.recording import COLUMNS, Recording, RecordingError, record

IMAGES = signpost_stack.ROOT / "docs" / "images"
SCALE = 1.5
# Parts of the page: the whole of it is too long for a document.
TIMELINE = "section:not(:last-of-type)"  # what is left out of the head and the timeline
STATES = "header, section:not(:nth-of-type(2))"
SHOTS = {  # name → what is left out, and the window's width
    "execution": (TIMELINE, 720),
    "execution-phone": (TIMELINE, 400),
    "states": (STATES, 1000),
}


def main() -> int:
    """The command."""
    path = chromium()
    if path is None:
        print(f"The pictures of pages need one of {', '.join(NAMES)}.", file=sys.stderr)
        return 3
    IMAGES.mkdir(exist_ok=True)
    _write("architecture.svg", architecture.draw(architecture.LIGHT))
    _write("architecture-dark.svg", architecture.draw(architecture.DARK))
    with tempfile.TemporaryDirectory(prefix="signpost-pictures-") as folder:
        page = Path(folder, "page.html")
        print("Running the demo …", flush=True)
        try:
            recording = record(page)
        except RecordingError as error:
            print(error, file=sys.stderr)
            return 1
        _write("demo.svg", picture_of(recording))
        browser = Browser(path, Path(folder))
        for name, (left_out, width) in SHOTS.items():
            html = _without(page.read_text(), left_out)
            for suffix, dark in (("", False), ("-dark", True)):
                picture = IMAGES / f"{name}{suffix}.png"
                browser.take(html, picture, width=width, scale=SCALE, dark=dark)
                _tell(picture)
    return 0


def picture_of(recording: Recording) -> str:
    """The first step of the story, as the terminal showed it."""
    title = f"signpost local demo: the first of {recording.steps} steps"
    return terminal.svg(recording.until(2), title=title, columns=COLUMNS)


def _without(html: str, left_out: str) -> str:
    return html.replace("</head>", f"<style>{left_out} {{ display: none }}</style></head>")


def _write(name: str, text: str) -> None:
    (IMAGES / name).write_text(text)
    _tell(IMAGES / name)


def _tell(picture: Path) -> None:
    size = f"{picture.stat().st_size / 1000:.0f} KB"
    print(f"{picture.relative_to(signpost_stack.ROOT)}: {size}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
