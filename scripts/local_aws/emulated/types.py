"""Types of resources that CloudFormation makes and the emulator refuses: accepted, nothing is made.

MiniStack's CloudFormation refuses a template that has a saved query, or an alarm on metric math.
The local AWS has no Logs Insights and nobody to alarm, so it does without them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Handler = dict[str, Any]  # CloudFormation's create, update and delete of one type


def install() -> None:
    """Let the emulator take templates that have them."""
    from ministack.services.cloudformation import provisioners

    handlers = provisioners._RESOURCE_HANDLERS
    handlers["AWS::Logs::QueryDefinition"] = nothing_made()
    handlers["AWS::CloudWatch::Alarm"] = without_metric_math(handlers["AWS::CloudWatch::Alarm"])


def nothing_made() -> Handler:
    """The handler of a type of which nothing is made; a resource's id is its name in the stack."""
    return {
        "create": lambda logical_id, _props, stack: (f"{stack}-{logical_id}", {}),
        "update": lambda physical_id, *_, **__: (physical_id, {}),
        "delete": lambda *_, **__: None,
    }


def without_metric_math(original: Handler) -> Handler:
    """Alarms on one metric are the emulator's own; of those on metric math nothing is made."""
    nothing = nothing_made()

    def choose(what: str) -> Callable[..., Any]:
        def act(first: str, *rest: Any, **named: Any) -> Any:
            properties = rest[1] if what == "update" else rest[0]
            return (nothing if properties.get("Metrics") else original)[what](first, *rest, **named)

        return act

    return {**original, **{what: choose(what) for what in nothing}}
