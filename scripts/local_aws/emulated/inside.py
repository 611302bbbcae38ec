"""Calls of Elastic Load Balancing that the emulator makes to itself, as its server makes them."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from ministack.services import alb


def call(service: str, name: str, **request: Any) -> dict[str, Any]:
    """The parsed answer of a call of the service `elb` or `elbv2`; a refusal is its `Error`."""
    operation = _model(service).operation_model(name)
    form = create_serializer("query").serialize_to_request(request, operation)["body"]
    answer = alb._ACTION_MAP[name]({key: [str(value)] for key, value in form.items()})
    return dict(
        create_parser("query").parse(
            {"body": answer[2], "headers": answer[1], "status_code": answer[0]},
            operation.output_shape,  # type: ignore[arg-type]
        )
    )


@cache
def _model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)
