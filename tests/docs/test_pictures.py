"""The pictures in the documents are there, need nothing from elsewhere, and show what is so now."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from drawings import state_machine
from pictures import __main__ as command
from pictures import architecture, recording, terminal
from signpost_cli.demo import story
from tests.support.documents import DOCUMENTS, ROOT, name_of

IMAGES = ROOT / "docs" / "images"
SVGS = sorted(IMAGES.glob("*.svg"))
LARGEST_PNG = 300_000
_SVG = "{http://www.w3.org/2000/svg}"
_IMAGE = re.compile(
    r'<img [^>]*?src="([^"]+)"|<source [^>]*?srcset="([^"]+)"|!\[[^\]]*\]\(([^)]+)\)'
)
_ALT = re.compile(r'<img [^>]*?alt="([^"]*)"|!\[([^\]]*)\]\(')


def images_in(document: Path) -> Iterator[Path]:
    for found in _IMAGE.findall(document.read_text()):
        yield (document.parent / "".join(found)).resolve()


def words(svg: Path) -> str:
    """The text of a picture, line by line as one reads it, without its breaks."""
    lines: dict[float, list[tuple[float, str]]] = {}
    for text in ElementTree.parse(svg).iter(f"{_SVG}text"):
        place = float(text.get("y", 0)), float(text.get("x", 0))
        lines.setdefault(place[0], []).append((place[1], "".join(text.itertext())))
    told = " ".join("".join(part for _, part in sorted(lines[y])) for y in sorted(lines))
    return " ".join(told.split())


def called(function: ast.AST, method: str) -> list[str]:
    """The sentences that a part of the story passes to this method, as far as they are fixed."""
    found = []
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            argument = node.args[0] if node.args and node.func.attr == method else None
            if isinstance(argument, ast.Constant):
                found.append(str(argument.value))
    return found


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_image_is_there_and_told_in_words(document: Path) -> None:
    assert [image for image in images_in(document) if not image.exists()] == []
    assert all(any(alt) for alt in _ALT.findall(document.read_text()))


def test_every_picture_is_shown_somewhere() -> None:
    shown = {image for document in DOCUMENTS for image in images_in(document)}
    assert {image for image in IMAGES.iterdir() if image not in shown} == set()


@pytest.mark.parametrize("svg", SVGS, ids=lambda svg: svg.name)
def test_an_svg_loads_and_runs_nothing(svg: Path) -> None:
    root = ElementTree.parse(svg).getroot()
    text = svg.read_text().replace('xmlns="http://www.w3.org/2000/svg"', "")

    assert root.tag == f"{_SVG}svg"
    assert not re.search(r"https?://(?!127\.0\.0\.1)|@import|@font-face|<script|<image|href", text)
    assert set(re.findall(r"url\((.)", text)) <= {"#"}


@pytest.mark.parametrize("png", sorted(IMAGES.glob("*.png")), ids=lambda png: png.name)
def test_a_photograph_of_a_page_is_small(png: Path) -> None:
    assert png.read_bytes().startswith(b"\x89PNG")
    assert png.stat().st_size <= LARGEST_PNG


def test_the_architecture_is_drawn_as_the_script_has_it() -> None:
    for name, colours in (("", architecture.LIGHT), ("-dark", architecture.DARK)):
        drawn = (IMAGES / f"architecture{name}.svg").read_text()
        assert drawn == architecture.draw(colours), "run: make pictures"


def test_the_architectures_steps_are_steps_of_the_state_machine_in_its_order() -> None:
    states = state_machine.definition(state_machine.SERVICE_CHANGE)["States"]
    tasks = [name for name, state in states.items() if state["Type"] == "Task"]
    drawn = [name for name, _ in architecture.STEPS]

    assert drawn == [name for name in tasks if name in drawn]
    assert set(tasks) - set(drawn) == {"ParseEvent", "ResolveTasks"}


def test_the_demos_picture_tells_the_story_as_it_is_told_now() -> None:
    tree = ast.parse(Path(story.__file__).read_text())
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    scenes = {function.name: called(function, "scene") for function in functions}
    (first, titles), *others = [(name, found) for name, found in scenes.items() if found]
    (beginning,) = [function for function in functions if function.name == first]
    claims = called(beginning, "check")
    told = words(IMAGES / "demo.svg")

    assert claims
    assert [claim for claim in (f"1. {titles[0]}", *claims) if claim not in told] == []
    assert f"the first of {len(others) + 1} steps" in told, "run: make pictures"


def test_a_recording_is_cut_before_a_step() -> None:
    rule = "\x1b[36m" + "─" * 20 + "\x1b[0m"
    lines = ["It is up.", "", f"1. One {rule}", "\x1b[32m✓\x1b[0m done", "", f"2. Two {rule}", "x"]
    made = recording.Recording(lines)

    assert made.until(2) == lines[:4]
    assert made.steps == 2


def test_a_line_that_is_too_long_is_folded_as_a_terminal_folds_it(tmp_path: Path) -> None:
    svg = tmp_path / "long.svg"
    svg.write_text(terminal.svg(["\x1b[1mabcdefghij\x1b[0mkl", "", "m<n"], title="t", columns=8))

    rows = [text.text or "" for text in ElementTree.parse(svg).iter(f"{_SVG}text")]
    assert list(filter(str.strip, rows)) == ["t", "abcdefgh", "ij", "kl", "m<n"]


def test_without_a_browser_the_command_says_so_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "chromium", lambda: None)
    before = {image: image.stat().st_mtime_ns for image in IMAGES.iterdir()}

    assert command.main() == 3
    assert "chromium" in capsys.readouterr().err
    assert {image: image.stat().st_mtime_ns for image in IMAGES.iterdir()} == before
