"""What the stack may write: do Systems Manager and KMS have what the functions ask them for, and
how much is left to everybody?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from signpost.aws import bounds
from signpost.model.zone import Zone
from signpost_cli.checks.catalogue import BOUNDS
from signpost_cli.checks.findings import Finding, found, sound
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Missing, attempt, reading

_GONE = ("NotFoundException",)
# Of a parameter's value, in CloudFormation and in Systems Manager (their quotas): no other limit of
# the stack comes before (tests/template/test_limits.py).
MOST_CHARACTERS = 4096
NEAR = 0.9  # of it


def check(installation: Installation, zones: Sequence[Zone]) -> list[Finding]:
    """The key of the ledgers, the parameters in Systems Manager, and public zones open to all."""
    findings = attempt(BOUNDS, "the key of the ledgers", partial(_key, installation))
    what = "the parameters in Systems Manager"
    findings += attempt(BOUNDS, what, partial(_parameters, installation))
    findings += judge_room(installation.parameters, installation.redeploy)
    findings += judge_open(zones, installation)
    rules = installation.bounds.hostnames
    return findings or [
        sound(
            BOUNDS,
            f"The key of the ledgers can be used. Names: {', '.join(rules.allowed)}, but not "
            f"{', '.join(rules.denied) or 'none'}.",
        )
    ]


def _key(installation: Installation) -> list[Finding]:
    arn = installation.outputs.get("LedgerKeyArn", "")
    try:
        with reading("kms:DescribeKey", arn, _GONE):
            answer = installation.client("kms").describe_key(KeyId=arn)
            return judge_key(arn, answer["KeyMetadata"])
    except Missing:
        return judge_key(arn, {"KeyState": "gone"})


def judge_key(arn: str, key: Mapping[str, Any]) -> list[Finding]:
    """A key that is disabled, deleted or about to be."""
    state = key["KeyState"]
    if state == "Enabled":
        return []
    mend = {
        "Disabled": f"aws kms enable-key --key-id {arn}",
        "PendingDeletion": f"aws kms cancel-key-deletion --key-id {arn}\n"
        f"aws kms enable-key --key-id {arn}",
    }.get(state, "# See docs/operations.md, the key of the ledgers.")
    return [found("key-unusable", f"The key of the ledgers, {arn}, is {state}.", mend)]


def _parameters(installation: Installation) -> list[Finding]:
    path = installation.settings.bounds_path
    with reading("ssm:GetParameters", path):
        ssm = installation.client("ssm")
        answer = ssm.get_parameters(Names=[f"{path}/{name}" for name in bounds.NAMES])
        values = {item["Name"].rpartition("/")[2]: item["Value"] for item in answer["Parameters"]}
    return judge_parameters(path, values, installation.parameters)


def judge_parameters(
    path: str, values: Mapping[str, str], expected: Mapping[str, str]
) -> list[Finding]:
    """Those that say something else than the stack does, or are gone."""
    return [
        found(
            "bounds-edited",
            f"{path}/{name} is {values.get(name)!r}, the stack's parameter {expected[name]!r}.",
            f"aws ssm put-parameter --overwrite --type String --name {path}/{name} "
            f"--value '{expected[name]}'",
        )
        for name in bounds.NAMES
        if values.get(name) != expected[name]
    ]


def judge_room(parameters: Mapping[str, str], redeploy: str) -> list[Finding]:
    """Those that can hardly grow any more."""
    return [
        found(
            "zones-near-limit",
            f"{name} has {len(value):,} characters ({value.count(',') + 1} entries), and a "
            f"parameter holds {MOST_CHARACTERS:,}.",
            f"{redeploy}   # with fewer in {name}, or a second stack for some of the zones",
        )
        for name in bounds.NAMES
        if len(value := parameters.get(name, "")) >= NEAR * MOST_CHARACTERS
    ]


def judge_open(zones: Sequence[Zone], installation: Installation) -> list[Finding]:
    """Public zones in which a service of any cluster may take any name."""
    public = [zone.name for zone in zones if not zone.private]
    rules = installation.bounds.hostnames
    anybody = [pattern for pattern in rules.allowed if "{cluster}" not in pattern]
    if not public or not anybody or installation.settings.cluster_names:
        return []
    return [
        found(
            "zone-open",
            f"Who may create a service in any cluster may take any free name like "
            f"{', '.join(anybody)} in {', '.join(public)}.",
            "sam deploy --parameter-overrides 'AllowedHostnames=**.{cluster}.{zone}'\n"
            "sam deploy --parameter-overrides ClusterNames=CLUSTER   # or so",
        )
    ]
