"""Nothing names a partition: in `aws-cn`, `aws-us-gov` and `aws-eusc`, ARNs begin otherwise.

Step Functions refuses a state whose `Resource` is in another partition only when it comes to it, as
States.Runtime, which nothing catches (aws/aws-cdk#4597).
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

import boto3
import pytest

from signpost_cli.target import Target, console_link
from tests.support.rendered import render
from tests.support.template import ROOT, TEMPLATE

PARTITIONS = boto3.Session().get_available_partitions()
# What may stand between `arn:` and the next colon, of which there is one after the partition. `*`:
# wildcards may stand in every segment but the service's (IAM User Guide, "IAM JSON policy elements:
# Resource"); `aws[a-z-]*` is a pattern, for all of them.
ALLOWED = {
    "template.yaml": {"${AWS::Partition}", "*", "aws[a-z-]*"},
    "statemachine/service_change.asl.json": {"${Partition}"},
    "statemachine/sweep.asl.json": {"${Partition}"},
}
CODE = [
    path.relative_to(ROOT).as_posix()
    for folder in ("functions", "scripts")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
# Where code has to say which partition it means.
NAMED = {
    "scripts/signpost_cli/target.py": set(PARTITIONS),  # each has a console of its own
    # The emulator knows this one only.
    "scripts/local_aws/emulated/permissions.py": {"aws"},
    "scripts/local_aws/emulated/starts.py": {"aws"},
    "scripts/local_aws/emulated/tags.py": {"aws"},  # of tags that are AWS's own
}
# A partition as a word of its own, or where it stands in (a part of) an ARN; `aws:SourceArn` is a
# condition key and `aws.ecs` a source of events.
PARTITION = re.compile(r"(?:^|(?<=arn:)|(?<=^:))(aws(?:-[a-z]+)*)(?=$|:(?![A-Z]))")


def constants(code: str) -> Iterator[str]:
    """Every text in code, those in f-strings too, but for docstrings."""
    tree = ast.parse(code)
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def named(code: str) -> set[str]:
    """The partitions that code names."""
    return {found for text in constants(code) for found in PARTITION.findall(text)}


@pytest.mark.parametrize("file", ALLOWED)
def test_every_arn_of_template_and_state_machines_is_of_its_own_partition(file: str) -> None:
    text = (ROOT / file).read_text()
    found = set(re.findall(r"arn:(\$\{[^}]*\}|[^:]*)", text))
    assert found
    assert found <= ALLOWED[file]


@pytest.mark.parametrize(
    ("region", "partition"),
    [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eusc-de-east-1", "aws-eusc")],
)
def test_what_sam_makes_of_the_template_is_of_the_regions_partition(
    region: str, partition: str
) -> None:
    text = json.dumps(render(region, VpcSubnetIds="subnet-1", ZoneReadRoleArn="role"))
    assert set(re.findall(r"arn:([^:]*)", text)) == {"*", partition}


@pytest.mark.parametrize("file", CODE)
def test_code_names_no_partition(file: str) -> None:
    assert named((ROOT / file).read_text()) <= NAMED.get(file, set())


@pytest.mark.parametrize(
    "code",
    [
        'arn = "arn:aws:states:::lambda:invoke"',
        'arn = f"arn:aws-cn:iam::{account}:role/x"',
        'arn = "arn:" + "aws" + ":iam::1:role/x"',
        'arn = "arn:%s:iam::1:role/x" % "aws-us-gov"',
        'arn = ":".join(["arn", "aws-eusc", "iam", "", "1", "role/x"])',
        'arn = "arn:{}".format("aws:iam::1:role/x")',
        'arn = "arn" + ":aws:iam::1:role/x"',
        'texts = {"x": ["a", b"", f"{one}arn:aws:sqs:{two}"]}',
    ],
)
def test_a_partition_is_found_however_it_is_written(code: str) -> None:
    assert named(code)


@pytest.mark.parametrize(
    "code",
    [
        'def f():\n    """Of `arn:aws:iam::1:role/x`."""',
        'source = "aws.ecs"',
        'key = "aws:SourceArn"',
        'mend = "aws events enable-rule --name x"',
        'arn = f"arn:{partition}:iam::{account}:role/x"',
    ],
)
def test_what_is_no_partition_is_not_taken_for_one(code: str) -> None:
    assert not named(code)


def test_the_templates_consoles_are_those_of_the_command() -> None:
    for partition, console in TEMPLATE["Mappings"]["Consoles"].items():
        link = console_link(f"arn:{partition}:states:r-1:123456789012:execution:S:one")
        assert link
        assert re.match(rf"https://(r-1\.)?{re.escape(console['Host'])}/", link)


def test_every_public_partition_has_a_console() -> None:
    isolated = {one for one in PARTITIONS if one.startswith("aws-iso")}
    assert set(TEMPLATE["Mappings"]["Consoles"]) == set(PARTITIONS) - isolated


@pytest.mark.parametrize("region", ["eu-west-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1"])
def test_the_command_knows_the_endpoints_of_every_public_partition(region: str) -> None:
    target = Target()
    target.sfn = boto3.client("stepfunctions", region_name=region)
    partition = boto3.Session().get_partition_for_region(region)

    assert target.console_link(f"arn:{partition}:states:{region}:1:execution:S:one")
