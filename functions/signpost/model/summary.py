"""Record sets before and after as lines that a person reads at a glance: - goes, + comes, = stays.

- web.ecs.internal A ALIAS old-alb.us-east-1.elb.amazonaws.com
+ web.ecs.internal A ALIAS new-alb.us-east-1.elb.amazonaws.com
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from signpost.harmless import harmless

_VALUES = 8  # of a record set, in one line


def of(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]) -> list[str]:
    """The lines of a receipt's `before` and `after`: first what was there, then what comes.

    A line names its zone's id where the record sets are in several zones: one name may stand in a
    public and in a private one.
    """
    old, new = ([(record.get("zone"), line(record)) for record in side] for side in (before, after))
    several = len({zone for zone, _ in (*old, *new)}) > 1
    return [
        f"{sign} {text}{f' in {zone}' if several else ''}"
        for sign, (zone, text) in (
            *(("=" if one in new else "-", one) for one in old),
            *(("+", one) for one in new if one not in old),
        )
    ]


def line(record: Mapping[str, Any]) -> str:
    """A record set, as the payload has it, in one line; of many values the first."""
    if record["alias"]:
        return harmless(f"{record['name']} {record['type']} ALIAS {record['alias']['dns_name']}")
    values = list(record["values"])
    more = f" … {len(values)} in all" if len(values) > _VALUES else ""
    shown = ", ".join(values[:_VALUES]) + more
    return harmless(f"{record['name']} {record['type']} {shown} (TTL {record['ttl']})")
