"""What the local AWS refuses and tells as AWS does, and what Signpost makes of it."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws.clients import LocalSession
from local_aws.deploy import STACK_NAME
from local_aws.dns_world import Reader
from signpost.aws import ecs, elb, route53
from signpost.settings import Settings
from tests.end_to_end.conftest import LocalAws, signpost
from tests.support.parameters import EXAMPLE
from tests.support.route53 import send, simple

pytestmark = [pytest.mark.local_aws, pytest.mark.xdist_group("events")]


@pytest.mark.deep
def test_a_wildcard_is_spelled_as_ecs_takes_it(local: LocalAws, service: str) -> None:
    balancer = local.balancer()

    with pytest.raises(ClientError, match="invalid characters"):
        local.create(service, balancer, hostname=f"*.{service}.ecs.internal")
    local.create(service, balancer, hostname=f"_any.{service}.ecs.internal")
    refused = local.finished(service, "CreateService")
    allowed = {"Name": "/signpost/signpost/AllowedHostnames", "Type": "String", "Overwrite": True}
    local.client("ssm").put_parameter(Value="**.{zone},_any.{service}.{zone}", **allowed)

    by_hand = signpost("rerun", "prod", service, **local.environment)

    assert refused["error"] == "HostnameNotAllowed"
    assert by_hand.returncode == 0, by_hand.stdout
    assert local.dig(f"shop.{service}.ecs.internal") != []


def test_a_target_group_that_only_a_weighted_rule_uses_gets_its_service_a_name(
    local: LocalAws, service: str
) -> None:
    balancer, other = local.balancer(), local.balancer()
    only = local.elbv2.create_target_group(
        Name=service, Protocol="HTTP", Port=80, VpcId=local.vpc(), TargetType="ip"
    )["TargetGroups"][0]["TargetGroupArn"]
    arn = local.elbv2.describe_load_balancers(Names=[balancer["name"]])["LoadBalancers"][0]
    listener = local.elbv2.describe_listeners(LoadBalancerArn=arn["LoadBalancerArn"])["Listeners"][
        0
    ]
    weights = [
        {"TargetGroupArn": only, "Weight": 9},
        {"TargetGroupArn": other["group"], "Weight": 1},
    ]
    local.elbv2.create_rule(
        ListenerArn=listener["ListenerArn"],
        Priority=7,
        Conditions=[{"Field": "host-header", "Values": [f"{service}.ecs.internal"]}],
        Actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": weights}}],
    )
    local.make_healthy({"group": only})

    local.create(service, {"group": only}, hostname="from:listener-rules")

    # The event of the rule may have been faster than the service's own.
    assert local.finished(service, "CreateService")["status"] == "SUCCEEDED"
    assert (f"{service}.ecs.internal", "A") in local.records()


def test_what_change_record_may_write(local: LocalAws, service: str) -> None:
    writer = _with_the_rights_of(local, "ChangeRecordFunctionRole", service)
    name, zone = f"{service}.ecs.internal", local.zone()
    web = simple(name, "A", "192.0.2.1")
    mail = simple(name, "MX", "10 mail.ecs.internal")

    for refused in (("UPSERT", web), ("CREATE", mail)):
        with pytest.raises(ClientError, match="not authorized"):
            send(writer, zone, ("CREATE", simple(f"b.{name}", "TXT", '"x"')), refused)
    assert (name, "A") not in local.records()
    send(writer, zone, ("CREATE", web))
    assert (name, "A") in local.records()
    send(writer, zone, ("DELETE", web))


def test_what_is_asked_of_the_local_aws_is_answered_as_aws_would(
    local: LocalAws, service: str
) -> None:
    """The functions' reading, in this process, where each answer is held against the model."""
    local.create(service, local.balancer())
    local.finished(service, "CreateService")
    settings = Settings.from_env(EXAMPLE | {"HOSTED_ZONE_IDS": local.zone()})
    elbv2, classic = local.client("elbv2"), local.client("elb")

    found = ecs.describe(local.ecs, "prod", service, settings)
    (balancer,) = elb.resolve(elbv2, classic, found, settings)

    assert elb.states(elbv2, [balancer]) != {}
    assert elb.target_health(elbv2, classic, balancer)["healthy"] == 1
    assert route53.at_name(local.route53, local.zone(), f"{service}.ecs.internal") != []


def test_what_routes_to_an_express_service_stands_in_its_revision(
    local: LocalAws, service: str
) -> None:
    made = local.ecs.create_express_gateway_service(
        cluster=local.cluster,
        serviceName=service,
        infrastructureRoleArn="arn:aws:iam::000000000000:role/any",
        primaryContainer={"image": "app"},
    )["service"]
    (path,) = _managed(local, service)["ingressPaths"]
    (rule,) = local.elbv2.describe_rules(RuleArns=[path["rule"]["arn"]])["Rules"]
    group = path["targetGroups"][0]["arn"]
    targets = local.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    with pytest.raises(ClientError, match="DeleteExpressGatewayService"):
        local.ecs.delete_service(cluster=local.cluster, service=service, force=True)

    local.ecs.delete_express_gateway_service(serviceArn=made["serviceArn"])

    assert rule["Conditions"][0]["HostHeaderConfig"]["Values"] == [path["endpoint"]]
    assert [one["TargetHealth"]["State"] for one in targets] == ["healthy"]
    assert local.elbv2.describe_rules(RuleArns=[path["rule"]["arn"]])["Rules"] == []


def test_what_routes_to_a_service_with_a_connector_stands_in_its_revision(
    local: LocalAws, service: str
) -> None:
    local.ecs.create_gateway(
        name=service,
        infrastructureRoleArn="arn:aws:iam::000000000000:role/any",
        configuration={"hostSharedAlb": {}},
        deletionProtection=False,
    )
    local.ecs.associate_gateway_with_cluster(gateway=service, cluster=local.cluster)
    port = {"containerPort": 80, "name": "http"}
    container = {"name": "app", "image": "app", "memory": 64, "portMappings": [port]}
    local.ecs.register_task_definition(
        family=service, networkMode="awsvpc", containerDefinitions=[container]
    )
    local.ecs.create_service(
        cluster=local.cluster,
        serviceName=service,
        taskDefinition=service,
        desiredCount=1,
        networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-00000001"]}},
        gatewayConnectors=[{"portName": "http"}],
    )
    (connection,) = _managed(local, service)["gatewayConnections"]
    (parts,) = connection["resources"]["hostSharedAlb"]
    (rule,) = local.elbv2.describe_rules(RuleArns=[parts["listenerRuleArn"]])["Rules"]
    (host,) = rule["Conditions"][0]["HostHeaderConfig"]["Values"]

    local.ecs.update_service(cluster=local.cluster, service=service, gatewayConnectors=[])

    assert connection["serviceUrl"] == f"https://{host}"
    assert _managed(local, service) == {}
    local.ecs.disassociate_gateway_from_cluster(gateway=service, cluster=local.cluster)
    local.ecs.delete_gateway(gateway=service)


def test_the_local_dns_reads_zones_as_aws_would_tell_of_them(local: LocalAws) -> None:
    world = Reader(LocalSession(local.facts["endpoint"], local.facts["region"])).read()

    (zone,) = [one for one in world.zones if one.id == local.zone()]
    assert zone.vpc_ids == {local.vpc()}
    assert {"NS", "SOA"} <= {one.type for one in world.records(zone)}
    assert world.load_balancers() is not None


def _managed(local: LocalAws, service: str) -> dict[str, Any]:
    found = local.ecs.describe_services(cluster=local.cluster, services=[service])["services"][0]
    (current,) = found["currentServiceRevisions"]
    told = local.ecs.describe_service_revisions(serviceRevisionArns=[current["arn"]])
    return dict(told["serviceRevisions"][0].get("ecsManagedResources", {}))


def _with_the_rights_of(local: LocalAws, role: str, user: str) -> Any:
    """A Route 53 client of a new user who may do what a role of the stack may."""
    iam, cloudformation = local.client("iam"), local.client("cloudformation")
    found = cloudformation.describe_stack_resource(StackName=STACK_NAME, LogicalResourceId=role)[
        "StackResourceDetail"
    ]["PhysicalResourceId"]
    iam.create_user(UserName=user)
    for name in iam.list_role_policies(RoleName=found)["PolicyNames"]:
        document = iam.get_role_policy(RoleName=found, PolicyName=name)["PolicyDocument"]
        iam.put_user_policy(UserName=user, PolicyName=name, PolicyDocument=json.dumps(document))
    key = iam.create_access_key(UserName=user)["AccessKey"]
    return boto3.client(
        "route53",
        endpoint_url=local.facts["endpoint"],
        region_name=local.facts["region"],
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
