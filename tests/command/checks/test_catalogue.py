"""`signpost doctor`: its reference has every finding."""

from __future__ import annotations

import re
from pathlib import Path

from signpost_cli.checks.catalogue import KINDS, STOPS

REFERENCE = (Path(__file__).parents[3] / "docs" / "doctor.md").read_text()


def test_the_reference_has_every_finding_and_its_severity() -> None:
    documented = dict(re.findall(r"^\| `([a-z-]+)` ([✗!]) \|", REFERENCE, re.MULTILINE))
    assert documented == {
        code: "✗" if kind.severity == STOPS else "!" for code, kind in KINDS.items()
    }
