"""The documented schema of what is announced, for whoever receives an announcement in a test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

_FILE = Path(__file__).parents[2] / "docs" / "signpost-service-change.schema.json"
SCHEMA: dict[str, Any] = json.loads(_FILE.read_text())
Draft202012Validator.check_schema(SCHEMA)
_VALIDATOR = Draft202012Validator(SCHEMA, format_checker=FormatChecker())


def objections(detail: Any) -> list[str]:
    """What the schema objects to, and fields of the detail that it does not document."""
    documented = SCHEMA["$defs"]["recordSet"]["properties"]
    records = [*detail["before"], *detail["after"]]
    undocumented = {
        *(detail.keys() - SCHEMA["properties"]),
        *(key for record in records for key in record.keys() - documented),
    }
    messages = [error.message for error in _VALIDATOR.iter_errors(detail)]
    return messages + [f"{key} is not documented" for key in sorted(undocumented)]
