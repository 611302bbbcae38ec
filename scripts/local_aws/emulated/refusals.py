"""Refusals of the emulator's own calls, as AWS's APIs answer them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import error_response_json, json_response

Answer = tuple[int, dict[str, str], bytes]
Request = Mapping[str, Any]


class RefusedError(Exception):
    """An error of the API: code and message."""


def answering(act: Callable[[Request], Any]) -> Callable[[Request], Answer]:
    """A call of a JSON API that answers what `act` gives, or its refusal."""

    def call(request: Request) -> Answer:
        try:
            return json_response(act(request))  # type: ignore[no-any-return]
        except RefusedError as error:
            return error_response_json(*error.args, 400)  # type: ignore[no-any-return]

    return call


def done(answer: Answer) -> dict[str, Any]:
    """What a call of a JSON API has answered. Raises RefusedError where it was refused."""
    told: dict[str, Any] = json.loads(answer[2])
    if answer[0] >= 400:
        raise RefusedError(told["__type"], told["message"])
    return told
