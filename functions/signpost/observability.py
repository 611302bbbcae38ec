"""One log line when a step ends: who it was for, how it ended, and little of what it found.

The whole of what a step was given and gave back stands in the execution's history. A step that
asks to be tried or planned again is counted too.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Logger

from signpost import __version__, metrics
from signpost.errors import ReplannedError, RetryableError, SignpostError, Throttled
from signpost.harmless import harmless_lines, throughout

Handler = Callable[[Any, Any], dict[str, Any]]

_LONGEST = 1000  # characters of a text in a log line's result
_LONGEST_LIST = 10


def _serialized(record: Mapping[str, Any]) -> str:
    """A line of the log: harmless as it stands, and to who takes a text out of it."""
    return json.dumps(
        throughout(record, harmless_lines),
        default=lambda value: harmless_lines(str(value)),
        separators=(",", ":"),
        ensure_ascii=False,
    )


logger = Logger(json_serializer=_serialized)


def step(handler: Handler) -> Handler:
    """A Lambda handler that logs how it ended and lets every error through unchanged."""

    @functools.wraps(handler)
    def logged(event: Any, context: Any) -> dict[str, Any]:
        module = handler.__module__.rpartition(".")[2]
        facts = {"step": module, "version": __version__, **_who(event)}
        logger.thread_safe_clear_keys()
        logger.thread_safe_append_keys(**facts)
        try:
            result = handler(event, context)
        except RetryableError as error:
            again = "replan" if isinstance(error, ReplannedError) else "retry"
            logger.info(str(error), extra=_ended(again, error))
            _count(error, facts)
            raise
        except SignpostError as error:
            # Its sentence says all: no stack trace.
            logger.error(str(error), extra=_ended("failed", error))  # noqa: TRY400
            raise
        except Exception as error:
            # It becomes the execution's cause, and a line of the runtime's own in the log.
            error.args = tuple(throughout(error.args))
            logger.exception("The step failed unexpectedly", extra=_ended("failed", error))
            raise
        logger.info("The step is done", extra={"outcome": "done", "result": brief(result)})
        return result

    return logged


def tell_of(trigger: Mapping[str, Any], **more: Any) -> None:
    """Put a trigger that has only now been read, and `more`, into the lines that follow."""
    logger.thread_safe_append_keys(**about(trigger), **more)


def about(trigger: Mapping[str, Any]) -> dict[str, Any]:
    """A trigger's fields in a log line; `service` is Powertools' name for the installation."""
    return {
        "cluster": trigger.get("cluster"),
        "ecs_service": trigger.get("service"),
        "trigger": trigger.get("name"),
        "trigger_kind": trigger.get("kind"),
        "trigger_id": trigger.get("id"),
    }


def brief(result: Mapping[str, Any]) -> dict[str, Any]:
    """A result's plain values and short lists of them; of all else only how much is in it."""
    return {key: _brief(value) for key, value in result.items()}


def _brief(value: Any) -> Any:
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"
    if isinstance(value, (list, tuple)):
        short = len(value) <= _LONGEST_LIST and all(isinstance(item, (str, int)) for item in value)
        return [_brief(item) for item in value] if short else f"{len(value)} items"
    if isinstance(value, Mapping):
        return f"{len(value)} fields"
    return value


def _who(event: Any) -> dict[str, Any]:
    """What every line says of the execution that the step is part of."""
    if not isinstance(event, Mapping):
        return {}
    who: dict[str, Any] = {"execution": event.get("execution")}
    if isinstance(event.get("trigger"), Mapping):
        who |= about(event["trigger"])
    if isinstance(event.get("round"), Mapping):
        who["round"] = event["round"].get("number")
    if "attempt" in event:
        who["attempt"] = event["attempt"] + 1
    return who


def _ended(outcome: str, error: Exception) -> dict[str, str]:
    return {"outcome": outcome, "error": type(error).__name__}


def _count(error: RetryableError, facts: Mapping[str, Any]) -> None:
    metrics.emit({"Retries": 1}, facts, type(error).__name__)
    if isinstance(error, Throttled) and error.call.startswith("route53:"):
        metrics.emit({"Route53Throttles": 1}, facts)
