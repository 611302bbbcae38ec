"""What the command says of AWS's errors."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError

from signpost_cli.errors import CommandError, asking


def client_error(code: str, message: str = "no") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Operation")


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (client_error("ExecutionDoesNotExist"), "Look in the console."),
        (client_error("ValidationError", "Stack signpost does not exist"), "Look in the console."),
        (client_error("AccessDeniedException"), "credentials that may make this call"),
        (client_error("ExpiredTokenException"), "Renew your credentials"),
        (client_error("SomethingElse"), "Try again"),
        (NoCredentialsError(), "AWS_PROFILE"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), "signpost local up"),
    ],
)
def test_an_error_of_aws_names_the_call_the_resource_and_the_next_step(
    error: Exception, step: str
) -> None:
    with pytest.raises(CommandError) as raised, asking("sfn:Call", "thing", "Look in the console."):
        raise error

    assert "sfn:Call" in str(raised.value)
    assert step in str(raised.value)
