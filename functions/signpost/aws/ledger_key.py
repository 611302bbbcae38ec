"""The key that signs ledgers, derived from a KMS key that never leaves KMS."""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from signpost.aws.clients import calling, client, code_of
from signpost.errors import InvalidConfiguration

# Of this constant KMS makes the key: whoever may have it made may sign ledgers.
_PURPOSE = b"signpost ledger format 2"
# A key that is disabled, gone or of another kind (KMS API Reference, GenerateMac).
_UNUSABLE = (
    "DisabledException",
    "NotFoundException",
    "InvalidKeyUsageException",
    "KMSInvalidStateException",
)


@cache
def ledger_key(key_arn: str) -> bytes:
    """The key of 32 octets, asked for once a warm function. Raises what `derive` raises."""
    return derive(client("kms"), key_arn)


def derive(kms: Any, key_arn: str) -> bytes:
    """The key of 32 octets: one GenerateMac by a boto3 `kms` client.

    Raises InvalidConfiguration where the KMS key can't be used, Throttled, AwsUnavailable or
    AccessDenied.
    """
    try:
        with calling("kms:GenerateMac", key_arn):
            answer = kms.generate_mac(KeyId=key_arn, MacAlgorithm="HMAC_SHA_256", Message=_PURPOSE)
    except ClientError as error:
        if code_of(error) not in _UNUSABLE:
            raise
        raise InvalidConfiguration(
            f"The key {key_arn}, which signs the ledgers, can't be used: {code_of(error)}. Nothing "
            "was changed. Enable it, or cancel its deletion; if it is lost, docs/operations.md "
            "tells how ledgers are signed anew."
        ) from error
    return bytes(answer["Mac"])
