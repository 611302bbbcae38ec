"""The template as the local AWS changes it: in two ways, and in no other."""

from __future__ import annotations

import io
import os
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

import signpost_stack
from local_aws import template as templates
from local_aws.bundle import bundle
from local_aws.emulated.permissions import condition_keys, resource_of
from local_aws.emulator import emulator_environment
from local_aws.errors import LocalAwsError

Change = tuple[str, Any, Any]


def differences(old: Any, new: Any, path: str = "") -> list[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            change
            for key in sorted({*old, *new})
            for change in differences(old.get(key), new.get(key), f"{path}/{key}")
        ]
    return [] if old == new else [(path, old, new)]


def test_only_runtime_and_source_are_changed() -> None:
    original = templates.load(signpost_stack.TEMPLATE)

    local = templates.localised(original, "bucket", "code.zip")

    assert differences(original, local) == [
        (
            "/Globals/Function/CodeUri",
            "functions/",
            {"Bucket": "bucket", "Key": "code.zip"},
        ),
        (
            "/Globals/Function/Environment/Variables/EVENT_SOURCES",
            "aws.ecs,aws.elasticloadbalancing",
            "aws.ecs,aws.elasticloadbalancing,local.ecs,local.elasticloadbalancing",
        ),
        ("/Globals/Function/Runtime", "python3.13", "provided.al2023"),
        (
            "/Resources/ListenerRuleEventRule/Properties/EventPattern/source",
            ["aws.elasticloadbalancing"],
            ["aws.elasticloadbalancing", "local.elasticloadbalancing"],
        ),
        (
            "/Resources/ServiceChange/Properties/DefinitionUri",
            "statemachine/service_change.asl.json",
            {"Bucket": "bucket", "Key": "statemachine/service_change.asl.json"},
        ),
        (
            "/Resources/ServiceEventRule/Properties/EventPattern/source",
            ["aws.ecs"],
            ["aws.ecs", "local.ecs"],
        ),
        (
            "/Resources/Sweep/Properties/DefinitionUri",
            "statemachine/sweep.asl.json",
            {"Bucket": "bucket", "Key": "statemachine/sweep.asl.json"},
        ),
        (
            "/Resources/TaskEventRule/Properties/EventPattern/source",
            ["aws.ecs"],
            ["aws.ecs", "local.ecs"],
        ),
    ]


def test_every_rule_hears_the_local_twin_of_each_source_that_is_told_here() -> None:
    rule = {"Type": "AWS::Events::Rule"}
    original: templates.Template = {
        "Globals": {
            "Function": {
                "Environment": {"Variables": {"EVENT_SOURCES": "aws.ecs,aws.elasticloadbalancing"}}
            }
        },
        "Resources": {
            "Tasks": {**rule, "Properties": {"EventPattern": {"source": ["aws.ecs"]}}},
            "Rules": {
                **rule,
                "Properties": {"EventPattern": {"source": ["aws.elasticloadbalancing"]}},
            },
            "Failures": {**rule, "Properties": {"EventPattern": {"source": ["aws.states"]}}},
        },
    }

    local = templates.localised(original, "bucket", "code.zip")

    assert [one["Properties"]["EventPattern"]["source"] for one in local["Resources"].values()] == [
        ["aws.ecs", "local.ecs"],
        ["aws.elasticloadbalancing", "local.elasticloadbalancing"],
        ["aws.states"],
    ]
    assert local["Globals"]["Function"]["Environment"]["Variables"]["EVENT_SOURCES"] == (
        "aws.ecs,aws.elasticloadbalancing,local.ecs,local.elasticloadbalancing"
    )


def test_short_forms_become_long_ones(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(
        "Resources:\n  A: !GetAtt B.Arn.Part\n  C: !Ref D\n  E: !Sub x${F}\n"
        "  G: !Join ['', [!Ref H]]\n"
    )

    assert templates.load(path)["Resources"] == {
        "A": {"Fn::GetAtt": ["B", "Arn.Part"]},
        "C": {"Ref": "D"},
        "E": {"Fn::Sub": "x${F}"},
        "G": {"Fn::Join": ["", [{"Ref": "H"}]]},
    }


@pytest.mark.parametrize("text", ["a: [", "- no mapping", "Outputs: {}"])
def test_what_is_no_template_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(text)

    with pytest.raises(LocalAwsError, match=r"template\.yaml"):
        templates.load(path)


def test_the_bundle_runs_its_own_modules_first(tmp_path: Path) -> None:
    """Given a function's files, when its bootstrap runs, then the unzipped copy is imported."""
    (tmp_path / "init.py").touch()
    (tmp_path / "main.py").write_text("import sys; print(sys.argv[1])")
    task = tmp_path / "task"
    files = {
        "awslambdaric/__init__.py": tmp_path / "init.py",
        "awslambdaric/__main__.py": tmp_path / "main.py",
    }
    zipfile.ZipFile(io.BytesIO(bundle(files))).extractall(task)
    (task / "bootstrap").chmod(0o755)

    said = subprocess.run(
        [task / "bootstrap"],
        env={"LAMBDA_TASK_ROOT": str(task), "_HANDLER": "parse_event.handler", "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout == "parse_event.handler\n"


def test_equal_sources_give_equal_bundles(tmp_path: Path) -> None:
    source = tmp_path / "a.py"
    source.write_text("A = 1")
    first = bundle({"a.py": source})
    os.utime(source, (0, 0))

    assert bundle({"a.py": source}) == first


def test_the_emulator_hears_nothing_of_the_users_own_account() -> None:
    mine = {"AWS_PROFILE": "production", "AWS_SESSION_TOKEN": "x", "PYTHONPATH": "y", "LANG": "C"}

    environment = emulator_environment(mine, 4599, "eu-west-1", Path("/scratch"))

    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "PYTHONPATH"} & environment.keys()
    assert environment["LANG"] == "C"
    assert environment["BIND_HOST"] == "127.0.0.1"
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4599"
    assert environment["AUTH"] == "true"


@pytest.mark.parametrize(
    ("service", "path", "headers", "body", "expected"),
    [
        ("route53", "/2013-04-01/change/C1", {}, b"", "arn:aws:route53:::change/C1"),
        (
            "ecs",
            "/",
            {"x-amz-target": "AmazonEC2ContainerServiceV20141113.DescribeServices"},
            b'{"cluster": "arn:aws:ecs:r:1:cluster/prod", "services": ["web"]}',
            "arn:aws:ecs:r:1:service/prod/web",
        ),
        (
            "ecs",
            "/",
            {"x-amz-target": "AmazonEC2ContainerServiceV20141113.DescribeServices"},
            b'{"services": ["arn:aws:ecs:r:1:service/prod/web"]}',
            "arn:aws:ecs:r:1:service/prod/web",
        ),
        (
            "ecs",
            "/",
            {"x-amz-target": "AmazonEC2ContainerServiceV20141113.DescribeServices"},
            b"nonsense",
            None,
        ),
        (
            "ecs",
            "/",
            {"x-amz-target": "AmazonEC2ContainerServiceV20141113.DescribeTasks"},
            b'{"cluster": "prod", "tasks": ["1", "2"]}',
            "arn:aws:ecs:r:1:task/prod/1",
        ),
        (
            "ecs",
            "/",
            {"x-amz-target": "AmazonEC2ContainerServiceV20141113.DescribeTasks"},
            b'{"tasks": ["arn:aws:ecs:r:1:task/prod/1"]}',
            "arn:aws:ecs:r:1:task/prod/1",
        ),
        (
            "ecs",
            "/",
            {"x-amz-target": "AmazonEC2ContainerServiceV20141113.ListTasks"},
            b'{"cluster": "prod", "serviceName": "web"}',
            "*",
        ),
        (
            "ecs",
            "/",
            {"x-amz-target": "AmazonEC2ContainerServiceV20141113.ListTasks"},
            b'{"cluster": "prod", "containerInstance": "i"}',
            "arn:aws:ecs:r:1:container-instance/prod/i",
        ),
        (
            "ecs",
            "/",
            {"x-amz-target": "AmazonEC2ContainerServiceV20141113.CreateService"},
            b'{"cluster": "prod"}',
            None,
        ),
        ("route53", "/2013-04-01/hostedzone/Z1/rrset", {}, b"", None),
    ],
)
def test_permissions_are_checked_where_aws_checks_them(
    service: str, path: str, headers: dict[str, str], body: bytes, expected: str | None
) -> None:
    assert resource_of(service, path, headers, body, "r", "1") == expected


@pytest.mark.parametrize(
    ("action", "body", "expected"),
    [
        ("ecs:ListTasks", b'{"cluster": "prod"}', {"ecs:cluster": "arn:aws:ecs:r:1:cluster/prod"}),
        ("ecs:ListTasks", b"{}", {"ecs:cluster": "arn:aws:ecs:r:1:cluster/default"}),
        ("ecs:ListTasks", b"[]", {"ecs:cluster": "arn:aws:ecs:r:1:cluster/default"}),
        (
            "events:PutEvents",
            b'{"Entries": [{"Source": "signpost", "DetailType": "T"}]}',
            {"events:source": ["signpost"], "events:detail-type": "T"},
        ),
        (
            "events:PutEvents",
            b'{"Entries": [{"Source": "a", "DetailType": "T"}, {"DetailType": "U"}]}',
            {"events:source": ["None", "a"], "events:detail-type": ["T", "U"]},
        ),
        (
            "events:PutEvents",
            b'{"Entries": 1}',
            {"events:source": [], "events:detail-type": []},
        ),
        ("s3:GetObject", b"{}", {}),
    ],
)
def test_what_a_call_is_about_can_be_a_condition(
    action: str, body: bytes, expected: dict[str, Any]
) -> None:
    """Service Authorization Reference: Amazon ECS, condition keys of ListTasks; EventBridge, of
    PutEvents.
    """
    assert condition_keys(action, body, "r", "1") == expected
