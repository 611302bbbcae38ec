"""What the functions write to standard output: log lines and metrics, as CloudWatch reads them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from signpost import __version__, observability
from signpost.metrics import METRICS, NAMESPACE
from tests.support.hostile import harm_in

Line = dict[str, Any]


@contextmanager
def written_lines() -> Iterator[Callable[[], list[Line]]]:
    """Turn logs and metrics on, and give what was written so far."""
    stream, logger = io.StringIO(), observability.logger
    on = {"POWERTOOLS_METRICS_DISABLED": "false", "POWERTOOLS_SERVICE_NAME": "signpost"}
    level = logger.log_level
    logger.setLevel("INFO")
    try:
        with (
            mock.patch.object(logger.registered_handler, "stream", stream),
            mock.patch("sys.stdout", stream),
            mock.patch.dict("os.environ", on),
        ):
            yield lambda: _read(stream.getvalue())
    finally:
        logger.setLevel(level)


def _read(text: str) -> list[Line]:
    assert harm_in(text) == set()
    return [json.loads(line) for line in text.splitlines()]


def metrics_in(lines: list[Line]) -> dict[tuple[str, str | None], list[float]]:
    """The values of each metric, by its name and the value of its own dimension.

    Any other shape than that of `signpost.metrics.METRICS` is an error here.
    """
    found: dict[tuple[str, str | None], list[float]] = {}
    for line in lines:
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
            assert (directive["Namespace"], line["version"]) == (NAMESPACE, __version__)
            for metric in directive["Metrics"]:
                unit, own = METRICS[metric["Name"]]
                assert directive["Dimensions"] == [[own, "service"] if own else ["service"]]
                assert metric["Unit"] == unit
                key = (metric["Name"], line[own] if own else None)
                found.setdefault(key, []).extend(line[metric["Name"]])
    return found
