"""Runs that no event of ECS starts: by hand, and those that Signpost starts itself.

    {"cluster": "prod", "service": "web", "reason": "edited by hand", "dry_run": false}
    {"cluster": …, "service": …, "resign": {"ledgers": ["…"], "names": ["…"]}}

A run that Signpost starts (for a burst of events, or from a sweep) also says what for:

    {"cluster": …, "service": …, "cause": {"kind": "tasks", "name": …, "id": …, "time": …, …}}
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from signpost import moments
from signpost.errors import InvalidEvent
from signpost.harmless import harmless
from signpost.model.trigger import Resign, Trigger
from signpost.triggers.ecs_names import Home, NotForUs, identify, show

MAX_EXECUTION_NAME = 80  # characters (Step Functions API Reference, StartExecution)
MAX_TEXT = 1024  # characters of any text that a trigger keeps
CAUSES = ("tasks", "listener-rules", "load-balancer", "sweep")
MAX_HOSTNAME = 254  # characters, with a final dot
MAX_NAMES = 20  # ledgers, and hostnames, of a run that signs ledgers anew
_KEYS = {"cluster", "service", "reason", "dry_run", "cause", "resign"}
# Step Functions adds it where another state machine starts this one.
_STARTED_BY = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"
_CAUSE_KEYS = {"kind", "name", "id", "time", "actor"}


def parse(document: Mapping[str, Any], home: Home, now: datetime) -> Trigger:
    """The trigger of a run; `now` (aware) is when, unless its cause tells. Raises InvalidEvent."""
    unknown = sorted(str(key)[:40] for key in document if key not in {*_KEYS, _STARTED_BY})
    if unknown:
        raise InvalidEvent(
            f"The input has {', '.join(unknown[:5])}: a run by hand takes cluster, service, "
            "reason and dry_run."
        )
    arn_only = str(document.get("service")).startswith("arn:") and "cluster" not in document
    for key in ("service",) if arn_only else ("cluster", "service"):
        if not isinstance(document.get(key), str):
            raise InvalidEvent(
                f"The input's {key} is {show(document.get(key))}: name the {key}, or give its ARN."
            )
    reason, dry_run = document.get("reason"), document.get("dry_run", False)
    if reason is not None:
        reason = text(reason)
        if reason is None:
            raise InvalidEvent(f"The input's reason must be text of at most {MAX_TEXT} characters.")
    if not isinstance(dry_run, bool):
        raise InvalidEvent(f"The input's dry_run is {show(dry_run)}: it must be true or false.")
    cause = _cause(document.get("cause"))
    try:
        cluster, service = identify(document["service"], document.get("cluster"), home)
    except NotForUs as why:
        raise InvalidEvent(str(why)) from None
    return Trigger(
        kind=cause.get("kind", "manual"),
        name=cause.get("name", "Run"),
        cluster=cluster,
        service=service,
        time=moments.first_of(cause.get("time"), now=now),
        id=cause.get("id"),
        actor=cause.get("actor"),
        reason=reason,
        dry_run=dry_run,
        resign=_resign(document.get("resign")),
        claimed=bool(cause),
    )


def text(value: object) -> str | None:
    """A text as a trigger keeps it: harmless, and None where that is too long, or it is no text."""
    kept = harmless(value) if isinstance(value, str) else None
    return kept if kept is not None and len(kept) <= MAX_TEXT else None


def cause(kind: str, trigger: Trigger) -> dict[str, str]:
    """The `cause` of a run that Signpost starts: one of CAUSES, and the newest event behind it."""
    told = {"name": trigger.name, "id": trigger.id, "time": trigger.time, "actor": trigger.actor}
    return {"kind": kind, **{key: value for key, value in told.items() if value is not None}}


def execution_name(kind: str, cluster: str, service: str) -> str:
    """A name of its own for a run that Signpost starts, which tells what it is about."""
    about = f"{kind}-{cluster}-{service}"[: MAX_EXECUTION_NAME - 13]
    return f"{about}-{uuid4().hex[:12]}"


def _resign(value: object) -> Resign | None:
    if value is None:
        return None
    known = isinstance(value, Mapping) and value.keys() <= {"ledgers", "names"}
    lists = [value.get("ledgers"), value.get("names", [])] if isinstance(value, Mapping) else []
    if not known or not all(map(_is_names, lists)) or not lists[0]:
        raise InvalidEvent(
            f"The input's resign is {show(value)}: it takes ledgers and names, each a list of at "
            f"most {MAX_NAMES} hostnames, as `signpost resign` gives them."
        )
    ledgers, names = (tuple(name.lower().removesuffix(".") for name in some) for some in lists)
    return Resign(ledgers, names)


def _is_names(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MAX_NAMES
        and all(isinstance(name, str) and 0 < len(name) <= MAX_HOSTNAME for name in value)
    )


def _cause(value: object) -> Mapping[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or value.get("kind") not in CAUSES:
        raise InvalidEvent(
            f"The input's cause is {show(value)}: leave it out, it is for runs that Signpost "
            f"starts itself (its kind is one of {', '.join(CAUSES)})."
        )
    kept = {}
    for key, given in value.items():
        kept[key] = text(given) or ""
        if key not in _CAUSE_KEYS or not kept[key]:
            raise InvalidEvent(f"The input's cause has {show(key)}: {show(given)}.")
    return kept
