"""Which installation the command works on: the stack in AWS, or the one in the local AWS."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

from signpost import __version__
from signpost_cli.errors import CommandError, asking

DEFAULT_STACK = "signpost"
CONFIG = Config(
    connect_timeout=5,
    read_timeout=20,
    retries={"total_max_attempts": 5},
    user_agent_extra=f"signpost-command/{__version__}",
)
# botocore's partitions.json: dnsSuffix and dualStackDnsSuffix.
_AWS_HOSTS = (
    ".amazonaws.com",
    ".api.aws",
    ".amazonaws.com.cn",
    ".api.amazonwebservices.com.cn",
    ".amazonaws.eu",
    ".api.amazonwebservices.eu",
)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass
class Target:
    """A stack, by its name; clients and what the stack put out are asked for when needed."""

    stack_name: str = DEFAULT_STACK

    @cached_property
    def session(self) -> boto3.Session:
        """The usual credentials; the local AWS takes any, so none need be set for it."""
        local = urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).hostname in _LOOPBACK
        # boto3 itself reads AWS_DEFAULT_REGION only; the AWS CLI and every other SDK read both.
        region = os.environ.get("AWS_REGION") or None
        with asking("Signing in", "AWS"):
            session = boto3.Session(region_name=region)
            if local and session.region_name is None:
                session = boto3.Session(region_name="us-east-1")
            if local and session.get_credentials() is None:
                session = boto3.Session(
                    aws_access_key_id="test",
                    aws_secret_access_key="test",  # noqa: S106
                    region_name=session.region_name,
                )
        return session

    def client(self, service: str) -> Any:
        """A boto3 client."""
        with asking(f"Connecting to {service}", "AWS"):
            return self.session.client(service, config=CONFIG)  # type: ignore[call-overload]

    @cached_property
    def sfn(self) -> Any:
        """The Step Functions client."""
        return self.client("stepfunctions")

    @cached_property
    def stack(self) -> dict[str, Any]:
        """The stack as CloudFormation describes it."""
        missing = (
            "Name the stack with --stack-name, and set AWS_REGION and AWS_PROFILE to where it is. "
            "For the local AWS: signpost local up."
        )
        resource = f"stack {self.stack_name}"
        with asking("cloudformation:DescribeStacks", resource, missing):
            stacks = self.client("cloudformation").describe_stacks(StackName=self.stack_name)
        return dict(stacks["Stacks"][0])

    @cached_property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs by name."""
        return {one["OutputKey"]: one["OutputValue"] for one in self.stack.get("Outputs", [])}

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The stack's parameters by name."""
        return {
            one["ParameterKey"]: one["ParameterValue"] for one in self.stack.get("Parameters", [])
        }

    @property
    def state_machine_arn(self) -> str:
        """The ServiceChange state machine."""
        return self._output("StateMachineArn")

    @property
    def sweep_state_machine_arn(self) -> str:
        """The Sweep state machine."""
        return self._output("SweepStateMachineArn")

    def _output(self, name: str) -> str:
        if name not in self.outputs:
            raise CommandError(
                f"Stack {self.stack_name} has no output {name}: it is not a Signpost stack, or "
                "of an older version, or not finished.\nName the stack with --stack-name."
            )
        return self.outputs[name]

    def console_link(self, execution_arn: str) -> str | None:
        """An execution's page in the console; None where the endpoint is not AWS's."""
        host = urlsplit(self.sfn.meta.endpoint_url).hostname or ""
        return console_link(execution_arn) if host.endswith(_AWS_HOSTS) else None


def console_link(execution_arn: str) -> str | None:
    """An execution's page in the console of its partition; None for one whose host is not known."""
    _, partition, _, region, _ = execution_arn.split(":", 4)
    hosts = {
        "aws": f"{region}.console.aws.amazon.com",
        "aws-cn": "console.amazonaws.cn",
        "aws-us-gov": "console.amazonaws-us-gov.com",
        "aws-eusc": "console.amazonaws-eusc.eu",
    }
    if partition not in hosts:
        return None
    page = f"states/home?region={region}#/v2/executions/details/{execution_arn}"
    return f"https://{hosts[partition]}/{page}"
