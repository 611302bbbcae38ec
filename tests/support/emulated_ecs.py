"""Calls of ECS, made to the emulator's code as its server makes them, and held against its API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import botocore.session
import pytest
from botocore.model import OperationModel
from botocore.parsers import create_parser
from ministack.services import acm, alb, ec2, ecs

from local_aws.emulated import (
    certificates,
    connectors,
    express,
    forwards,
    gateways,
    ingress,
    interfaces,
    revisions,
    tasks,
)
from tests.support.api_model import violations

_MODEL = botocore.session.get_session().get_service_model("ecs")
_CHANGED: tuple[tuple[ModuleType, tuple[str, ...]], ...] = (
    (
        ecs,
        (
            "_tasks",
            "_run_task",
            "_stop_task",
            "_mark_task_stopped",
            "_get_docker",
            "_sync_service_targets",
        ),
    ),
    (ec2, ("_eni_fields_xml", "_subnet_fields_xml")),
    (alb, ("_parse_actions", "_action_xml")),
)


@contextmanager
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An account with all that ECS's services need, and the cluster `prod`."""
    for module, names in _CHANGED:
        monkeypatch.setattr(module, "_ACTION_MAP", dict(module._ACTION_MAP))
        for name in names:
            monkeypatch.setattr(module, name, getattr(module, name))
    monkeypatch.setattr(ecs, "_get_docker", lambda: None)
    interfaces.install()
    tasks.install(lambda _: None)
    forwards.install()
    certificates.install()
    ingress.install()
    express.install()
    gateways.install()
    connectors.install()
    revisions.install()
    call("CreateCluster", clusterName="prod")
    try:
        yield
    finally:
        for module in (ecs, ec2, alb, acm):
            module.reset()
        gateways.clear()


def call(name: str, /, **request: Any) -> dict[str, Any]:
    """The answer of a call, as boto3 gives it; it must be as the API's model has it."""
    operation, answer = _made(name, request)
    assert [*violations(operation.input_shape, request, name)] == []
    parsed: dict[str, Any] = create_parser(operation.metadata["protocol"]).parse(
        {"body": answer[2], "headers": answer[1], "status_code": answer[0]},
        operation.output_shape,  # type: ignore[arg-type]
    )
    assert answer[0] == 200, parsed
    del parsed["ResponseMetadata"]
    unknown = _unknown(operation.output_shape, json.loads(answer[2]), name)
    assert [*violations(operation.output_shape, parsed, name), *unknown] == []
    return parsed


def task_definition(family: str, container: str = "app", mode: str = "awsvpc", **more: Any) -> None:
    """Register one for tasks with addresses; MiniStack's answer is not as the model has it."""
    definition = {"name": container, "image": "app", "memory": 64} | more
    asked = {"family": family, "networkMode": mode, "containerDefinitions": [definition]}
    assert _made("RegisterTaskDefinition", asked)[1][0] == 200


def refusal(name: str, /, **request: Any) -> tuple[str, str]:
    """The code and the message of a call that is refused; it may be as no model has it."""
    _, answer = _made(name, request)
    told = json.loads(answer[2])
    assert answer[0] == 400, told
    return str(told["__type"]), str(told["message"])


def _made(name: str, request: dict[str, Any]) -> tuple[OperationModel, Any]:
    operation = _MODEL.operation_model(name)
    return operation, ecs._finalize_ecs_response(ecs._dispatch_action(name, request))


def _unknown(shape: Any, told: Any, where: str) -> Iterator[str]:
    """Members that the model lacks: boto3 would hide them."""
    if isinstance(told, dict) and shape.type_name == "structure":
        for key, value in told.items():
            if key not in shape.members:
                yield f"{where}.{key} is unknown"
            else:
                yield from _unknown(shape.members[key], value, f"{where}.{key}")
    elif isinstance(told, list):
        for value in told:
            yield from _unknown(shape.member, value, where)
