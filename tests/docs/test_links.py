"""What the documents name is there: files, folders, and the sections that links lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.documents import DOCUMENTS, ROOT, name_of

FOLDERS = ("docs", "functions", "scripts", "statemachine", "tests")
SUFFIXES = (".py", ".json", ".yaml", ".toml", ".md", ".sh")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
# A file with what it has: `names/configuration.py` (`_READERS`).
_MEMBERS = re.compile(r"`([\w./]+\.\w+)` \(((?:`\w+`(?:, | and )?)+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def prose(document: Path) -> str:
    return _FENCE.sub("", document.read_text())


def anchors(document: Path) -> set[str]:
    """The headings' anchors as GitHub makes them."""
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for title in _HEADING.findall(prose(document)))
    return {title.replace(" ", "-") for title in plain}


def dead_links(document: Path) -> Iterator[str]:
    for link in _LINK.findall(prose(document)):
        path, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", link):
            continue
        target = document.parent / path if path else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


def paths_in(document: Path) -> Iterator[str]:
    """What stands in backticks and is a path of the repository, or a file's name."""
    for code in _CODE.findall(prose(document)):
        if re.fullmatch(r"[\w./*-]+", code) and (
            code.split("/")[0] in FOLDERS or code.endswith(SUFFIXES)
        ):
            yield code


def found(path: str) -> list[Path]:
    """From the repository's root, or by its end: a file's name, or `names/placement.py`."""
    end = path.rstrip("/")
    return [*ROOT.glob(end)] or [file for top in FOLDERS for file in (ROOT / top).rglob(end)]


def lost_members(document: Path) -> Iterator[str]:
    for path, members in _MEMBERS.findall(prose(document)):
        texts = [file.read_text() for file in found(path)]
        for member in re.findall(r"\w+", members.replace(" and ", " ")):
            if not any(re.search(rf"\b{member}\b", text) for text in texts):
                yield f"{path} ({member})"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_somewhere(document: Path) -> None:
    assert list(dead_links(document)) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_path_that_is_named_is_there(document: Path) -> None:
    assert [path for path in paths_in(document) if not found(path)] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_what_a_file_is_said_to_have_is_in_it(document: Path) -> None:
    assert list(lost_members(document)) == []


def test_a_dead_link_a_lost_path_and_a_lost_member_are_found(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text("# A heading\n[a](#a-heading) [b](#none) [c](page.md) [d](gone.md)\n"
                        "`tests/docs` `tests/gone/` `gone.py` `signpost plan`\n"
                        "`errors.py` (`SweepBrake` and `SweepClutch`)\n")  # fmt: skip

    assert list(dead_links(document)) == ["#none", "gone.md"]
    assert [path for path in paths_in(document) if not found(path)] == ["tests/gone/", "gone.py"]
    assert list(lost_members(document)) == ["errors.py (SweepClutch)"]
