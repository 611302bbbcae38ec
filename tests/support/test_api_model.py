"""The net under all tests: what it finds, in whom, and that nobody is outside of it."""

from __future__ import annotations

import ast
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.session import get_session
from moto import mock_aws

from tests.support import api_model
from tests.support.api_model import ROOT, StandIn, violations, written
from tests.support.estate import REGION
from tests.support.stub import Stub

ECS = get_session().get_service_model("ecs")
ELB = get_session().get_service_model("elbv2")


def found(shape: Any, value: Any, where: str = "it answers") -> list[str]:
    return list(violations(shape, value, where))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"services": [{"serviceNam": "web"}]}, "serviceNam, which is unknown"),
        ({"services": {}}, "is no list"),
        ({"services": [None]}, "is no structure"),
        ({"services": [{"desiredCount": "1"}]}, "is no integer"),
        ({"services": [{"desiredCount": True}]}, "is no integer"),
        ({"services": [{"createdAt": "2026-11-24T12:00:00Z"}]}, "is no timestamp"),
        ({"services": [{"launchType": "LAMBDA"}]}, "is none of EC2, FARGATE"),
        ({"services": [{"tags": [{"key": "k", "value": "*"}]}]}, "does not match"),
        ({"services": [{"tags": [{"key": "", "value": "v"}]}]}, "is not within 1 to 128"),
    ],
)
def test_what_is_not_as_the_model_says_is_found(value: Any, said: str) -> None:
    (problem,) = found(ECS.operation_model("DescribeServices").output_shape, value)

    assert said in problem


def test_what_is_missing_is_found() -> None:
    shape = ELB.operation_model("CreateRule").input_shape

    assert found(shape, {"ListenerArn": "arn", "Priority": 1, "Conditions": []}) == [
        "it answers.Actions, which is missing"
    ]


def test_an_answer_as_the_model_has_it_is_let_through() -> None:
    service = {"serviceName": "web", "createdAt": datetime.now(UTC), "launchType": "EC2"}

    assert not found(ECS.operation_model("DescribeServices").output_shape, {"services": [service]})


def test_a_stubbed_answer_is_held_against_the_model() -> None:
    api = Stub("ecs")
    api.answers("list_clusters", clusterArns=["arn"])
    api.stubber._queue[0]["response"][1]["nextTokn"] = "1"  # type: ignore[attr-defined]
    api.client.list_clusters()

    assert api_model.taken() == ["ecs:ListClusters answers.nextTokn, which is unknown"]


def test_a_request_to_moto_is_held_against_the_model() -> None:
    tags: Any = [{"key": "signpost:hostname", "value": "*.example.com"}]
    with mock_aws():
        ecs = boto3.client("ecs", REGION, aws_access_key_id="k", aws_secret_access_key="s")
        ecs.create_cluster(clusterName="prod", tags=tags)

    (problem,) = {one.partition(" ")[2] for one in api_model.taken() if "asked" in one}

    assert "*.example.com' does not match" in problem


class Clusters(StandIn, services=("ecs",)):
    def list_clusters(self, **_: Any) -> dict[str, Any]:
        return {"clusterArn": []}


class MoreClusters(Clusters):
    def describe_clusters(self, clusters: list[str]) -> dict[str, Any]:
        return {"clusters": [{"status": 7}]}


def test_what_stands_in_for_a_client_is_held_against_the_model_and_so_are_its_heirs() -> None:
    MoreClusters().list_clusters(maxResult=1)
    MoreClusters().describe_clusters(["prod"])

    assert api_model.taken() == [
        "ecs:DescribeClusters answers.clusters[].status: 7 is no string",
        "ecs:ListClusters answers.clusterArn, which is unknown",
        "ecs:ListClusters is asked with.maxResult, which is unknown",
    ]


def test_the_calls_of_the_functions_are_known() -> None:
    calls = written()

    assert ("functions/signpost/aws/route53.py", "change_resource_record_sets") in calls
    assert ("scripts/signpost_cli/checks/remembered.py", "describe_rules") in calls  # by getattr
    assert ("scripts/signpost_cli/checks/installation.py", "list_stack_resources") in calls


def test_whatever_stands_in_for_a_client_is_in_the_net() -> None:
    """A class of the tests that has a method of a client is a StandIn, and no mock answers one."""
    methods = {name for _, name in written()}
    trees = {path: ast.parse(path.read_text()) for path in (ROOT / "tests").rglob("*.py")}
    nodes = [(path, node) for path, tree in trees.items() for node in ast.walk(tree)]
    classes = [(path, node) for path, node in nodes if isinstance(node, ast.ClassDef)]
    bases: dict[str, set[str]] = defaultdict(set)  # two classes may have one name
    for _, node in classes:
        bases[node.name] |= {ast.unparse(base) for base in node.bases}
    held = {"StandIn"}
    while more := {name for name, of in bases.items() if of & held} - held:
        held |= more

    outside = {
        f"{path.relative_to(ROOT)}: {node.name}.{one.name}"
        for path, node in classes
        if node.name not in held
        for one in node.body
        if isinstance(one, ast.FunctionDef) and one.name in methods
    }
    mocked = {
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path, node in nodes
        if isinstance(node, ast.Attribute)
        and node.attr in ("side_effect", "return_value")
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in methods
    }

    assert outside | mocked == set()
