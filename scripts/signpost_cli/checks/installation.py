"""The installation that is examined: its stack, settings and repository, each asked for once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any
from urllib.parse import urlsplit

import signpost_stack
from signpost.aws.bounds import Bounds, bounds_of
from signpost.errors import InvalidConfiguration
from signpost.ledger.seal import Seal
from signpost.settings import Settings
from signpost_cli.checks.local_endpoint import is_local_aws
from signpost_cli.checks.reading import Unreadable, pages, reading
from signpost_cli.target import Target
from signpost_cli.zone_access import seal_of

ECS_SOURCE = "aws.ecs"


def environment_of(
    parameters: Mapping[str, str], stack_id: str, ledger_key_arn: str
) -> dict[str, str]:
    """The stack's parameters as the environment variables that the template makes of them."""
    _, _, _, region, account, resource = stack_id.split(":", 5)
    variables = {
        re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper(): value
        for name, value in parameters.items()
    }
    return variables | {
        "IN_VPC": "true" if parameters.get("VpcSubnetIds") else "false",
        "ACCOUNT_ID": account,
        "AWS_REGION": region,
        "STACK_ID": stack_id,
        "LEDGER_KEY_ARN": ledger_key_arn,
        "BOUNDS_PATH": f"/signpost/{resource.split('/')[1]}",
        "EVENT_SOURCES": ECS_SOURCE,
    }


@cache
def _template() -> dict[str, Any]:
    from local_aws.errors import LocalAwsError
    from local_aws.template import load

    try:
        return load(signpost_stack.TEMPLATE)
    except LocalAwsError as error:
        raise Unreadable(str(error)) from error


@dataclass
class Installation:
    """What several checks need to know. A property that can't be read raises Unreadable."""

    target: Target
    progress: Callable[[str], None] = field(default=lambda _: None)

    def client(self, service: str) -> Any:
        """A boto3 client for the stack's account and region."""
        return self.target.client(service)

    @property
    def stack(self) -> Mapping[str, Any]:
        """The stack as DescribeStacks has it. Raises CommandError: nothing goes without it."""
        return self.target.stack

    @property
    def outputs(self) -> dict[str, str]:
        """The stack's outputs by name."""
        return self.target.outputs

    @property
    def name(self) -> str:
        """The stack's name."""
        return self.target.stack_name

    @property
    def redeploy(self) -> str:
        """The command that deploys the repository's template again."""
        if self.is_local:
            port = urlsplit(self._endpoint).port
            return f"signpost local down --port {port} && signpost local up --port {port}"
        return f"sam build && sam deploy --stack-name {self.name}"

    @cached_property
    def parameters(self) -> dict[str, str]:
        """The stack's parameters; where it lacks one, what the template has as default."""
        given = {
            item["ParameterKey"]: item.get("ParameterValue", "")
            for item in self.stack.get("Parameters", [])
        }
        return self.parameter_defaults | given

    @cached_property
    def parameter_defaults(self) -> dict[str, str]:
        """The defaults of the repository's template; empty where that can't be read."""
        try:
            declared = self.template["Parameters"]
        except Unreadable:
            return {}
        return {
            name: str(parameter["Default"])
            for name, parameter in declared.items()
            if "Default" in parameter
        }

    @cached_property
    def partition(self) -> str:
        """`aws`, `aws-cn`, …: from the stack's own ARN."""
        return str(self.stack["StackId"]).split(":")[1]

    @cached_property
    def account(self) -> str:
        """The account id: from the stack's own ARN."""
        return str(self.stack["StackId"]).split(":")[4]

    @cached_property
    def region(self) -> str:
        """The region: from the stack's own ARN."""
        return str(self.stack["StackId"]).split(":")[3]

    @cached_property
    def settings(self) -> Settings:
        """The settings that the functions should have. Raises Unreadable where they can't be."""
        try:
            key = self.outputs.get("LedgerKeyArn", "")
            return Settings.from_env(environment_of(self.parameters, self.stack["StackId"], key))
        except InvalidConfiguration as wrong:
            raise Unreadable(f"The stack's parameters: {wrong}") from wrong

    @cached_property
    def bounds(self) -> Bounds:
        """What the parameters let be written. Raises Unreadable where they can't be read."""
        try:
            return bounds_of(self.parameters)
        except InvalidConfiguration as wrong:
            raise Unreadable(f"The stack's parameters: {wrong}") from wrong

    @cached_property
    def seal(self) -> tuple[Seal | None, str]:
        """What checks the ledgers' signatures, or why they are not checked."""
        return seal_of(self.target, self.settings.label)

    def listed(self, parameter: str) -> tuple[str, ...]:
        """The words of a comma separated parameter."""
        value = self.parameters.get(parameter, "")
        return tuple(word.strip() for word in value.split(",") if word.strip())

    @property
    def is_traced(self) -> bool:
        """Whether functions and state machines are to tell X-Ray of what they do."""
        return self.parameters.get("Tracing", "on") == "on"

    @cached_property
    def resources(self) -> dict[str, dict[str, Any]]:
        """The stack's resources by logical id, as ListStackResources has them."""
        with reading("cloudformation:ListStackResources", f"stack {self.name}"):
            listed = pages(
                self.client("cloudformation").list_stack_resources,
                "StackResourceSummaries",
                StackName=self.name,
            )
            return {resource["LogicalResourceId"]: resource for resource in listed}

    def physical(self, logical_id: str) -> str | None:
        """A resource's physical id; None where the stack does not have it."""
        resource = self.resources.get(logical_id)
        return str(resource["PhysicalResourceId"]) if resource else None

    def role_arn(self, logical_id: str) -> str | None:
        """The ARN of an IAM role of the stack; its physical id is the name."""
        name = self.physical(logical_id)
        return name and f"arn:{self.partition}:iam::{self.account}:role/{name}"

    @cached_property
    def template(self) -> dict[str, Any]:
        """The repository's template, with the long forms of CloudFormation's functions."""
        return _template()

    @cached_property
    def is_local(self) -> bool:
        """Whether this is a local AWS that `signpost local up` started and that still runs."""
        return is_local_aws(self._endpoint)

    @property
    def _endpoint(self) -> str:
        return str(self.client("cloudformation").meta.endpoint_url)

    @property
    def event_source(self) -> str:
        """Where ECS's events come from: nobody may send events as `aws.*`, the relay neither."""
        if not self.is_local:
            return ECS_SOURCE
        from local_aws.template import LOCAL_SOURCES

        return LOCAL_SOURCES[ECS_SOURCE]
