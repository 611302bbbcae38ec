"""A stack's parameters as the functions' environment variables have them."""

from __future__ import annotations

import os

from signpost.settings import Settings

EXAMPLE = {
    "HOSTED_ZONE_IDS": "Z1",
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
    "ZONE_ROLE_ARN": "",
    "ZONE_ROLE_EXTERNAL_ID": "",
    "SWEEP_BRAKE_PERCENT": "20",
    "ACCOUNT_ID": "123456789012",
    "EVENT_SOURCES": "aws.ecs",
    # Another one for `tests/workflow/test_partitions.py`, which runs tests in other partitions.
    "AWS_REGION": os.environ.get("SIGNPOST_TEST_REGION", "eu-west-1"),
}
SETTINGS = Settings.from_env(EXAMPLE)
