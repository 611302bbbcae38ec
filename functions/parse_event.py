"""ParseEvent: any accepted input of the state machine → one normalised trigger."""

from datetime import UTC, datetime
from typing import Any

from signpost import events
from signpost.ecs_names import Home
from signpost.observability import step, tell_of
from signpost.settings import Settings


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`input`, which is the execution's → `trigger`. Raises InvalidEvent."""
    settings = Settings.from_env()
    home = Home(settings.account, settings.region, settings.event_sources)
    trigger = events.parse(event["input"], home, datetime.now(UTC)).to_json()
    tell_of(trigger)
    return trigger
