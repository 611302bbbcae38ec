"""The key of the signatures, as KMS gives it or refuses it."""

from __future__ import annotations

import pytest

from signpost.aws.ledger_key import derive
from signpost.errors import AccessDenied, InvalidConfiguration, Throttled
from tests.support.ledgers import kms
from tests.support.parameters import MAC
from tests.support.stub import Stub

KEY = "arn:aws:kms:eu-west-1:123456789012:key/mac"


def test_the_key_is_what_kms_makes_of_a_constant() -> None:
    assert derive(kms(), KEY) == MAC


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("DisabledException", InvalidConfiguration),
        ("NotFoundException", InvalidConfiguration),
        ("KMSInvalidStateException", InvalidConfiguration),
        ("InvalidKeyUsageException", InvalidConfiguration),
        ("AccessDeniedException", AccessDenied),
        ("ThrottlingException", Throttled),
    ],
)
def test_a_key_that_can_not_be_used_is_named(code: str, error: type[Exception]) -> None:
    refused = Stub("kms")
    refused.fails("generate_mac", code)

    with pytest.raises(error, match=KEY):
        derive(refused.client, KEY)
