"""ReportSweep: how the sweep's executions ended, in one sentence."""

from typing import Any

from signpost.observability import step
from signpost.sweep.report import report


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`drift` → `report`. Raises SweepBrake."""
    return report(event["drift"])
