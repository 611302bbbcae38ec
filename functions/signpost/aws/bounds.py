"""What this installation may write: the parameters of the stack that are too long for a function's
environment, which holds 4 KB (Lambda Developer Guide, "Lambda quotas").
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from signpost.aws.clients import calling, client
from signpost.errors import InvalidConfiguration
from signpost.names.permitted import HostnameRules, patterns

FRESH_SECONDS = 60  # a changed parameter reaches a warm function within
# In Systems Manager's Parameter Store, below `Settings.bounds_path`: lists of words with commas.
NAMES = ("HostedZoneIds", "AllowedHostnames", "DeniedHostnames")
NOTHING = "none"  # no parameter there may be empty


@dataclass(frozen=True)
class Bounds:
    """The zones that may be written, and the names that may be taken in them."""

    hosted_zone_ids: tuple[str, ...]
    hostnames: HostnameRules


_read: dict[str, tuple[float, Bounds]] = {}


def read_bounds(path: str, *, fresh: bool = False) -> Bounds:
    """What stands below a path, asked for anew after FRESH_SECONDS, or at once for a `fresh` one.

    Raises InvalidConfiguration, Throttled, AwsUnavailable or AccessDenied.
    """
    now = time.monotonic()
    if not fresh and path in _read and now - _read[path][0] < FRESH_SECONDS:
        return _read[path][1]
    with calling("ssm:GetParameters", path):
        answer = client("ssm").get_parameters(Names=[f"{path}/{name}" for name in NAMES])
    values = {item["Name"].rpartition("/")[2]: item["Value"] for item in answer["Parameters"]}
    bounds = bounds_of(values)
    _read[path] = (now, bounds)
    return bounds


def bounds_of(values: Mapping[str, str]) -> Bounds:
    """From the parameters' texts. Raises InvalidConfiguration naming the one that is missing, or a
    pattern that is none.
    """
    missing = [name for name in NAMES if not _words(values.get(name, "")) and name != NAMES[2]]
    if missing or NAMES[2] not in values:
        raise InvalidConfiguration(
            f"The parameter {(missing or NAMES[2:])[0]} of Systems Manager is missing or names "
            "nothing: deploy the stack's template unchanged."
        )
    zones, allowed, denied = (_words(values[name]) for name in NAMES)
    return Bounds(zones, HostnameRules(patterns(allowed), patterns(denied)))


def forget_bounds() -> None:
    """Ask again next time."""
    _read.clear()


def _words(text: str) -> tuple[str, ...]:
    words = (word.strip() for word in text.split(","))
    return tuple(dict.fromkeys(word for word in words if word and word != NOTHING))
