"""Puts the project's template on the emulator, as a deployment would put it into AWS."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

import signpost_stack
from local_aws import template as templates
from local_aws.bundle import bundle
from local_aws.clients import CONFIG, LocalSession
from local_aws.errors import LocalAwsError
from local_aws.references import definition_problems, template_problems

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

STACK_NAME = "signpost"
BUCKET = "signpost-local-artifacts"
CODE_KEY = "functions.zip"
TEMPLATE_KEY = "template.json"
TIMEOUT_SECONDS = 120.0

_DONE = "CREATE_COMPLETE"
_GOING = ("CREATE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS", "REVIEW_IN_PROGRESS")


@dataclass(frozen=True)
class Deployment:
    """What the rest needs to know of the deployed stack."""

    account: str
    state_machine_arn: str
    function_names: tuple[str, ...]


def deploy(
    session: LocalSession,
    parameters: Mapping[str, str],
    progress: Callable[[str], None],
) -> Deployment:
    """Create the stack and wait for it.

    Raises LocalAwsError with what the stack's events say, when it can't be created.
    """
    template = templates.load(signpost_stack.TEMPLATE)
    definitions = _read(template)
    progress("Uploading the functions and the state machines")
    _upload(session, bundle(signpost_stack.functions()), definitions)
    progress("Creating the stack from template.yaml")
    cloudformation = session.client("cloudformation", endpoint_url=session.endpoint, config=CONFIG)
    body = json.dumps(templates.localised(template, BUCKET, CODE_KEY))
    # By way of S3, as `sam deploy` does: a request takes no more than 51,200 bytes of template.
    s3 = session.client("s3", endpoint_url=session.endpoint, config=CONFIG)
    s3.put_object(Bucket=BUCKET, Key=TEMPLATE_KEY, Body=body.encode())
    try:
        cloudformation.create_stack(
            StackName=STACK_NAME,
            TemplateURL=f"{session.endpoint}/{BUCKET}/{TEMPLATE_KEY}",
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
            DisableRollback=True,
        )
    except ClientError as error:
        raise LocalAwsError(f"The template was refused: {_message(error)}") from error
    outputs = _wait(cloudformation)
    resources = cloudformation.describe_stack_resources(StackName=STACK_NAME)["StackResources"]
    sts = session.client("sts", endpoint_url=session.endpoint, config=CONFIG)
    return Deployment(
        account=sts.get_caller_identity()["Account"],
        state_machine_arn=outputs["StateMachineArn"],
        function_names=tuple(
            resource["PhysicalResourceId"]
            for resource in resources
            if resource["ResourceType"] == "AWS::Lambda::Function"
        ),
    )


def _read(template: templates.Template) -> dict[str, bytes]:
    """The state machines' definitions by their keys, once they and the template were looked at."""
    problems = [f"template.yaml: {one}" for one in template_problems(template)]
    definitions = {}
    for key, substitutions in templates.definitions(template).items():
        try:
            definitions[key] = (signpost_stack.ROOT / key).read_bytes()
        except OSError as error:
            raise LocalAwsError(f"The state machine {key} can't be read: {error}") from error
        text = definitions[key].decode(errors="replace")
        problems += [f"{key}: {one}" for one in definition_problems(text, substitutions)]
    if problems:
        raise LocalAwsError("\n".join(problems))
    return definitions


def _upload(session: LocalSession, code: bytes, definitions: Mapping[str, bytes]) -> None:
    s3 = session.client("s3", endpoint_url=session.endpoint, config=CONFIG)
    # Made by hand, because CreateBucket wants no location in us-east-1 and one elsewhere.
    location: dict[str, Any] = (
        {}
        if session.region_name == "us-east-1"
        else {"CreateBucketConfiguration": {"LocationConstraint": session.region_name}}
    )
    s3.create_bucket(Bucket=BUCKET, **location)
    s3.put_object(Bucket=BUCKET, Key=CODE_KEY, Body=code)
    for key, text in definitions.items():
        s3.put_object(Bucket=BUCKET, Key=key, Body=text)


def _wait(cloudformation: CloudFormationClient) -> dict[str, str]:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while True:
        stack = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]
        status = stack["StackStatus"]
        if status == _DONE:
            return {
                output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])
            }
        if status not in _GOING:
            raise LocalAwsError(f"The stack could not be created: {_reason(cloudformation)}")
        if time.monotonic() > deadline:
            raise LocalAwsError(f"The stack was not complete within {TIMEOUT_SECONDS:.0f} s.")
        time.sleep(0.1)


def _reason(cloudformation: CloudFormationClient) -> str:
    """Every failure that the stack's events tell of, oldest first."""
    events = cloudformation.describe_stack_events(StackName=STACK_NAME)["StackEvents"]
    failures = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
        for event in reversed(events)
        if event["ResourceStatus"].endswith("_FAILED")
    ]
    return "; ".join(failures) or "its events tell of no failure."


def _message(error: ClientError) -> str:
    return str(error.response["Error"]["Message"])
