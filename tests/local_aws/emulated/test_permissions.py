"""What an action is checked against, and what its conditions can ask for."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.emulated.permissions import condition_keys, principal_arn, resource_of


@pytest.mark.parametrize(
    ("service", "path", "headers", "body", "expected"),
    [
        ("route53", "/2013-04-01/change/C1", {}, b"", "arn:aws:route53:::change/C1"),
        (
            "ssm",
            "/",
            {"x-amz-target": "AmazonSSM.GetParameters"},
            b'{"Names": ["/signpost/dns/HostedZoneIds", "/x"]}',
            "arn:aws:ssm:r:1:parameter/signpost/dns/HostedZoneIds",
        ),
        (
            "ssm",
            "/",
            {"x-amz-target": "AmazonSSM.GetParameters"},
            b"{}",
            "arn:aws:ssm:r:1:parameter/*",
        ),
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


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        ("arn:aws:sts::1:assumed-role/plan-X1/signpost-run", "arn:aws:iam::1:role/plan-X1"),
        ("arn:aws:iam::1:user/ada", "arn:aws:iam::1:user/ada"),
        ("arn:aws:iam::1:root", "arn:aws:iam::1:root"),
    ],
)
def test_the_principal_of_a_session_is_its_role(caller: str, expected: str) -> None:
    assert principal_arn(caller) == expected
