"""Checkov's scan of the template counts only when it has looked."""

from __future__ import annotations

from typing import Any

import pytest

import scan_template
from local_aws import template as templates

SUMMARY = {"passed": 322, "failed": 1, "parsing_errors": 0}
FOUND = {
    "check_id": scan_template.EVERYTHING,
    "check_name": "no role may do everything",
    "resource": scan_template.CANARY,
    "file_path": "/canary.json",
}
WRONG = {**FOUND, "check_id": "CKV_AWS_1", "resource": "AWS::IAM::Role.Mine"}


def test_all_is_well_where_only_the_canary_is_wrong() -> None:
    assert scan_template.complaints(SUMMARY, [FOUND]) == []


@pytest.mark.parametrize(
    ("summary", "failed", "said"),
    [
        (SUMMARY, [], "did not find AWS::IAM::Role.Canary"),
        (SUMMARY, [{**FOUND, "check_id": "CKV_AWS_1"}], "did not find"),
        (SUMMARY, [FOUND, {**WRONG, "file_path": "/template.json"}], "AWS::IAM::Role.Mine"),
        ({**SUMMARY, "passed": 3}, [FOUND], "Only 3 checks passed"),
        ({**SUMMARY, "parsing_errors": 1}, [FOUND], "could not read 1"),
    ],
)
def test_what_is_wrong_or_was_not_looked_at_fails(
    summary: dict[str, int], failed: list[dict[str, Any]], said: str
) -> None:
    (complaint,) = scan_template.complaints(summary, failed)
    assert said in complaint


def test_what_is_scanned_has_the_roles_that_sam_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    made = scan_template.deployed(templates.load(scan_template.ROOT / "template.yaml"))
    kinds = [resource["Type"] for resource in made["Resources"].values()]

    assert kinds.count("AWS::IAM::Role") > 12
    assert not any(kind.startswith("AWS::Serverless") for kind in kinds)
    assert "Canary" in scan_template.with_canary(made)["Resources"]
    assert "Canary" not in made["Resources"]


def test_each_skipped_check_has_its_reason_before_it() -> None:
    lines = (scan_template.ROOT / ".checkov.yaml").read_text().splitlines()
    skipped = [number for number, line in enumerate(lines) if line.startswith("  - CKV")]
    assert skipped
    assert all(lines[number - 1].startswith("  # ") for number in skipped)
