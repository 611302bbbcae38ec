"""What an action is checked against, and what its conditions can ask for."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.serialize import create_serializer
from botocore.session import get_session
from ministack.core.iam_evaluator import EvalContext, evaluate, parse_policy_document

from local_aws.emulated.permissions import condition_keys, principal_arn, resource_of
from tests.support.route53 import change_batch, simple
from tests.support.template import statements


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
        (
            "ecs",
            "/",
            {"x-amz-target": "AmazonEC2ContainerServiceV20141113.DescribeServiceRevisions"},
            b'{"serviceRevisionArns": ["arn:aws:ecs:r:1:service-revision/prod/web/2"]}',
            "arn:aws:ecs:r:1:service-revision/prod/web/2",
        ),
        (
            "ecs",
            "/",
            {"x-amz-target": "AmazonEC2ContainerServiceV20141113.CreateExpressGatewayService"},
            b'{"cluster": "prod", "serviceName": "web"}',
            "arn:aws:ecs:r:1:service/prod/web",
        ),
        (
            "ecs",
            "/",
            {"x-amz-target": "AmazonEC2ContainerServiceV20141113.CreateExpressGatewayService"},
            b"{}",
            "arn:aws:ecs:r:1:service/default/*",
        ),
        (
            "ecs",
            "/",
            {"x-amz-target": "AmazonEC2ContainerServiceV20141113.DeleteExpressGatewayService"},
            b'{"serviceArn": "arn:aws:ecs:r:1:service/prod/web"}',
            "arn:aws:ecs:r:1:service/prod/web",
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


# --- what a batch of Route 53 may write ------------------------------------------------------

WRITE = "route53:ChangeResourceRecordSets"
ZONE = "arn:aws:route53:::hostedzone/Z1"
TO_WEB = ("CREATE", simple("web.ecs.internal", "A", "192.0.2.1"))
TO_TXT = ("DELETE", simple("Web.ecs.internal.", "TXT", '"x"'))
TO_ANY = ("UPSERT", simple("*.ecs.internal", "A", "192.0.2.1"))
TO_MX = ("CREATE", simple("ecs.internal", "MX", "10 mail.ecs.internal"))


def is_allowed(condition: dict[str, Any], *changes: Any) -> bool:
    operation = get_session().get_service_model("route53").operation_model(WRITE.partition(":")[2])
    request = {"HostedZoneId": "Z1", "ChangeBatch": change_batch(*changes)}
    body = create_serializer("rest-xml").serialize_to_request(request, operation)["body"]
    keys = {key.lower(): value for key, value in condition_keys(WRITE, body, "r", "1").items()}
    context = EvalContext("arn", "AssumedRole", "1", WRITE, ZONE, "r", service_context=keys)
    allow = {"Effect": "Allow", "Action": WRITE, "Resource": "*", "Condition": condition}
    policy = parse_policy_document({"Version": "2012-10-17", "Statement": [allow]})
    return bool(evaluate(context, [policy]).decision == "Allow")


@pytest.mark.parametrize(
    ("operator", "key", "values", "allowed", "denied"),
    [
        ("ForAllValues:StringEquals", "Actions", ["CREATE", "DELETE"], [TO_WEB, TO_TXT], [TO_ANY]),
        ("ForAllValues:StringEquals", "RecordTypes", ["A", "TXT"], [TO_WEB, TO_TXT], [TO_MX]),
        (
            "ForAllValues:StringLike",
            "NormalizedRecordNames",
            ["web.*", "\\052.*"],
            [TO_WEB, TO_TXT, TO_ANY],
            [TO_WEB, TO_MX],
        ),
        (
            "ForAllValues:StringEquals",
            "NormalizedRecordNames",
            ["web.ecs.internal"],
            [TO_WEB, TO_TXT],
            [TO_WEB, TO_ANY],
        ),
        ("ForAnyValue:StringEquals", "RecordTypes", ["MX"], [TO_WEB, TO_MX], [TO_WEB]),
        ("StringEquals", "Actions", ["CREATE"], [TO_WEB, TO_MX], [TO_WEB, TO_TXT]),
        ("StringLike", "NormalizedRecordNames", ["*.ecs.internal"], [TO_WEB], [TO_MX]),
    ],
)
def test_what_a_batch_writes_can_be_a_condition(
    operator: str, key: str, values: list[str], allowed: Any, denied: Any
) -> None:
    condition = {operator: {f"{WRITE}{key}": values}}

    assert is_allowed(condition, *allowed)
    assert not is_allowed(condition, *denied)


@pytest.mark.parametrize("change", [TO_ANY, TO_MX], ids=["UPSERT", "MX"])
def test_change_record_may_create_and_delete_and_nothing_else(change: Any) -> None:
    (choice,) = statements("ChangeRecordFunctionRole")
    condition = choice["If"][2]["Condition"]

    assert is_allowed(condition, TO_WEB, TO_TXT)
    assert not is_allowed(condition, TO_WEB, change)
