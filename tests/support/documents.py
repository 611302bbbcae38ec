"""What a reader of the repository reads."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs"
PAGES = [page for page in sorted(FOLDER.glob("*.md")) if page.name != "README.md"]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")),
    ROOT / ".github" / "pull_request_template.md",
    FOLDER / "README.md",
    *PAGES,
]


def name_of(document: Path) -> str:
    """For a test's id: its path in the repository."""
    return document.relative_to(ROOT).as_posix()
