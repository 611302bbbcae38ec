"""ECS Gateways in the emulator's ECS: made, associated with clusters, and deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import emulated_ecs
from tests.support.emulated_ecs import call, refusal

ROLE = "arn:aws:iam::000000000000:role/infrastructure"
CLUSTER = "arn:aws:ecs:us-east-1:000000000000:cluster/prod"


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with emulated_ecs.account(monkeypatch):
        yield


def create(name: str = "edge", **more: Any) -> str:
    asked: dict[str, Any] = {
        "infrastructureRoleArn": ROLE,
        "configuration": {"hostSharedAlb": {}},
        "deletionProtection": False,
    }
    return str(call("CreateGateway", name=name, **(asked | more))["gatewayArn"])


def associations(**asked: Any) -> list[tuple[str, str]]:
    found = call("ListGatewayClusterAssociations", **asked)["gatewayClusterAssociations"]
    return [(one["gatewayArn"], one["status"]) for one in found]


@pytest.mark.parametrize(
    ("scheme", "access_type"), [("internet-facing", "PUBLIC"), ("internal", "PRIVATE")]
)
def test_a_gateway_is_described_as_it_was_made(scheme: str, access_type: str) -> None:
    arn = create(configuration={"hostSharedAlb": {"scheme": scheme}})

    for named in (arn, "edge"):
        found = call("DescribeGateway", gateway=named)["gateway"]

        assert (found["gatewayArn"], found["status"]) == (arn, "ACTIVE")
        assert found["accessType"] == access_type
        settings = found["configuration"]["hostSharedAlb"]
        assert (settings["port"], settings["protocol"]) == (443, "HTTPS")
        assert settings["currentAlbCount"] == 0


@pytest.mark.parametrize(
    "configuration",
    [{}, {"hostSharedAlb": {"networkConfiguration": {"subnets": ["subnet-none"]}}}],
)
def test_a_gateway_that_can_not_be_is_refused(configuration: dict[str, Any]) -> None:
    asked = {"name": "edge", "infrastructureRoleArn": ROLE, "configuration": configuration}

    assert refusal("CreateGateway", **asked)[0] == "InvalidParameterException"
    assert call("ListGateways")["gateways"] == []


def test_a_second_one_of_the_name_is_refused() -> None:
    create()
    asked: dict[str, Any] = {"configuration": {"hostSharedAlb": {}}}

    code, _ = refusal("CreateGateway", name="edge", infrastructureRoleArn=ROLE, **asked)

    assert code == "InvalidParameterException"


def test_the_same_request_again_makes_nothing() -> None:
    """CreateGateway: clientToken."""
    arn = create(clientToken="once")

    assert create(clientToken="once") == arn


def test_gateways_are_listed_in_pages_and_by_name() -> None:
    arns = [create(name) for name in ("a", "b", "c")]

    first = call("ListGateways", maxResults=2)
    second = call("ListGateways", maxResults=2, nextToken=first["nextToken"])

    assert [one["gatewayArn"] for one in first["gateways"] + second["gateways"]] == arns
    assert "nextToken" not in second
    assert [one["name"] for one in call("ListGateways", names=["b"])["gateways"]] == ["b"]


def test_an_update_changes_what_it_names() -> None:
    create(deletionProtection=True)

    configuration = {"hostSharedAlb": {"maxAlbCount": 2}}
    answer = call(
        "UpdateGateway", gateway="edge", deletionProtection=False, configuration=configuration
    )

    found = call("DescribeGateway", gateway="edge")["gateway"]
    assert (answer["status"], found["status"]) == ("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE")
    assert found["deletionProtection"] is False
    assert found["infrastructureRoleArn"] == ROLE
    settings = found["configuration"]["hostSharedAlb"]
    assert (settings["maxAlbCount"], settings["scheme"]) == (2, "internet-facing")
    assert settings["networkConfiguration"]["subnets"] != []


def test_a_cluster_gets_a_gateway_and_loses_it() -> None:
    arn = create()
    create("other")

    answer = call("AssociateGatewayWithCluster", gateway="edge", cluster="prod")

    assert answer == {"gatewayArn": arn, "clusterArn": CLUSTER, "status": "ACTIVE"}
    assert associations(cluster="prod") == associations(gateway="edge") == [(arn, "ACTIVE")]
    assert associations(gateway="other") == associations(status=["INACTIVE"]) == []
    call("DisassociateGatewayFromCluster", gateway="edge", cluster=CLUSTER)
    assert associations() == []


def test_a_cluster_has_five_gateways_at_most() -> None:
    for number in range(6):
        create(f"edge-{number}")
    for number in range(5):
        call("AssociateGatewayWithCluster", gateway=f"edge-{number}", cluster="prod")

    code, _ = refusal("AssociateGatewayWithCluster", gateway="edge-5", cluster="prod")

    assert code == "InvalidParameterException"
    call("AssociateGatewayWithCluster", gateway="edge-4", cluster="prod")


def test_a_gateway_is_protected_unless_said_otherwise() -> None:
    asked: dict[str, Any] = {"configuration": {"hostSharedAlb": {}}}
    call("CreateGateway", name="edge", infrastructureRoleArn=ROLE, **asked)

    code, message = refusal("DeleteGateway", gateway="edge")

    assert (code, "protected" in message) == ("InvalidParameterException", True)


def test_a_gateway_is_deleted_when_it_has_no_cluster() -> None:
    create()
    call("AssociateGatewayWithCluster", gateway="edge", cluster="prod")
    code, message = refusal("DeleteGateway", gateway="edge")
    call("DisassociateGatewayFromCluster", gateway="edge", cluster="prod")

    answer = call("DeleteGateway", gateway="edge")

    assert (code, CLUSTER in message) == ("InvalidParameterException", True)
    assert answer["status"] == "DELETED"
    assert refusal("DescribeGateway", gateway="edge")[0] == "GatewayNotFoundException"


@pytest.mark.parametrize(
    ("gateway", "cluster", "code"),
    [
        ("none", "prod", "GatewayNotFoundException"),
        (
            "arn:aws:ecs:eu-west-1:000000000000:gateway/edge",
            "prod",
            "GatewayNotFoundException",
        ),
        ("edge", "none", "ClusterNotFoundException"),
        ("edge", "prod", "ResourceNotFoundException"),
    ],
)
def test_what_is_not_there_is_named(gateway: str, cluster: str, code: str) -> None:
    create()

    found, _ = refusal("DisassociateGatewayFromCluster", gateway=gateway, cluster=cluster)

    assert found == code
