"""Which stack is meant, and how it is asked."""

from __future__ import annotations

import os

import pytest

from signpost_cli.errors import CommandError
from signpost_cli.target import Target, console_link


def test_a_stack_that_is_not_signposts_is_said() -> None:
    target = Target("other")
    target.outputs = {"BucketName": "b"}

    with pytest.raises(CommandError, match="other has no output StateMachineArn"):
        _ = target.state_machine_arn


def test_the_region_is_the_one_that_every_other_tool_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-north-1")

    assert Target().session.region_name == "eu-north-1"


def test_the_local_aws_is_asked_with_the_credentials_that_are_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "mine")

    session = Target().session

    credentials = session.get_credentials()
    assert credentials
    assert (credentials.access_key, session.region_name) == ("mine", "us-east-1")


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "eu-west-1", "https://eu-west-1.console.aws.amazon.com/"),
        ("aws-cn", "cn-north-1", "https://console.amazonaws.cn/"),
        ("aws-us-gov", "us-gov-west-1", "https://console.amazonaws-us-gov.com/"),
        ("aws-eusc", "eusc-de-east-1", "https://console.amazonaws-eusc.eu/"),
    ],
)
def test_the_console_is_that_of_the_partition(partition: str, region: str, host: str) -> None:
    link = console_link(f"arn:{partition}:states:{region}:123456789012:execution:S:one")

    assert str(link).startswith(host)
    assert f"region={region}#" in str(link)
    assert console_link("arn:aws-iso:states:us-iso-east-1:123456789012:execution:S:one") is None
