"""The Route 53 client: with the function's own rights, or with a role of the zones' account."""

from __future__ import annotations

import re
import time
from functools import lru_cache
from typing import Any

import boto3

from signpost.aws.clients import CONFIG, calling, client
from signpost.errors import AccessDenied
from signpost.settings import ZoneRole

_MAX_SESSION_NAME = 64  # STS API Reference, AssumeRole
SESSION_SECONDS = 3600  # the longest for a role that a role assumes


def route53_client(execution: str) -> Any:
    """A boto3 `route53` client; where the zones are in another account, one that has assumed the
    function's role there.

    The session's name tells the execution, so that the zones' account sees in its CloudTrail who
    changed what. Raises AccessDenied naming the role, InvalidConfiguration, Throttled or
    AwsUnavailable.
    """
    role = ZoneRole.from_env()
    if not role.arn:
        return client("route53")
    return _assumed(role, execution, int(time.monotonic() // (SESSION_SECONDS / 2)))


@lru_cache(maxsize=1)
def _assumed(role: ZoneRole, execution: str, period: int) -> Any:
    """One for each execution that a warm function works for, as long as it is the latest, and anew
    in each `period`, before the session ends.
    """
    session = re.sub(r"[^\w+=,.@-]", "-", f"signpost-{execution}", flags=re.ASCII)
    request = {
        "RoleArn": role.arn,
        "RoleSessionName": session[:_MAX_SESSION_NAME],
        "DurationSeconds": SESSION_SECONDS,
    }
    if role.external_id:
        request["ExternalId"] = role.external_id
    try:
        with calling("sts:AssumeRole", role.arn):
            credentials = client("sts").assume_role(**request)["Credentials"]
    except AccessDenied as denied:
        raise AccessDenied(
            f"The role {role.arn} (parameter ZoneReadRoleArn or ZoneWriteRoleArn) can't be "
            "assumed: its trust policy must allow this function's role, with the external id of "
            f"ZoneRoleExternalId. {denied}"
        ) from denied
    return boto3.client(
        "route53",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
        config=CONFIG,
    )
