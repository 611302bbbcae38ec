"""Services with gateway connectors in the emulator's ECS, and the routes that they get."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import acm, alb, ecs

from tests.support import emulated_ecs
from tests.support.emulated_ecs import call, refusal
from tests.support.emulated_elb import call as elb

ROLE = "arn:aws:iam::000000000000:role/infrastructure"
CONNECTOR = {"portName": "http"}


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with emulated_ecs.account(monkeypatch):
        for number in (8080, 9090):
            port = {"containerPort": number, "name": "http"}
            emulated_ecs.task_definition("web", portMappings=[port])
        port = {"containerPort": 80, "name": "http"}
        emulated_ecs.task_definition("noport")
        emulated_ecs.task_definition("bridge", mode="bridge", portMappings=[port])
        gateway("edge")
        yield


def gateway(name: str, scheme: str = "internet-facing") -> None:
    call(
        "CreateGateway",
        name=name,
        infrastructureRoleArn=ROLE,
        configuration={"hostSharedAlb": {"scheme": scheme}},
        deletionProtection=False,
    )
    call("AssociateGatewayWithCluster", gateway=name, cluster="prod")


def asked(name: str = "web", **more: Any) -> dict[str, Any]:
    network = {"awsvpcConfiguration": {"subnets": ["subnet-00000001"]}}
    return {
        "cluster": "prod",
        "serviceName": name,
        "taskDefinition": "web:1",
        "desiredCount": 2,
        "networkConfiguration": network,
        "gatewayConnectors": [CONNECTOR],
    } | more


def create(name: str = "web", **more: Any) -> None:
    call("CreateService", **asked(name, **more))


def update(**changed: Any) -> None:
    call("UpdateService", cluster="prod", service="web", **changed)


def revision(name: str = "web") -> dict[str, Any]:
    (service,) = call("DescribeServices", cluster="prod", services=[name])["services"]
    assert service["loadBalancers"] == []
    arn = service["currentServiceRevisions"][0]["arn"]
    found = call("DescribeServiceRevisions", serviceRevisionArns=[arn])["serviceRevisions"]
    return dict(found[0])


def connections(name: str = "web") -> list[dict[str, Any]]:
    return list(revision(name).get("ecsManagedResources", {}).get("gatewayConnections", []))


def parts(name: str = "web") -> dict[str, str]:
    ((found,),) = [one["resources"]["hostSharedAlb"] for one in connections(name)]
    return dict(found)


def health(group: str) -> list[tuple[str, int]]:
    found = elb("elbv2", "DescribeTargetHealth", TargetGroupArn=group)["TargetHealthDescriptions"]
    return [(one["TargetHealth"]["State"], one["Target"]["Port"]) for one in found]


def test_a_connected_service_has_a_url_and_real_parts() -> None:
    create()

    (connection,) = connections()
    found = parts()
    (rule,) = elb("elbv2", "DescribeRules", RuleArns=[found["listenerRuleArn"]])["Rules"]
    host = connection["serviceUrl"].removeprefix("https://")

    assert (connection["portName"], connection["status"]) == ("http", "ACTIVE")
    assert connection["accessType"] == "PUBLIC"
    assert connection["gatewayArn"].endswith(":gateway/edge")
    assert host.startswith("web-")
    assert host.endswith(".ecs.us-east-1.on.aws")
    assert rule["Conditions"][0]["HostHeaderConfig"]["Values"] == [host]
    assert acm._certificates[found["acmCertificateArn"]]["DomainName"] == host
    assert alb._lbs[found["loadBalancerArn"]]["Scheme"] == "internet-facing"
    assert health(found["targetGroupArn"]) == [("healthy", 8080)] * 2
    assert health(found["alternateTargetGroupArn"]) == []
    assert revision()["gatewayConnectors"] == [CONNECTOR]


def test_services_share_the_load_balancer_of_their_gateway() -> None:
    create()
    create("shop")

    first, second = parts(), parts("shop")

    assert first["listenerArn"] == second["listenerArn"]
    assert first["listenerRuleArn"] != second["listenerRuleArn"]
    (found,) = call("DescribeGatewayResources", gateway="edge")["gatewayResources"]["resources"][
        "hostSharedAlb"
    ]
    assert found["loadBalancerArn"] == first["loadBalancerArn"]
    assert len(found["gatewayRouteArns"]) == 2
    settings = call("DescribeGateway", gateway="edge")["gateway"]["configuration"]
    assert settings["hostSharedAlb"]["currentAlbCount"] == 1


def test_a_service_is_connected_and_disconnected_by_updates() -> None:
    create(gatewayConnectors=[])
    assert connections() == []

    update(gatewayConnectors=[CONNECTOR])
    found = parts()
    update(gatewayConnectors=[])

    assert connections() == []
    assert found["listenerRuleArn"] not in alb._rules
    assert found["targetGroupArn"] not in alb._tgs
    assert found["acmCertificateArn"] not in acm._certificates


def test_a_service_moves_from_its_own_load_balancer_to_a_gateway_and_back() -> None:
    made = elb("elbv2", "CreateTargetGroup", Name="own", Protocol="HTTP", Port=80, VpcId="vpc-1")
    own = str(made["TargetGroups"][0]["TargetGroupArn"])
    balancer = {"targetGroupArn": own, "containerName": "app", "containerPort": 8080}
    create(gatewayConnectors=[], loadBalancers=[balancer])
    before = health(own)

    update(loadBalancers=[], gatewayConnectors=[CONNECTOR])
    group = parts()["targetGroupArn"]

    assert before == health(group) == [("healthy", 8080)] * 2
    assert health(own) == []
    update(loadBalancers=[balancer], gatewayConnectors=[])
    assert health(own) == before


def test_an_update_that_is_silent_about_it_keeps_the_route() -> None:
    create()
    before = connections()

    update(desiredCount=3)

    assert connections() == before
    assert len(health(parts()["targetGroupArn"])) == 3


def test_another_health_check_is_asked_for_on_the_same_route() -> None:
    create()
    before = connections()

    update(gatewayConnectors=[CONNECTOR | {"healthCheck": {"healthCheckPath": "/x"}}])

    found = parts()
    groups = [found["targetGroupArn"], found["alternateTargetGroupArn"]]
    told = elb("elbv2", "DescribeTargetGroups", TargetGroupArns=groups)["TargetGroups"]
    assert connections() == before
    assert [one["HealthCheckPath"] for one in told] == ["/x"] * 2


def test_another_port_of_that_name_is_another_route() -> None:
    create()
    before = parts()

    update(taskDefinition="web:2")

    assert parts()["targetGroupArn"] != before["targetGroupArn"]
    assert before["listenerRuleArn"] not in alb._rules
    assert {port for _, port in health(parts()["targetGroupArn"])} == {9090}


def test_a_connector_takes_the_gateways_of_its_access_types() -> None:
    gateway("inner", "internal")
    create("both")
    create("private", gatewayConnectors=[CONNECTOR | {"filters": {"accessTypes": ["PRIVATE"]}}])

    assert [one["accessType"] for one in connections("both")] == ["PUBLIC", "PRIVATE"]
    (private,) = connections("private")
    assert private["gatewayArn"].endswith(":gateway/inner")


def test_routes_are_listed_and_described() -> None:
    create()
    create("shop")

    found = call("ListGatewayRoutes", gateway="edge", service="shop")["gatewayRoutes"]
    (connection,) = connections("shop")
    described = call("DescribeGatewayRoute", gatewayRouteArn=connection["gatewayRouteArn"])

    assert [one["gatewayRouteArn"] for one in found] == [connection["gatewayRouteArn"]]
    assert described["gatewayRoute"]["serviceUrl"] == connection["serviceUrl"]
    assert len(call("ListGatewayRoutes", cluster="prod")["gatewayRoutes"]) == 2
    for other in (
        {"cluster": "x"},
        {"serviceContainerPortName": "x"},
        {"status": ["CREATE_FAILED"]},
    ):
        assert call("ListGatewayRoutes", **other)["gatewayRoutes"] == []
    code, _ = refusal("DescribeGatewayRoute", gatewayRouteArn="arn:none")
    assert code == "ResourceNotFoundException"


def test_a_gateway_that_came_later_is_used_from_the_next_update_on() -> None:
    """AssociateGatewayWithCluster: "No changes take effect until you update a service"."""
    create()
    first = revision()["serviceRevisionArn"]
    gateway("inner", "internal")
    assert len(connections()) == 1

    update(gatewayConnectors=[CONNECTOR])

    assert len(connections()) == 2
    assert revision()["serviceRevisionArn"] != first


def test_a_gateway_shares_no_load_balancer_with_another_or_with_express_mode() -> None:
    call(
        "CreateExpressGatewayService",
        cluster="prod",
        serviceName="express",
        infrastructureRoleArn=ROLE,
        primaryContainer={"image": "app"},
    )
    gateway("other")
    create()

    assert len(connections()) == 2
    assert len(alb._lbs) == 3


def test_a_deleted_service_takes_its_route_away() -> None:
    create()
    found = parts()

    call("DeleteService", cluster="prod", service="web", force=True)

    assert call("ListGatewayRoutes")["gatewayRoutes"] == []
    assert found["listenerArn"] not in alb._listeners


def test_a_gateway_keeps_its_load_balancer_for_the_next_service_until_it_is_deleted() -> None:
    create()
    found = parts()
    update(gatewayConnectors=[])
    assert found["loadBalancerArn"] in alb._lbs

    update(gatewayConnectors=[CONNECTOR])
    assert parts()["loadBalancerArn"] == found["loadBalancerArn"]

    call("DeleteService", cluster="prod", service="web", force=True)
    call("DisassociateGatewayFromCluster", gateway="edge", cluster="prod")
    call("DeleteGateway", gateway="edge")
    assert found["loadBalancerArn"] not in alb._lbs


def test_a_cluster_keeps_its_gateway_until_the_last_route_is_gone() -> None:
    create()

    call("DisassociateGatewayFromCluster", gateway="edge", cluster="prod")

    (waiting,) = call("ListGatewayClusterAssociations")["gatewayClusterAssociations"]
    assert waiting["status"] == "DISASSOCIATING"
    update(desiredCount=1)
    assert len(connections()) == 1
    update(gatewayConnectors=[])
    assert call("ListGatewayClusterAssociations")["gatewayClusterAssociations"] == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"gatewayConnectors": [CONNECTOR, CONNECTOR]}, "at most one"),
        ({"gatewayConnectors": [{"portName": "none"}]}, "no port named none"),
        (
            {"gatewayConnectors": [CONNECTOR | {"filters": {"accessTypes": ["PRIVATE"]}}]},
            "No ACTIVE gateway",
        ),
        ({"cluster": "other"}, "No ACTIVE gateway"),
        ({"taskDefinition": "bridge"}, "not the network mode awsvpc"),
    ],
)
def test_a_connector_that_leads_nowhere_is_refused(more: dict[str, Any], said: str) -> None:
    code, message = refusal("CreateService", **asked(**more))

    assert (code, said in message) == ("InvalidParameterException", True)
    assert not ecs._services


def test_an_update_with_a_connector_that_leads_nowhere_changes_nothing() -> None:
    create(gatewayConnectors=[])

    code, _ = refusal(
        "UpdateService",
        cluster="prod",
        service="web",
        desiredCount=5,
        gatewayConnectors=[{"portName": "none"}],
    )

    (service,) = call("DescribeServices", cluster="prod", services=["web"])["services"]
    assert (code, service["desiredCount"]) == ("InvalidParameterException", 2)


@pytest.mark.parametrize(
    ("family", "said"),
    [("noport", "no port named http"), ("bridge", "not the network mode awsvpc")],
)
def test_an_update_that_takes_the_port_of_a_route_away_changes_nothing(
    family: str, said: str
) -> None:
    create()
    before = call("DescribeServices", cluster="prod", services=["web"]), revision()

    code, message = refusal(
        "UpdateService", cluster="prod", service="web", taskDefinition=family, desiredCount=5
    )

    assert (code, said in message) == ("InvalidParameterException", True)
    assert (call("DescribeServices", cluster="prod", services=["web"]), revision()) == before


def test_an_update_may_take_the_port_away_together_with_the_connector() -> None:
    create()

    update(taskDefinition="noport", gatewayConnectors=[])

    assert connections() == []


def test_an_express_service_takes_no_connector() -> None:
    call(
        "CreateExpressGatewayService",
        cluster="prod",
        serviceName="web",
        infrastructureRoleArn=ROLE,
        primaryContainer={"image": "app"},
    )

    code, message = refusal(
        "UpdateService", cluster="prod", service="web", gatewayConnectors=[CONNECTOR]
    )

    assert (code, "Express" in message) == ("InvalidParameterException", True)
