"""Tags as ECS takes them: MiniStack takes any.

What a key and a value may be, and how many there may be, is the API's model; the prefix `aws:` is
reserved (Amazon ECS API Reference: Tag). So no value has a `*`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import botocore.session
from botocore.model import Shape
from ministack.core.responses import error_response_json
from ministack.services import ecs

from local_aws.patterns import compiled

Tag = Mapping[str, str]
Handler = Callable[[Any], Any]

_model = botocore.session.get_session().get_service_model("ecs")
_MOST = _model.shape_for("Tags").metadata["max"]
_RESERVED = "aws:"


def install() -> None:
    """Let the emulator's ECS refuse tags that ECS refuses."""
    for name, handler in ecs._ACTION_MAP.items():
        shape = _model.operation_model(name).input_shape if name in _model.operation_names else None
        if shape is not None and "tags" in shape.members:
            ecs._ACTION_MAP[name] = _checking(handler)


def refusal(tags: Sequence[Tag], existing: Sequence[Tag] = ()) -> str | None:
    """Why tags can't be put beside those that a resource has; None if they can.

    What ECS says is known by people's reports for characters only.
    """
    keys = [tag.get("key", "") for tag in tags]
    for texts, shape in (
        (keys, _model.shape_for("TagKey")),
        ([tag.get("value", "") for tag in tags], _model.shape_for("TagValue")),
    ):
        problem = next((found for text in texts if (found := _problem(text, shape))), None)
        if problem:
            return problem
        if any(text.lower().startswith(_RESERVED) for text in texts):
            return f"Tags can't begin with the reserved prefix {_RESERVED}"
    if len(set(keys)) < len(keys):
        return "Duplicate tag keys found."
    users = {tag["key"] for tag in existing if not tag["key"].lower().startswith(_RESERVED)}
    if len(users.union(keys)) > _MOST:
        return f"The number of tags exceeds the limit of {_MOST}."
    return None


def _problem(text: str, shape: Shape) -> str | None:
    rules = shape.metadata
    if not compiled(rules["pattern"]).fullmatch(text):
        return (
            "Some tags contain invalid characters. Valid characters: UTF-8 letters, spaces, "
            "numbers and _ . / = + - : @."
        )
    if not rules["min"] <= len(text) <= rules["max"]:
        return f"{shape.name} must have {rules['min']} to {rules['max']} characters."
    return None


def _checking(original: Handler) -> Handler:
    def call(data: Any) -> Any:
        existing = ecs._tags.get(data.get("resourceArn", ""), [])
        problem = refusal(data.get("tags") or [], existing)
        if problem:
            return error_response_json("InvalidParameterException", problem, 400)
        return original(data)

    return call
