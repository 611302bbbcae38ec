"""boto3 clients, and AWS's errors under Signpost's names.

Retries are the state machine's: a client tries once, so that every attempt stands in the
execution's history. Clients live as long as the warm function.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from signpost import __version__
from signpost.errors import AccessDenied, AwsUnavailable, Throttled

CONFIG = Config(
    connect_timeout=3,
    read_timeout=10,
    retries={"total_max_attempts": 1, "mode": "standard"},
    user_agent_extra=f"signpost/{__version__}",
)
_PATIENT = CONFIG.merge(Config(retries={"total_max_attempts": 6, "mode": "standard"}))
# The codes of botocore's own list (`ThrottledRetryableChecker`), and those that the models of the
# services called here have; a unit test holds it against both.
_THROTTLED = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottled",
    "RequestThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "SlowDown",
    "DependencyThrottle",  # classic ELB: what it asks itself limits its rate
    "KmsThrottlingException",
    "ExecutionLimitExceeded",  # so many executions are open that no other may start
}
_UNAVAILABLE = {"InternalFailure", "InternalException", "ServiceUnavailable", "ServerException"}
_DENIED = {
    "AccessDenied",
    "AccessDeniedException",
    "KmsAccessDeniedException",
    "NotAuthorizedException",
    "UnauthorizedOperation",
    "AuthFailure",
    "OptInRequired",
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "ExpiredTokenException",
}


@cache
def client(service: str, *, patient: bool = False) -> Any:
    """The warm function's client of a service, for example `client("route53")`; a `patient` one
    tries again by itself, for functions that are no step of a state machine, and for a step whose
    hundreds of calls would never all get through.
    """
    return boto3.client(service, config=_PATIENT if patient else CONFIG)  # type: ignore[call-overload]


def code_of(error: ClientError) -> str:
    """AWS's error code, for instance `ClusterNotFoundException`."""
    return str(error.response.get("Error", {}).get("Code", ""))


def message_of(error: ClientError) -> str:
    """AWS's own sentence."""
    return str(error.response.get("Error", {}).get("Message", ""))


@contextmanager
def calling(call: str, resource: str) -> Iterator[None]:
    """Name AWS's errors: Throttled, AwsUnavailable and AccessDenied say which call and on what.

    Other client errors pass through unchanged, for the caller to judge. Any transport error is
    AwsUnavailable: whether the call had happened is not known then.
    """
    try:
        yield
    except ClientError as error:
        code, status = code_of(error), _status(error)
        said = f"{call} on {resource}: {code}: {message_of(error)}"
        if code in _THROTTLED or status == 429:
            raise Throttled(f"AWS limits the rate of {said}.", call) from error
        if code in _DENIED or status in (401, 403):
            raise AccessDenied(
                f"Not allowed: {said}. Deploy the stack's template unchanged, or find the policy "
                "(SCP, permission boundary, resource policy) that denies it."
            ) from error
        if status >= 500 or code in _UNAVAILABLE:
            raise AwsUnavailable(f"AWS failed at {said}.") from error
        raise
    except (HTTPClientError, BotoCoreError) as error:
        raise AwsUnavailable(f"{call} on {resource} got no answer: {error}.") from error


def in_pages(items: Sequence[str], size: int) -> Iterator[list[str]]:
    """The items in order, at most so many at a time: as many as one call takes."""
    return (list(items[start : start + size]) for start in range(0, len(items), size))


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
