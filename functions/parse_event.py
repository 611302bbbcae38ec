"""ParseEvent: any accepted input of the state machine → one normalised trigger."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from signpost.observability import step, tell_of
from signpost.settings import Settings
from signpost.triggers import cloud_events
from signpost.triggers.ecs_names import Home


@step
def handler(event: Any, context: Any) -> dict[str, Any]:
    """`input`, the execution's own → `trigger`; an input without wrapping will do.

    With Policy=dry-run every run is a dry one. Raises InvalidEvent.
    """
    given = isinstance(event, Mapping) and event.keys() == {"execution", "input"}
    document = event["input"] if given else event
    settings = Settings.from_env()
    home = Home(settings.account, settings.region, settings.event_sources)
    trigger = cloud_events.parse(document, home, datetime.now(UTC))
    told = replace(trigger, dry_run=trigger.dry_run or settings.policy == "dry-run").to_json()
    tell_of(told)
    return told
