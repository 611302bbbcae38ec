"""`signpost doctor`: what the stack may write."""

from __future__ import annotations

from typing import Any

import pytest

from signpost.aws.bounds import NAMES
from signpost_cli.checks import bounds
from signpost_cli.checks.findings import Severity
from tests.support.doctor import AGAIN, codes, installation, stopping
from tests.support.parameters import SETTINGS
from tests.support.stub import Stub
from tests.support.zones import PROD, PUBLIC

KEY = SETTINGS.ledger_key_arn
SCOPED = {"AllowedHostnames": "**.{cluster}.{zone}"}


def aws(state: str | None = "Enabled", **values: str) -> dict[str, Any]:
    """KMS and Systems Manager; no state: the key is gone."""
    kms, ssm = Stub("kms"), Stub("ssm")
    if state:
        kms.answers("describe_key", KeyMetadata={"KeyId": "mac-key", "KeyState": state})
    else:
        kms.fails("describe_key", "NotFoundException")
    path = SETTINGS.bounds_path
    found = [{"Name": f"{path}/{name}", "Value": value} for name, value in values.items()]
    ssm.answers("get_parameters", Parameters=found)
    return {"kms": kms.client, "ssm": ssm.client}


def as_the_stack_says(**parameters: str) -> dict[str, str]:
    known = installation(parameters=parameters).parameters
    return {name: known[name] for name in NAMES}


def test_what_is_as_the_stack_says_is_sound_and_told() -> None:
    made = installation(aws(**as_the_stack_says()))

    (finding,) = bounds.check(made, [PROD])

    assert finding.severity is Severity.OK
    assert "**.{zone}, but not www.{zone}" in finding.what


@pytest.mark.parametrize(
    ("state", "mend"),
    [
        ("Disabled", "enable-key"),
        ("PendingDeletion", "cancel-key-deletion"),
        (None, "docs/operations.md"),
    ],
)
def test_a_key_that_can_not_be_used_stops_the_work(state: str | None, mend: str) -> None:
    made = installation(aws(state, **as_the_stack_says()))

    findings = bounds.check(made, [PROD])

    assert stopping(findings) == ["key-unusable"]
    assert mend in findings[0].mend


def test_a_parameter_that_was_edited_or_deleted_is_told_with_both_values() -> None:
    values = as_the_stack_says() | {"AllowedHostnames": "{zone}"}
    del values["DeniedHostnames"]

    findings = bounds.check(installation(aws(**values)), [PROD])

    assert codes(findings) == ["bounds-edited"] * 2
    assert "is '{zone}', the stack's parameter '**.{zone}'" in findings[0].what


def test_what_may_not_be_read_is_said() -> None:
    kms, ssm = Stub("kms"), Stub("ssm")
    kms.fails("describe_key", "AccessDeniedException")
    ssm.fails("get_parameters", "AccessDeniedException")

    findings = bounds.check(installation({"kms": kms.client, "ssm": ssm.client}), [PROD])

    assert codes(findings) == ["not-checked"] * 2


@pytest.mark.parametrize(
    ("zones", "parameters", "expected"),
    [
        ([PUBLIC], {}, ["zone-open"]),
        ([PUBLIC, PROD], {}, ["zone-open"]),
        ([PROD], {}, []),
        ([PUBLIC], SCOPED, []),
        ([PUBLIC], {"ClusterNames": "prod"}, []),
        ([PUBLIC], {"AllowedHostnames": "**.{cluster}.{zone},{service}.{zone}"}, ["zone-open"]),
    ],
)
def test_a_public_zone_that_is_open_to_all_clusters_is_told(
    zones: Any, parameters: dict[str, str], expected: list[str]
) -> None:
    assert codes(bounds.judge_open(zones, installation(parameters=parameters))) == expected


@pytest.mark.parametrize(
    ("ids", "expected"),
    [(1, []), (167, []), (168, ["zones-near-limit"]), (186, ["zones-near-limit"])],
)
def test_zones_for_which_there_is_hardly_room_are_warned_of(ids: int, expected: list[str]) -> None:
    listed = ",".join(f"Z{number:020d}" for number in range(ids))

    findings = bounds.judge_room({"HostedZoneIds": listed, "AllowedHostnames": "**"}, AGAIN)

    assert [finding.code for finding in findings] == expected
    assert all(f"{len(listed):,} characters ({ids} entries)" in one.what for one in findings)
    assert all(one.severity is Severity.WARNING for one in findings)
