"""Moments as everything in the payload has them: ISO 8601 in UTC, with milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime


def first_of(*candidates: object, now: datetime) -> str:
    """The first that is an ISO 8601 time, else `now`; without a zone it is UTC, as CloudTrail's."""
    for value in candidates:
        if isinstance(value, str) and len(value) <= 40:
            try:
                parsed = datetime.fromisoformat(value)
            except ValueError:
                continue
            return iso(parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC))
    return iso(now)


def iso(moment: datetime) -> str:
    """An aware moment as text."""
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:  # the years 1 and 9999, where the zone would leave the calendar
        moment = moment.replace(tzinfo=UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"
