"""Express Mode in the emulator's ECS: the calls, and the real things that they make."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from ministack.services import acm, alb, ec2, ecs

from local_aws.emulated import revisions
from tests.support import emulated_ecs
from tests.support.emulated_ecs import call, refusal
from tests.support.emulated_elb import call as elb

ROLE = "arn:aws:iam::000000000000:role/infrastructure"
CONTAINER = {"image": "app", "containerPort": 8080}
PARTS = ("loadBalancer", "listener", "rule", "certificate")


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with emulated_ecs.account(monkeypatch):
        yield


def create(name: str = "web", **more: Any) -> dict[str, Any]:
    asked = {"cluster": "prod", "infrastructureRoleArn": ROLE, "primaryContainer": CONTAINER}
    made = call("CreateExpressGatewayService", serviceName=name, **(asked | more))["service"]
    return dict(made)


def service(name: str = "web") -> dict[str, Any]:
    return dict(call("DescribeServices", cluster="prod", services=[name])["services"][0])


def path(name: str = "web", arn: str = "") -> dict[str, Any]:
    """What a service's revision, by default the current one, says of its ingress path."""
    arn = arn or service(name)["currentServiceRevisions"][0]["arn"]
    (revision,) = call("DescribeServiceRevisions", serviceRevisionArns=[arn])["serviceRevisions"]
    (found,) = revision["ecsManagedResources"]["ingressPaths"]
    return dict(found)


def health(group: str) -> list[tuple[str, int]]:
    found = elb("elbv2", "DescribeTargetHealth", TargetGroupArn=group)["TargetHealthDescriptions"]
    return [(one["TargetHealth"]["State"], one["Target"]["Port"]) for one in found]


def groups() -> list[str]:
    return [one["arn"] for one in path()["targetGroups"]]


def told(revision: str = "") -> list[tuple[int, int, str]]:
    """The ports and health checks of the target groups, as a revision has them."""
    keys = ("port", "healthCheckPort", "healthCheckPath")
    return [tuple(one[key] for key in keys) for one in path(arn=revision)["targetGroups"]]


def real() -> list[tuple[int, str]]:
    """The same, as Elastic Load Balancing has them."""
    found = elb("elbv2", "DescribeTargetGroups", TargetGroupArns=groups())["TargetGroups"]
    return [(one["Port"], one["HealthCheckPath"]) for one in found]


def ec2_call(name: str, made: str, **request: str) -> str:
    """The id, in the element `made`, of what a call of EC2 has made."""
    body = ec2._ACTION_MAP[name]({key: [value] for key, value in request.items()})[2].decode()
    return str(body.partition(f"<{made}>")[2].partition("<")[0])


def vpc_with_subnets() -> tuple[str, str]:
    """A subnet with a route to an internet gateway, and one of the same VPC without."""
    vpc = ec2_call("CreateVpc", "vpcId", CidrBlock="10.9.0.0/16")
    public, private = (
        ec2_call("CreateSubnet", "subnetId", VpcId=vpc, CidrBlock=f"10.9.{number}.0/24")
        for number in range(2)
    )
    table = ec2_call("CreateRouteTable", "routeTableId", VpcId=vpc)
    internet = ec2_call("CreateInternetGateway", "internetGatewayId")
    everywhere = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": internet}
    ec2_call("CreateRoute", "return", RouteTableId=table, **everywhere)
    ec2_call("AssociateRouteTable", "associationId", RouteTableId=table, SubnetId=public)
    return public, private


def test_a_service_answers_with_its_host_and_has_no_load_balancer_of_its_own() -> None:
    made = create(scalingTarget={"minTaskCount": 2}, tags=[{"key": "team", "value": "a"}])

    shown = service()

    assert (made["cluster"], made["serviceName"]) == ("prod", "web")
    assert made["status"] == {"statusCode": "ACTIVE"}
    assert "clusterArn" not in made
    assert made["tags"] == [{"key": "team", "value": "a"}]
    (configuration,) = made["activeConfigurations"]
    assert configuration["ingressPaths"] == [
        {"accessType": "PUBLIC", "endpoint": path()["endpoint"]}
    ]
    assert (shown["resourceManagementType"], shown["loadBalancers"]) == ("ECS", [])
    assert shown["runningCount"] == 2


def test_whether_the_load_balancer_is_shown_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """What AWS does is not known."""
    create()
    monkeypatch.setenv(revisions.SHOWS_MANAGED, "1")

    (shown,) = service()["loadBalancers"]

    assert shown["targetGroupArn"] == path()["targetGroups"][0]["arn"]
    assert (shown["containerName"], shown["containerPort"]) == ("Main", 8080)


def test_what_the_revision_names_is_really_there() -> None:
    create()
    found = path()

    (balancer,) = elb(
        "elbv2", "DescribeLoadBalancers", LoadBalancerArns=[found["loadBalancer"]["arn"]]
    )["LoadBalancers"]
    (listener,) = elb("elbv2", "DescribeListeners", ListenerArns=[found["listener"]["arn"]])[
        "Listeners"
    ]
    certificate = json.loads(
        acm._describe_certificate({"CertificateArn": found["certificate"]["arn"]})[2]
    )["Certificate"]

    assert found["endpoint"].startswith("web-")
    assert found["endpoint"].endswith(".ecs.us-east-1.on.aws")
    assert balancer["LoadBalancerName"].startswith("ecs-express-gateway-alb-")
    assert balancer["Scheme"] == found["loadBalancer"]["scheme"] == "internet-facing"
    assert (listener["Protocol"], listener["Port"]) == ("HTTPS", 443)
    assert listener["DefaultActions"][0]["FixedResponseConfig"]["StatusCode"] == "404"
    assert listener["Certificates"] == [{"CertificateArn": found["certificate"]["arn"]}]
    assert (certificate["Status"], certificate["DomainName"]) == ("ISSUED", found["endpoint"])
    assert found["certificate"]["domainName"] == found["endpoint"]
    assert {found[part]["status"] for part in PARTS} == {"ACTIVE"}


def test_its_target_groups_are_for_addresses_and_ask_for_ping_by_default() -> None:
    """CreateExpressGatewayService: healthCheckPath."""
    create()
    named = path()["targetGroups"]

    found = elb("elbv2", "DescribeTargetGroups", TargetGroupArns=[one["arn"] for one in named])[
        "TargetGroups"
    ]

    assert {one["healthCheckPath"] for one in named} == {"/ping"}
    assert [(one["TargetType"], one["HealthCheckPath"]) for one in found] == [("ip", "/ping")] * 2


def test_the_rule_can_be_read_and_changed_as_any_other() -> None:
    create()
    rule, host = path()["rule"]["arn"], path()["endpoint"]

    (before,) = elb("elbv2", "DescribeRules", RuleArns=[rule])["Rules"]
    hosts = {"Field": "host-header", "HostHeaderConfig": {"Values": [host, "web.example.com"]}}
    elb("elbv2", "ModifyRule", RuleArn=rule, Conditions=[hosts])
    (after,) = elb("elbv2", "DescribeRules", RuleArns=[rule])["Rules"]

    assert before["Conditions"][0]["HostHeaderConfig"] == {"Values": [host]}
    assert after["Conditions"][0]["HostHeaderConfig"] == {"Values": [host, "web.example.com"]}
    weights = after["Actions"][0]["ForwardConfig"]["TargetGroups"]
    groups = [one["arn"] for one in path()["targetGroups"]]
    assert [(one["TargetGroupArn"], one["Weight"]) for one in weights] == [
        (groups[0], 100),
        (groups[1], 0),
    ]


def test_its_tasks_are_healthy_targets_and_stay_so_when_there_are_more() -> None:
    create()
    group = path()["targetGroups"][0]["arn"]
    (target,) = health(group)

    call("UpdateService", cluster="prod", service="web", desiredCount=3)

    assert target == ("healthy", 8080)
    assert health(group) == [target] * 3


def test_services_of_a_vpc_share_a_load_balancer_with_a_certificate_each() -> None:
    create()
    create("shop")

    first, second = path(), path("shop")
    found = elb("elbv2", "DescribeListenerCertificates", ListenerArn=first["listener"]["arn"])
    rules = elb("elbv2", "DescribeRules", ListenerArn=first["listener"]["arn"])["Rules"]

    assert first["loadBalancer"]["arn"] == second["loadBalancer"]["arn"]
    assert first["listener"]["arn"] == second["listener"]["arn"]
    assert [one["CertificateArn"] for one in found["Certificates"]] == [
        first["certificate"]["arn"],
        second["certificate"]["arn"],
    ]
    assert sorted(one["Priority"] for one in rules) == ["1", "2", "default"]


def test_the_26th_service_gets_another_load_balancer() -> None:
    for number in range(26):
        create(f"web-{number}")

    assert path("web-24")["loadBalancer"]["arn"] == path("web-0")["loadBalancer"]["arn"]
    assert path("web-25")["loadBalancer"]["arn"] != path("web-0")["loadBalancer"]["arn"]


def test_a_route_to_an_internet_gateway_makes_a_path_public() -> None:
    public, private = vpc_with_subnets()
    create("shop", networkConfiguration={"subnets": [public]})
    create("web", networkConfiguration={"subnets": [private]})
    create("both", networkConfiguration={"subnets": [public, private]})

    found = {name: path(name) for name in ("shop", "web", "both")}

    assert [(one["accessType"], one["loadBalancer"]["scheme"]) for one in found.values()] == [
        ("PUBLIC", "internet-facing"),
        ("PRIVATE", "internal"),
        ("PRIVATE", "internal"),
    ]
    networks = [service(name)["networkConfiguration"]["awsvpcConfiguration"] for name in found]
    assert [one["assignPublicIp"] for one in networks] == ["ENABLED", "DISABLED", "DISABLED"]
    assert found["web"]["loadBalancer"]["arn"] == found["both"]["loadBalancer"]["arn"]
    assert found["web"]["loadBalancer"]["arn"] != found["shop"]["loadBalancer"]["arn"]


def test_services_of_another_vpc_have_another_load_balancer() -> None:
    public, _ = vpc_with_subnets()
    create(networkConfiguration={"subnets": [public]})
    create("shop")

    assert path()["loadBalancer"]["arn"] != path("shop")["loadBalancer"]["arn"]


def test_an_update_makes_a_revision_and_keeps_the_host() -> None:
    made = create()
    before = path()

    updated = call(
        "UpdateExpressGatewayService",
        serviceArn=made["serviceArn"],
        primaryContainer=CONTAINER | {"image": "app:2"},
        healthCheckPath="/health",
    )["service"]

    target = updated["targetConfiguration"]
    described = call("DescribeExpressGatewayService", serviceArn=made["serviceArn"])["service"]
    assert target["serviceRevisionArn"] == service()["currentServiceRevisions"][0]["arn"]
    assert target["serviceRevisionArn"] != made["activeConfigurations"][0]["serviceRevisionArn"]
    assert path()["rule"] == before["rule"]
    assert described["activeConfigurations"] == [target]
    assert "tags" not in described


@pytest.mark.parametrize(
    "changed", [{"primaryContainer": CONTAINER}, {"taskDefinitionArn": "mine:1"}]
)
def test_another_port_and_health_check_are_told_and_used_everywhere(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any]
) -> None:
    emulated_ecs.task_definition("mine", "Main", portMappings=[{"containerPort": 8080}])
    monkeypatch.setenv(revisions.SHOWS_MANAGED, "1")
    made = create(primaryContainer={"image": "app"})
    first = service()["currentServiceRevisions"][0]["arn"]

    call(
        "UpdateExpressGatewayService",
        serviceArn=made["serviceArn"],
        healthCheckPath="/x",
        **changed,
    )

    assert told() == [(8080, 8080, "/x")] * 2
    assert real() == [(8080, "/x")] * 2
    (balancer,) = service()["loadBalancers"]
    assert (balancer["targetGroupArn"], balancer["containerPort"]) == (groups()[0], 8080)
    assert health(groups()[0]) == [("healthy", 8080)]
    assert told(first) == [(80, 80, "/ping")] * 2


def test_another_health_check_alone_is_another_revision() -> None:
    """UpdateExpressGatewayService: "Amazon ECS creates a new service revision"."""
    arn = create()["serviceArn"]
    before, parts = service()["currentServiceRevisions"], path()

    call("UpdateExpressGatewayService", serviceArn=arn, healthCheckPath="/x")

    assert (told(), real()) == ([(8080, 8080, "/x")] * 2, [(8080, "/x")] * 2)
    assert service()["currentServiceRevisions"] != before
    assert {name: path()[name] for name in PARTS} == {name: parts[name] for name in PARTS}


def test_a_deleted_service_takes_its_parts_away_and_leaves_those_of_others() -> None:
    made, _ = create(), create("shop")
    gone, shared = path(), path("shop")

    answer = call("DeleteExpressGatewayService", serviceArn=made["serviceArn"])["service"]

    assert answer["status"] == {"statusCode": "DRAINING"}
    assert service()["status"] == "INACTIVE"
    assert gone["rule"]["arn"] not in alb._rules
    assert gone["certificate"]["arn"] not in acm._certificates
    assert [one["arn"] in alb._tgs for one in gone["targetGroups"]] == [False, False]
    listener = elb("elbv2", "DescribeListeners", ListenerArns=[shared["listener"]["arn"]])
    certificates = listener["Listeners"][0]["Certificates"]
    assert certificates == [{"CertificateArn": shared["certificate"]["arn"]}]
    assert [path()[part]["status"] for part in PARTS] == ["ACTIVE", "ACTIVE", "DELETED", "DELETED"]


def test_the_last_service_takes_the_load_balancer_away() -> None:
    made = create()
    found = path()

    call("DeleteExpressGatewayService", serviceArn=made["serviceArn"])

    assert found["loadBalancer"]["arn"] not in alb._lbs
    assert found["listener"]["arn"] not in alb._listeners
    assert {path()[part]["status"] for part in PARTS} == {"DELETED"}
    again = refusal("DeleteExpressGatewayService", serviceArn=made["serviceArn"])
    assert again[0] == "ServiceNotActiveException"
    assert create()["status"] == {"statusCode": "ACTIVE"}


@pytest.mark.parametrize("named", ["web", "arn:aws:ecs:us-east-1:000000000000:service/prod/web"])
def test_deleteservice_is_refused(named: str) -> None:
    create()

    code, message = refusal("DeleteService", cluster="prod", service=named, force=True)

    assert code == "InvalidParameterException"
    assert "DeleteExpressGatewayService" in message
    assert service()["status"] == "ACTIVE"


def test_a_task_definition_of_ones_own_needs_the_container_main() -> None:
    for family, name in (("mine", "Main"), ("other", "app")):
        port = {"containerPort": 9000, "name": "http"}
        emulated_ecs.task_definition(family, name, portMappings=[port])
    asked = {"cluster": "prod", "infrastructureRoleArn": ROLE, "serviceName": "web"}
    code, message = refusal("CreateExpressGatewayService", taskDefinitionArn="other:1", **asked)

    call("CreateExpressGatewayService", taskDefinitionArn="mine:1", **asked)

    assert (code, "named Main" in message) == ("InvalidParameterException", True)
    assert path()["targetGroups"][0]["port"] == 9000


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, "InvalidParameterException"),
        ({"primaryContainer": CONTAINER, "taskDefinitionArn": "mine"}, "InvalidParameterException"),
        (
            {"primaryContainer": CONTAINER, "networkConfiguration": {"subnets": ["subnet-none"]}},
            "InvalidParameterException",
        ),
        ({"primaryContainer": CONTAINER, "cluster": "none"}, "ClusterNotFoundException"),
    ],
)
def test_what_can_not_be_made_is_refused(more: dict[str, Any], code: str) -> None:
    emulated_ecs.task_definition("mine", "Main", portMappings=[{"containerPort": 80}])
    asked = {"cluster": "prod", "infrastructureRoleArn": ROLE, "serviceName": "web"} | more

    assert refusal("CreateExpressGatewayService", **asked)[0] == code
    assert not ecs._services
    assert not alb._lbs


def test_a_service_that_is_there_is_not_made_again() -> None:
    create()
    definitions = list(ecs._task_defs)

    again = {"cluster": "prod", "serviceName": "web", "infrastructureRoleArn": ROLE}
    code, _ = refusal("CreateExpressGatewayService", primaryContainer=CONTAINER, **again)

    assert (code, list(ecs._task_defs)) == ("ClientException", definitions)


def test_a_service_that_is_none_of_express_mode_is_refused() -> None:
    made = call("CreateService", cluster="prod", serviceName="own", taskDefinition="x")["service"]

    codes = [
        refusal(f"{verb}ExpressGatewayService", serviceArn=arn)[0]
        for verb in ("Describe", "Update", "Delete")
        for arn in (made["serviceArn"], f"{made['serviceArn']}-none")
    ]

    assert codes == [
        "InvalidParameterException",
        "ResourceNotFoundException",
        *("InvalidParameterException", "ServiceNotFoundException") * 2,
    ]
