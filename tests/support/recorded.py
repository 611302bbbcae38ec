"""The recorded events of tests/events."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parents[1] / "events"


def recorded(name: str) -> dict[str, Any]:
    """An event as it was recorded, by its file's name."""
    return dict(json.loads((EVENTS / f"{name}.json").read_text()))
