"""Sessions for the emulator that no setting of the user's own AWS account can reach."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

import boto3
from botocore.config import Config

ACCESS_KEY = "test"
SECRET_KEY = "test"  # noqa: S105 - the emulator's root key, not a secret
DEFAULT_REGION = "us-east-1"

_DROPPED_PREFIXES = ("AWS_", "PYTHON", "COV_", "SFN_", "LAMBDA_", "MINISTACK_", "LOCALSTACK_")
_DROPPED = ("VIRTUAL_ENV", "PERSIST_STATE", "S3_PERSIST", "USE_SSL", "SERVICES", "EDGE_PORT")

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")

CONFIG = Config(
    retries={"max_attempts": 2, "mode": "standard"},
    connect_timeout=5,
    read_timeout=60,
    proxies={},
    parameter_validation=False,
)


class LocalSession(boto3.Session):
    """A boto3 session whose clients are to be made for one local endpoint.

    Give each client `endpoint_url=session.endpoint, config=CONFIG`.
    """

    def __init__(self, endpoint: str, region: str) -> None:
        super().__init__(
            aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY, region_name=region
        )
        self.endpoint = endpoint


def region_from(environ: Mapping[str, str]) -> str:
    """The region that plain AWS tools would use here, so that they find the local AWS in it."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        if _REGION.fullmatch(environ.get(name, "")):
            return environ[name]
    return DEFAULT_REGION


def isolated(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without any setting of the user's own AWS account or Python."""
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith(_DROPPED_PREFIXES) and name not in _DROPPED
    }
    return kept | {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def child_environment(endpoint: str, region: str) -> dict[str, str]:
    """What a child process needs in its environment so that boto3 and the AWS CLI come here."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }
