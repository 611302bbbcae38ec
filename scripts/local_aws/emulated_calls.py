"""Calls as CloudTrail records them, where MiniStack records too little.

- A call names its caller. MiniStack notes the access key as a user's name.
- A call that changes listener rules is recorded in full and told to EventBridge. MiniStack knows
  neither the names nor the parameters of query-protocol calls, nor any call's answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

import botocore.session
from botocore.model import ListShape, OperationModel, Shape, StructureShape
from botocore.parsers import create_parser
from ministack.core import iam_evaluator
from ministack.services import alb, cloudtrail

from local_aws.cloudtrail import RULE_CALLS, Event, rule_call

Answer = tuple[int, dict[str, str], bytes]
Record = Callable[..., None]

_answer: ContextVar[Answer | None] = ContextVar("answer", default=None)
_SCALARS: dict[str, Callable[[str], object]] = {
    "integer": int,
    "boolean": lambda text: text == "true",
}


def install(tell: Callable[[Event], None]) -> None:
    """Record calls so, and report those that changed listener rules to `tell`."""
    for name in RULE_CALLS:
        alb._ACTION_MAP[name] = _noting_answer(alb._ACTION_MAP[name])
    cloudtrail.record_event = _recording(cloudtrail.record_event, tell)


def request_parameters(operation: OperationModel, form: Mapping[str, str]) -> dict[str, Any]:
    """A query-protocol call's parameters as CloudTrail has them: nested, camelCase, typed.

    CloudTrail User Guide, record contents: `requestParameters`; the names and their types are
    those of the service's API.
    """
    shape = operation.input_shape
    return dict(_nested(shape, form, "") or {}) if shape else {}


def answered(operation: OperationModel, answer: Answer) -> dict[str, Any]:
    """`responseElements`, or `errorCode` and `errorMessage`, of an answer (the same chapter)."""
    status, headers, body = answer
    parsed = create_parser("query").parse(
        {"body": body, "headers": headers, "status_code": status},
        operation.output_shape,  # type: ignore[arg-type]
    )
    if status >= 400:
        error = parsed["Error"]
        return {"errorCode": error["Code"], "errorMessage": error["Message"]}
    del parsed["ResponseMetadata"]
    return {"responseElements": _camel_cased(parsed) or None}


def _nested(shape: Shape, form: Mapping[str, str], prefix: str) -> Any:
    """The value of a shape in a form, whose keys say the way to each leaf; None if it has none."""
    if isinstance(shape, StructureShape):
        found = {
            _camel(name): value
            for name, member in shape.members.items()
            if (value := _nested(member, form, f"{prefix}.{name}")) is not None
        }
        return found or None
    if isinstance(shape, ListShape):
        values: list[Any] = []
        while (
            value := _nested(shape.member, form, f"{prefix}.member.{len(values) + 1}")
        ) is not None:
            values.append(value)
        return values or None
    text = form.get(prefix.removeprefix("."))
    return None if text is None else _SCALARS.get(shape.type_name, str)(text)


def _camel_cased(value: Any) -> Any:
    if isinstance(value, dict):
        return {_camel(name): _camel_cased(one) for name, one in value.items()}
    return [_camel_cased(one) for one in value] if isinstance(value, list) else value


def _camel(name: str) -> str:
    return re.sub(r"^[A-Z]", lambda first: first[0].lower(), name)


def _noting_answer(
    original: Callable[[Mapping[str, Any]], Answer],
) -> Callable[[Mapping[str, Any]], Answer]:
    """MiniStack records a call without its answer, right after it: keep that until then."""

    def call(params: Mapping[str, Any]) -> Answer:
        answer = original(params)
        _answer.set(answer)
        return answer

    return call


def _recording(original: Record, tell: Callable[[Event], None]) -> Record:
    model = botocore.session.get_session().get_service_model("elbv2")

    def record_event(**call: Any) -> None:
        form = call["request_params"]
        name = form.get("Action", call["event_name"])
        answer = _answer.get()
        call |= {"username": iam_evaluator.caller_arn(), "event_name": name}
        if call["service"] != "elasticloadbalancing" or name not in RULE_CALLS or answer is None:
            original(**call)
            return
        operation = model.operation_model(name)
        original(**{**call, "request_params": request_parameters(operation, form)})
        record = cloudtrail._get_event_queue()[-1]
        recorded = json.loads(record["CloudTrailEvent"]) | answered(operation, answer)
        record["CloudTrailEvent"] = json.dumps(recorded)
        if "errorCode" not in recorded:
            tell(rule_call(recorded))

    return record_event
