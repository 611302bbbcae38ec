"""`signpost doctor`: whether an endpoint is a local AWS."""

from __future__ import annotations

from signpost_cli.checks import local_endpoint


def test_only_the_endpoint_of_a_running_local_aws_is_one() -> None:
    assert not local_endpoint.is_local_aws("https://events.eu-west-1.amazonaws.com")
    assert not local_endpoint.is_local_aws("http://127.0.0.1:1")
