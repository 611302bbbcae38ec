"""Calls as CloudTrail records them, where MiniStack records too little.

- A call names its caller. MiniStack notes the access key as a user's name.
- A call of StartExecution is recorded with the execution it has started.
- A call to ECS that may concern a service is recorded with its answer, or with its error.
- A call that changes anything of Elastic Load Balancing, of both its APIs, is recorded in full and
  told to EventBridge; rules pick. MiniStack knows neither the names nor the parameters of
  query-protocol calls, nor any call's answer.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import botocore.session
from botocore.model import ListShape, OperationModel, Shape, StructureShape
from botocore.parsers import create_parser
from ministack.core import iam_evaluator
from ministack.services import alb, cloudtrail, ecs, stepfunctions

from local_aws.cloudtrail import CALLS, Event, elb_call, identity, locale_date, reads_only
from local_aws.cloudtrail import answered as ecs_elements

Answer = tuple[int, dict[str, str], bytes]
Record = Callable[..., None]

_ELB = "elasticloadbalancing"

_answer: ContextVar[Answer | None] = ContextVar("answer", default=None)
_SCALARS: dict[str, Callable[[str], object]] = {
    "integer": int,
    "boolean": lambda text: text == "true",
}


def install(tell: Callable[[Event], None]) -> None:
    """Record calls so, and report those that changed load balancers to `tell`."""
    alb.handle_request = _noting_reply(alb.handle_request)
    ecs._finalize_ecs_response = _noting_answer(ecs._finalize_ecs_response)
    stepfunctions._start_execution = _noting_answer(stepfunctions._start_execution)
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


def ecs_answered(event_name: str, answer: Answer) -> dict[str, Any]:
    """The same of an answer of ECS, which is JSON: `{"__type": …, "message": …}` for an error."""
    status, _, body = answer
    parsed = json.loads(body)
    if status >= 400:
        code = str(parsed["__type"]).rpartition("#")[2]
        return {"errorCode": code, "errorMessage": str(parsed.get("message", ""))}
    return {"responseElements": ecs_elements(event_name, parsed)}


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
    if isinstance(value, datetime):
        return locale_date(value.timestamp())
    return [_camel_cased(one) for one in value] if isinstance(value, list) else value


def _camel(name: str) -> str:
    return re.sub(r"^[A-Z]", lambda first: first[0].lower(), name)


def _noting_answer(original: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
    """MiniStack records a call without its answer, right after it: keep that until then."""

    def call(given: Any) -> Answer:
        answer = original(given)
        _answer.set(answer)
        return answer

    return call


def _noting_reply(original: Callable[..., Awaitable[Answer]]) -> Callable[..., Awaitable[Answer]]:
    """The same of what answers clients alone: calls that the emulator makes to itself are none."""

    async def call(*given: Any) -> Answer:
        answer = await original(*given)
        _answer.set(answer)
        return answer

    return call


def _recording(original: Record, tell: Callable[[Event], None]) -> Record:
    session = botocore.session.get_session()
    newer, classic = map(session.get_service_model, ("elbv2", "elb"))

    def record_event(**call: Any) -> None:
        form = call["request_params"]
        name = form.get("Action", call["event_name"])
        answer = _answer.get()
        model = classic if form.get("Version") == classic.api_version else newer
        changes_elb = call["service"] == _ELB and not reads_only(name)
        call |= {"username": iam_evaluator.caller_arn(), "event_name": name}
        if answer is not None and call["service"] == "ecs" and name in CALLS:
            original(**call)
            _complete(ecs_answered(name, answer), call["request_id"])
        elif answer is not None and changes_elb and name in model.operation_names:
            operation = model.operation_model(name)
            original(**{**call, "request_params": request_parameters(operation, form)})
            recorded = _complete(answered(operation, answer), call["request_id"])
            if "errorCode" not in recorded:
                tell(elb_call(recorded))
        elif answer is not None and name == "StartExecution":
            told = {key: value for key, value in form.items() if key != "input"}
            original(**{**call, "request_params": told})
            caller = {"userName": call["username"], "accessKeyId": call["access_key_id"]}
            _complete({**_started(answer), "userIdentity": identity(caller)}, call["request_id"])
        else:
            original(**call)

    return record_event


def _started(answer: Answer) -> dict[str, Any]:
    """What StartExecution has answered."""
    status, _, body = answer
    answered = json.loads(body)
    return {"responseElements": answered} if status < 400 else {"errorCode": answered["__type"]}


def _complete(found: Mapping[str, Any], request_id: str) -> dict[str, Any]:
    """Add to the record of a request; the whole of it."""
    queue = cloudtrail._get_event_queue()
    record = next(one for one in reversed(queue) if request_id in one["CloudTrailEvent"])
    recorded: dict[str, Any] = json.loads(record["CloudTrailEvent"]) | found
    record["CloudTrailEvent"] = json.dumps(recorded)
    return recorded
