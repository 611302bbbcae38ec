"""Real botocore clients whose HTTP requests end in this process.

Serialising, parsing, error classes and retries stay botocore's own. moto hooks the same event;
as botocore takes the answer of the first handler, this one is registered first.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any
from unittest import mock

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.endpoint import Endpoint

if TYPE_CHECKING:
    from tests.support.route53.service import StrictRoute53

_EVENT = "before-send.route53"
_OWN = "ends_in_a_strict_route53"
_DUMMY = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "example",
    "AWS_DEFAULT_REGION": "us-east-1",
}


_making = threading.Lock()  # making clients of one session is not thread-safe


def client(service: StrictRoute53, tag: str, attempts: int) -> Any:
    """A client with dummy credentials."""
    config = Config(retries={"total_max_attempts": attempts, "mode": "standard"})
    with _making:
        made: Any = _session().client("route53", config=config)
    made.meta.events.register_first(_EVENT, _Handler(service, tag))
    setattr(made._endpoint, _OWN, True)
    return made


@cache
def _session() -> boto3.Session:
    # One for all clients: it keeps the API's model, which takes long to read.
    return boto3.Session(
        aws_access_key_id=_DUMMY["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=_DUMMY["AWS_SECRET_ACCESS_KEY"],
        region_name=_DUMMY["AWS_DEFAULT_REGION"],
    )


@contextmanager
def patched(service: StrictRoute53) -> Iterator[None]:
    """Send every route53 request of the process to the service.

    Clients may have been made before and be kept by the code under test, so the hook is put on
    the endpoint when it makes a request. A service's own clients keep to their service.
    """
    handler = _Handler(service, "")
    make_request = Endpoint.make_request
    hooked_emitters: list[Any] = []
    lock = threading.Lock()

    def hooked(self: Any, operation_model: Any, request_dict: Any) -> Any:
        is_route53 = operation_model.service_model.service_name == "route53"
        if is_route53 and not getattr(self, _OWN, False):
            with lock:
                # botocore calls every handler of an event: twice registered, it acts twice.
                if not any(emitter is self._event_emitter for emitter in hooked_emitters):
                    self._event_emitter.register_first(_EVENT, handler)
                    hooked_emitters.append(self._event_emitter)
        return make_request(self, operation_model, request_dict)

    missing = {name: value for name, value in _DUMMY.items() if name not in os.environ}
    with mock.patch.dict(os.environ, missing), mock.patch.object(Endpoint, "make_request", hooked):
        try:
            yield
        finally:
            for emitter in hooked_emitters:
                emitter.unregister(_EVENT, handler)


class _Handler:
    """What botocore calls right before it would send."""

    def __init__(self, service: StrictRoute53, tag: str) -> None:
        self._service = service
        self._tag = tag

    def __call__(self, request: Any, **_: Any) -> AWSResponse:
        body = request.body or b""
        if isinstance(body, str):
            body = body.encode()
        answer = self._service.answer(request.method, request.url, body, self._tag)
        headers = HTTPHeaders()
        headers["x-amzn-RequestId"] = answer.request_id
        headers["Content-Type"] = "text/xml"
        return AWSResponse(request.url, answer.status, headers, _Body(answer.body))


class _Body(BytesIO):
    """An answer's body as botocore reads it from a connection."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        """All of it in one piece."""
        yield self.read()
