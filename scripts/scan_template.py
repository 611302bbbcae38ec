"""Checkov on template.yaml, as AWS deploys it: `make check`.

Of a SAM template Checkov sees little, since roles and permissions come only with the transform. So
SAM's own translator makes it first. Beside it lies a canary, the same with one role that may do
everything: a scan that does not find that one has looked at nothing, and fails.
"""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform

from local_aws import template as templates

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "checkov"
CHECKOV = ROOT / "build" / "checkov-venv" / "bin" / "checkov"
LEAST = 100  # checks that pass; there were 164 when this was written
CANARY = "AWS::IAM::Role.Canary"
EVERYTHING = "CKV_AWS_62"  # a role that may do everything

Template = dict[str, Any]


class _NoManagedPolicies:
    def load(self) -> dict[str, str]:
        return {}


def main() -> int:
    """Scan both; 0 when only the canary is wrong."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")  # SAM asks boto3 for one
    scanned = deployed(templates.load(ROOT / "template.yaml"))
    BUILD.mkdir(parents=True, exist_ok=True)
    for name, made in (("template", scanned), ("canary", with_canary(scanned))):
        (BUILD / f"{name}.json").write_text(json.dumps(made, indent=1))
    command = [
        str(CHECKOV), "--config-file", str(ROOT / ".checkov.yaml"), "--directory", str(BUILD),
        "--output", "json", "--compact", "--quiet",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        told = json.loads(done.stdout)
        summary, failed = told["summary"], told["results"]["failed_checks"]
    except (ValueError, KeyError, TypeError):
        sys.stderr.write(f"{done.stdout}{done.stderr}Checkov did not report what it did.\n")
        return 1
    wrong = complaints(summary, failed)
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    if not wrong:
        sys.stdout.write(f"Checkov: {summary['passed']} checks passed, canary found\n")
    return 1 if wrong else 0


def deployed(template: Template) -> Template:
    """The template as CloudFormation gets it from SAM, with code somewhere in S3."""
    located = templates.localised(template, "code", "functions.zip")
    values = {name: one.get("Default", "x") for name, one in located["Parameters"].items()}
    made: Template = transform(located, values, _NoManagedPolicies())
    return made


def with_canary(template: Template) -> Template:
    """A copy with a role that may do everything."""
    made = copy.deepcopy(template)
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    made["Resources"]["Canary"] = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            "Policies": [
                {
                    "PolicyName": "p",
                    "PolicyDocument": {"Version": "2012-10-17", "Statement": [everything]},
                }
            ],
        },
    }
    return made


def complaints(summary: dict[str, int], failed: list[dict[str, Any]]) -> list[str]:
    """What is wrong with the template, or with the scan; `failed` is of template and canary."""
    said = [
        f"{one['check_id']} {one['check_name']}: {one['resource']}"
        for one in failed
        if one["resource"] != CANARY and one["file_path"] == "/template.json"
    ]
    if not any((one["check_id"], one["resource"]) == (EVERYTHING, CANARY) for one in failed):
        said.append(f"{EVERYTHING} did not find {CANARY}: Checkov does not look.")
    if summary["parsing_errors"]:
        said.append(f"Checkov could not read {summary['parsing_errors']} files.")
    if summary["passed"] < 2 * LEAST:
        said.append(f"Only {summary['passed']} checks passed in two files: most was not looked at.")
    return said


if __name__ == "__main__":
    sys.exit(main())
