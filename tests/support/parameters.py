"""A stack's parameters as the functions' environment variables have them."""

from __future__ import annotations

import os

from signpost.ledger.seal import Seal
from signpost.settings import Settings

EXAMPLE = {
    "OWNER_ID": "signpost",
    "HOSTNAME_TEMPLATE": "{service}.{zone}",
    "HOSTNAME_SOURCE": "template",
    "RECORD_KIND": "ALIAS",
    "RECORD_TTL": "60",
    "POLICY": "sync",
    "ADOPT_IDENTICAL": "false",
    "CLUSTER_NAMES": "",
    "SELECTION": "all",
    "VERIFY_MODE": "auto",
    "DNS_SERVERS": "",
    "IN_VPC": "false",
    "SWEEP_BRAKE_PERCENT": "20",
    "ACCOUNT_ID": "123456789012",
    "STACK_ID": "arn:aws:cloudformation:eu-west-1:123456789012:stack/signpost/8d7e9ad0-0c4b-11f0",
    "LEDGER_KEY_ARN": "arn:aws:kms:eu-west-1:123456789012:key/mac-key",
    "BOUNDS_PATH": "/signpost/signpost",
    "EVENT_SOURCES": "aws.ecs,aws.elasticloadbalancing",
    # Another one for `tests/workflow/test_partitions.py`, which runs tests in other partitions.
    "AWS_REGION": os.environ.get("SIGNPOST_TEST_REGION", "eu-west-1"),
}
SETTINGS = Settings.from_env(EXAMPLE)
# What the key in KMS gives for the constant that ledgers' key is made from, in these tests.
MAC = b"0123456789abcdef0123456789abcdef"
SEAL = Seal(MAC, SETTINGS.label)
