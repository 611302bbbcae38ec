"""`make drawings`: each drawing is put into its document as it is now."""

from __future__ import annotations

from drawings.documents import DRAWINGS


def main() -> None:
    """The command."""
    for drawing in DRAWINGS:
        drawing.document.write_text(drawing.placed())


if __name__ == "__main__":
    main()
