"""The Route 53 client: with the function's own rights, or with a role of the zones' account."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import boto3

from signpost.aws.clients import CONFIG, calling, client
from signpost.errors import AccessDenied
from signpost.settings import Settings

_MAX_SESSION_NAME = 64  # STS API Reference, AssumeRole
SESSION_SECONDS = 3600  # the longest for a role that a role assumes; an execution ends sooner


def route53_client(settings: Settings, execution: str) -> Any:
    """A boto3 `route53` client; where `ZoneRoleArn` is set, one that has assumed that role.

    The session's name tells the execution, so that the zones' account sees in its CloudTrail who
    changed what. Raises AccessDenied naming the role, Throttled or AwsUnavailable.
    """
    if not settings.zone_role_arn:
        return client("route53")
    return _assumed(settings.zone_role_arn, settings.zone_role_external_id, execution)


@lru_cache(maxsize=1)
def _assumed(role: str, external_id: str, execution: str) -> Any:
    """One for each execution that a warm function works for, as long as it is the latest."""
    session = re.sub(r"[^\w+=,.@-]", "-", f"signpost-{execution}", flags=re.ASCII)
    request = {
        "RoleArn": role,
        "RoleSessionName": session[:_MAX_SESSION_NAME],
        "DurationSeconds": SESSION_SECONDS,
    }
    if external_id:
        request["ExternalId"] = external_id
    try:
        with calling("sts:AssumeRole", role):
            credentials = client("sts").assume_role(**request)["Credentials"]
    except AccessDenied as denied:
        raise AccessDenied(
            f"The role {role} (parameter ZoneRoleArn) can't be assumed: its trust policy must "
            f"allow this function's role, with the external id of ZoneRoleExternalId. {denied}"
        ) from denied
    return boto3.client(
        "route53",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        config=CONFIG,
    )
