"""boto3's clients as the functions use them: what a call says of us, what becomes of errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from botocore.retries import standard

from signpost import __version__
from signpost.aws import ecs
from signpost.aws.clients import calling, client
from signpost.errors import AccessDenied, AwsUnavailable, SignpostError, Throttled
from tests.support.parameters import SETTINGS
from tests.support.stub import Stub


class _NotSentError(Exception):
    pass


@pytest.mark.parametrize("patient", [False, True])
def test_every_call_says_that_it_is_signposts_and_of_which_version(
    patient: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", boto3.Session(region_name="eu-west-1"))
    client.cache_clear()
    sent: list[str] = []

    def instead(request: Any, **_: Any) -> None:
        sent.append(request.headers["User-Agent"].decode())
        raise _NotSentError

    ours = client("ecs", patient=patient)
    ours.meta.events.register("before-send", instead)
    with pytest.raises(_NotSentError):
        ours.list_clusters()
    client.cache_clear()

    assert f" signpost/{__version__}" in sent[0]


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("ThrottlingException", 400, Throttled),
        ("Throttling", 400, Throttled),
        ("Whatever", 429, Throttled),
        ("AccessDeniedException", 400, AccessDenied),
        ("Whatever", 403, AccessDenied),
        ("ServerException", 500, AwsUnavailable),
        ("Whatever", 503, AwsUnavailable),
    ],
)
def test_errors_of_aws_get_signposts_names(
    code: str, status: int, error: type[SignpostError]
) -> None:
    api = Stub("ecs")
    api.fails("describe_services", code, status)

    with pytest.raises(error, match=r"ecs:DescribeServices on service web of cluster prod"):
        ecs.describe(api.client, "prod", "web", SETTINGS)


# Every service that a function calls.
SERVICES = ("ecs", "elb", "elbv2", "route53", "ec2", "sts", "stepfunctions", "events")
# In words of the models: what each of their errors is to us, beside what a caller knows better.
MEANINGS = {
    "Throttl|^ExecutionLimitExceeded$": Throttled,
    "Denied|NotAuthorized": AccessDenied,
    "^Internal|^Server|^HealthUnavailable$": AwsUnavailable,
}
KNOWN: list[str] = standard.ThrottledRetryableChecker._THROTTLED_ERROR_CODES  # type: ignore[attr-defined]
OTHER_SERVICES = {
    "ProvisionedThroughputExceededException",  # DynamoDB
    "TransactionInProgressException",  # DynamoDB
    "EC2ThrottledException",  # Lambda
    "PriorRequestNotComplete",  # ZoneBusy, by Route 53's own caller
}


def modelled() -> Iterator[tuple[str, int, type[SignpostError]]]:
    for service in SERVICES:
        model = botocore.session.get_session().get_service_model(service)
        for shape in model.error_shapes:
            told = shape.metadata.get("error", {})
            code, status = told.get("code", shape.name), told.get("httpStatusCode", 400)
            for words, error in MEANINGS.items():
                if re.search(words, code):
                    yield code, status, error


@pytest.mark.parametrize(("code", "status", "error"), sorted(set(modelled()), key=str))
def test_what_the_models_name_is_told_apart(
    code: str, status: int, error: type[SignpostError]
) -> None:
    api = Stub("ecs")
    api.fails("describe_services", code, status)

    with pytest.raises(error):
        ecs.describe(api.client, "prod", "web", SETTINGS)


@pytest.mark.parametrize("code", sorted(set(KNOWN) - OTHER_SERVICES))
def test_every_rate_limit_that_botocore_knows_is_throttled(code: str) -> None:
    api = Stub("ecs")
    api.fails("describe_services", code, 400)

    with pytest.raises(Throttled):
        ecs.describe(api.client, "prod", "web", SETTINGS)


@pytest.mark.parametrize("error", [ReadTimeoutError, ConnectTimeoutError])
def test_a_call_without_an_answer_is_retryable(error: Any) -> None:
    with pytest.raises(AwsUnavailable, match="got no answer"), calling("x:Call", "y"):
        raise error(endpoint_url="https://example")
