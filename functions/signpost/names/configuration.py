"""The `signpost:` tags of an ECS service, checked and typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from signpost.errors import InvalidConfiguration
from signpost.model.service import TASK_TARGETS, Configuration

PREFIX = "signpost:"
_NUMBER = re.compile(r"[0-9]{1,9}")
FROM_LISTENER_RULES = "from:listener-rules"
_LOAD_BALANCERS_ONLY = ("signpost:record", "signpost:load-balancer", "signpost:min-healthy")
MAX_TTL_SECONDS = 604_800  # a week: longer than any change should take to be seen everywhere


def from_tags(tags: Mapping[str, str]) -> Configuration:
    """Read a service's tags; those of other tools are ignored.

    Raises InvalidConfiguration for a `signpost:` tag that is unknown or has a bad value.
    """
    fields: dict[str, Any] = {}
    for key in sorted(tags):
        if not key.startswith(PREFIX):
            continue
        if key not in _READERS:
            raise InvalidConfiguration(
                f"Tag {key!r} is not one that Signpost knows ({', '.join(sorted(_READERS))}); "
                "correct or remove it."
            )
        field, read = _READERS[key]
        try:
            fields[field] = read(tags[key].strip())
        except ValueError as wrong:
            raise InvalidConfiguration(
                f"Tag {key!r} has the value {tags[key]!r}: {wrong}."
            ) from None
    names = fields.pop("hostnames", ())
    if fields.get("target") in TASK_TARGETS:
        _check_tasks(tags, FROM_LISTENER_RULES in names)
    return Configuration(
        hostnames=tuple(name for name in names if name != FROM_LISTENER_RULES),
        from_listener_rules=FROM_LISTENER_RULES in names,
        **fields,
    )


def is_tagged(tags: Mapping[str, str]) -> bool:
    """Whether any `signpost:` tag is there: what `Selection=tagged` asks for."""
    return any(key.startswith(PREFIX) for key in tags)


def _check_tasks(tags: Mapping[str, str], from_listener_rules: bool) -> None:
    beside = "signpost:hostname" if from_listener_rules else None
    beside = next((key for key in _LOAD_BALANCERS_ONLY if key in tags), beside)
    if beside:
        raise InvalidConfiguration(
            f"Tag {beside!r} has the value {tags[beside]!r}, which is about load balancers, beside "
            f"signpost:target={tags['signpost:target']}: remove one of the two."
        )


def _words(value: str) -> tuple[str, ...]:
    words = tuple(dict.fromkeys(value.split()))
    if not words:
        raise ValueError("it must name at least one")
    return words


def _names(value: str) -> tuple[str, ...]:
    names = _words(value)
    for name in names:
        if name.startswith("from:") and name != FROM_LISTENER_RULES:
            raise ValueError(f"names can come from nothing but {FROM_LISTENER_RULES}")
    return names


def _word(value: str) -> str:
    if len(value.split()) != 1:
        raise ValueError("it must be one word")
    return value


def _target(value: str) -> str:
    target = value.strip().lower()
    if target not in ("load-balancer", *TASK_TARGETS):
        raise ValueError(f"it must be load-balancer, {', '.join(TASK_TARGETS)}")
    return target


def _boolean(value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise ValueError("it must be true or false")
    return value.lower() == "true"


def _record_kind(value: str) -> str:
    if value.upper() not in ("ALIAS", "CNAME"):
        raise ValueError("it must be alias or cname")
    return value.upper()


def _between(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not _NUMBER.fullmatch(value) or not low <= int(value) <= high:
            raise ValueError(f"it must be a whole number from {low} to {high}")
        return int(value)

    return read


_READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "signpost:hostname": ("hostnames", _names),
    "signpost:target": ("target", _target),
    "signpost:zone": ("zone", _word),
    "signpost:record": ("record_kind", _record_kind),
    "signpost:ttl": ("ttl", _between(1, MAX_TTL_SECONDS)),
    "signpost:load-balancer": ("load_balancers", _words),
    "signpost:enabled": ("enabled", _boolean),
    "signpost:min-healthy": ("min_healthy", _between(1, 1000)),
}
KEYS = frozenset(key.removeprefix(PREFIX) for key in _READERS)  # without the prefix
