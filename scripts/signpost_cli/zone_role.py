"""The role with which the hosted zones are read where they are in another account."""

from __future__ import annotations

from typing import Any

import boto3

READER = "PlanChangeFunction"  # one of the functions that assume the role


def external_id(lambda_: Any, function: str) -> str:
    """The stack's external id, empty for none; `function` is the name of READER.

    CloudFormation shows a NoEcho parameter as `****`, so it is read where it is used: in a
    function's environment. Raises botocore's errors.
    """
    configuration = lambda_.get_function_configuration(FunctionName=function)
    variables = configuration.get("Environment", {}).get("Variables", {})
    return str(variables.get("ZONE_ROLE_EXTERNAL_ID", ""))


def assume(sts: Any, role: str, external_id: str, session: str) -> boto3.Session:
    """A session of the role of `ZoneReadRoleArn`, named `session`. Raises botocore's errors."""
    request = {"RoleArn": role, "RoleSessionName": session}
    if external_id:
        request["ExternalId"] = external_id
    given = sts.assume_role(**request)["Credentials"]
    return boto3.Session(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        region_name=sts.meta.region_name,
    )
