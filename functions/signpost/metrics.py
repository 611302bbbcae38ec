"""The metrics of the namespace `Signpost`: what there is, and how a value gets out.

A metric is a line of the log in CloudWatch's embedded format (EMF): no call, no permission. Every
combination of a name and its dimensions' values is a metric that AWS charges for, so the only
dimensions are the installation (`service`, which is the stack's name) and one with few values.
Which service or execution a value came from stands beside it in the line, for Logs Insights.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.metrics import EphemeralMetrics

from signpost import __version__
from signpost.harmless import harmless, throughout

NAMESPACE = "Signpost"

# Name → unit, and the one dimension beside the installation.
METRICS: dict[str, tuple[str, str | None]] = {
    "Executions": ("Count", "outcome"),
    "Failures": ("Count", "error"),
    "Retries": ("Count", "error"),
    "Route53Throttles": ("Count", None),
    "SecondsToVerified": ("Seconds", None),
    "Rounds": ("Count", None),
    "ReadinessAttempts": ("Count", None),
    "VerificationAttempts": ("Count", None),
}


def emit(
    values: Mapping[str, float], facts: Mapping[str, Any], value_of: str | None = None
) -> None:
    """Write one line with values by metric name; all of them have the same dimensions.

    `value_of` is the value of their own dimension, where they have one; `facts` are the line's
    other fields. POWERTOOLS_METRICS_DISABLED=true turns it off.
    """
    (own,) = {METRICS[name][1] for name in values}
    metrics = EphemeralMetrics(namespace=NAMESPACE)
    for key, fact in {"version": __version__, **throughout(facts)}.items():
        metrics.add_metadata(key, fact)
    if own:
        metrics.add_dimension(own, harmless(value_of or "unknown"))
    for name, value in values.items():
        metrics.add_metric(name, METRICS[name][0], value)
    metrics.flush_metrics()
