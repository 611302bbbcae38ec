"""One log line when a step ends, with the execution and service on each; nothing else is logged."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools import Logger

from signpost.errors import RetryableError, SignpostError

Handler = Callable[[Any, Any], dict[str, Any]]

logger = Logger()


def step(handler: Handler) -> Handler:
    """A Lambda handler that logs how it ended and lets every error through unchanged."""

    @functools.wraps(handler)
    def logged(event: Any, context: Any) -> dict[str, Any]:
        logger.thread_safe_clear_keys()
        logger.append_keys(**_who(event, handler))
        try:
            result = handler(event, context)
        except SignpostError as error:
            level = logger.info if isinstance(error, RetryableError) else logger.error
            level(str(error), extra={"outcome": type(error).__name__})
            raise
        except Exception:
            logger.exception("The step failed unexpectedly")
            raise
        logger.info("The step is done", extra={"outcome": "done", "result": result})
        return result

    return logged


def _who(event: Any, handler: Handler) -> dict[str, Any]:
    module = handler.__module__.rpartition(".")[2]
    if not isinstance(event, Mapping) or "execution" not in event:
        return {"step": module}
    trigger = event.get("trigger") or {}
    return {
        "step": module,
        "execution": event["execution"],
        "cluster": trigger.get("cluster"),
        "ecs_service": trigger.get("service"),
        "trigger": trigger.get("name"),
    }
