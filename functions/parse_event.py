"""ParseEvent: any accepted input of the state machine → one normalised trigger."""

from datetime import UTC, datetime
from typing import Any

from signpost import events
from signpost.ecs_names import Home
from signpost.observability import step
from signpost.settings import Settings


@step
def handler(event: Any, context: Any) -> dict[str, Any]:
    """The execution's input → `trigger`. Raises InvalidEvent."""
    settings = Settings.from_env()
    home = Home(settings.account, settings.region, settings.event_sources)
    return events.parse(event, home, datetime.now(UTC)).to_json()
