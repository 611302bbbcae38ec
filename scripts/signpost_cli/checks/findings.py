"""What a check found: how bad it is, what it is, why it matters and what mends it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from signpost_cli.checks.catalogue import KINDS, STOPS
from signpost_cli.target import DEFAULT_STACK

# A command of ours that works on a stack, without what stands behind it as a comment.
_OURS = re.compile(r"^signpost (?!local )(?:(?! +#).)*")


class Severity(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    NOTE = "note"  # told, and neither sound nor a finding
    WARNING = "warning"
    STOPS = "stops-the-work"
    NOT_CHECKED = "not-checked"  # never counts as sound


@dataclass(frozen=True)
class Finding:
    """One line of the report. `code` is stable, and explained in docs/doctor.md."""

    check: str  # the subject
    code: str
    severity: Severity
    what: str
    why: str = ""
    mend: str = ""  # commands, one a line

    def to_json(self) -> dict[str, Any]:
        """All fields."""
        return asdict(self)


def for_stack(finding: Finding, stack: str) -> Finding:
    """The finding with commands that work on this stack also where it is not the default one."""
    if stack == DEFAULT_STACK:
        return finding
    lines = [_OURS.sub(rf"\g<0> --stack-name {stack}", line) for line in finding.mend.split("\n")]
    return replace(finding, mend="\n".join(lines))


def found(code: str, what: str, mend: str) -> Finding:
    """A finding of a kind that the catalogue lists."""
    kind = KINDS[code]
    severity = Severity.STOPS if kind.severity == STOPS else Severity.WARNING
    return Finding(kind.check, code, severity, what, kind.why, mend)


def sound(check: str, what: str) -> Finding:
    """A check that was made and found nothing wrong."""
    return Finding(check, "ok", Severity.OK, what)


def note(check: str, what: str) -> Finding:
    """What was seen, where it would be too much to call it sound."""
    return Finding(check, "note", Severity.NOTE, what)


def not_checked(check: str, what: str, reason: str, mend: str = "") -> Finding:
    """A check that could not be made; `what` names it, `reason` the call that failed and how."""
    return Finding(
        check, "not-checked", Severity.NOT_CHECKED, f"Not checked: {what}.", reason, mend
    )
