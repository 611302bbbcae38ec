"""Where names come from and lead to, on the local AWS: listener rules, tasks, kinds of address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.end_to_end.conftest import LocalAws, signpost, until

pytestmark = [pytest.mark.local_aws, pytest.mark.xdist_group("events")]


def listener_of(local: LocalAws, balancer: dict[str, str]) -> str:
    (made,) = local.elbv2.describe_load_balancers(Names=[balancer["name"]])["LoadBalancers"]
    listeners = local.elbv2.describe_listeners(LoadBalancerArn=made["LoadBalancerArn"])
    return str(listeners["Listeners"][0]["ListenerArn"])


def add_rule(local: LocalAws, balancer: dict[str, str], priority: int, *hosts: str) -> str:
    return str(
        local.elbv2.create_rule(
            ListenerArn=listener_of(local, balancer),
            Priority=priority,
            Conditions=[{"Field": "host-header", "Values": list(hosts)}],
            Actions=[{"Type": "forward", "TargetGroupArn": balancer["group"]}],
        )["Rules"][0]["RuleArn"]
    )


def test_names_follow_the_listener_rules(local: LocalAws, service: str) -> None:
    balancer = local.balancer()
    shop, www = f"shop.{service}.ecs.internal", f"www.{service}.ecs.internal"
    add_rule(local, balancer, 1, shop)
    local.create(service, balancer, hostname="from:listener-rules")
    until(lambda: local.dig(shop), f"{shop} in DNS")

    second = add_rule(local, balancer, 2, www)
    until(lambda: local.dig(www), f"{www} in DNS")

    local.elbv2.modify_rule(
        RuleArn=second, Conditions=[{"Field": "host-header", "Values": [f"a.{shop}"]}]
    )
    until(lambda: local.dig(f"a.{shop}") and not local.dig(www), f"{www} to move to a.{shop}")

    local.elbv2.delete_rule(RuleArn=second)
    until(lambda: not local.dig(f"a.{shop}"), f"a.{shop} to go")
    assert local.dig(shop)


def test_names_go_with_the_listener_that_had_their_rules(local: LocalAws, service: str) -> None:
    balancer = local.balancer()
    shop = f"shop.{service}.ecs.internal"
    add_rule(local, balancer, 1, shop)
    local.create(service, balancer, hostname="from:listener-rules")
    until(lambda: local.dig(shop), f"{shop} in DNS")

    local.elbv2.delete_listener(ListenerArn=listener_of(local, balancer))

    until(lambda: not local.dig(shop), f"{shop} to go")


def test_ipv6_comes_with_the_load_balancer_whatever_else_is_in_the_queue(
    local: LocalAws, service: str
) -> None:
    """Given a message that nobody can read among the collected events."""
    balancer, name = local.balancer(), f"{service}.ecs.internal"
    local.create(service, balancer)
    until(lambda: local.dig(name), f"{name} in DNS")
    (queue,) = (
        one["PhysicalResourceId"]
        for one in local.client("cloudformation").describe_stack_resources(
            StackName="signpost", LogicalResourceId="CollectedEventsQueue"
        )["StackResources"]
    )
    local.client("sqs").send_message(QueueUrl=queue, MessageBody="{")
    (made,) = local.elbv2.describe_load_balancers(Names=[balancer["name"]])["LoadBalancers"]

    local.elbv2.set_ip_address_type(
        LoadBalancerArn=made["LoadBalancerArn"], IpAddressType="dualstack"
    )

    until(lambda: (name, "AAAA") in local.records(), f"{name} to have AAAA records")


def test_a_name_that_no_rule_serves_is_warned_of(local: LocalAws, service: str) -> None:
    balancer = local.balancer()
    add_rule(local, balancer, 1, "elsewhere.ecs.internal")
    (listener,) = local.elbv2.describe_listeners(ListenerArns=[listener_of(local, balancer)])[
        "Listeners"
    ]
    refuse = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
    local.elbv2.modify_listener(ListenerArn=listener["ListenerArn"], DefaultActions=[refuse])
    local.create(service, balancer, hostname=service)

    run = local.finished(service, "CreateService")

    (warning,) = run["receipt"]["warnings"]
    assert f"{service}.ecs.internal" in warning
    shown = signpost("show", run["arn"], **local.environment)
    assert "warning" in shown.stdout


@pytest.fixture
def of_tasks(local: LocalAws, service: str) -> Iterator[str]:
    """A service of two tasks, whose names lead to them."""
    subnet = local.ec2.create_subnet(VpcId=local.vpc(), CidrBlock="10.0.77.0/24")["Subnet"]
    local.ecs.register_task_definition(
        family="vpc",
        networkMode="awsvpc",
        containerDefinitions=[{"name": "app", "image": "app", "memory": 64}],
    )
    local.ecs.create_service(
        cluster="prod",
        serviceName=service,
        taskDefinition="vpc",
        desiredCount=2,
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet["SubnetId"]]}},
        tags=[{"key": "signpost:target", "value": "tasks"}],
    )
    yield service
    local.delete(service)
    local.ec2.delete_subnet(SubnetId=subnet["SubnetId"])


def addresses(local: LocalAws, service: str) -> set[str]:
    """The private addresses of a service's running tasks."""
    arns = local.ecs.list_tasks(cluster="prod", serviceName=service)["taskArns"]
    tasks = local.ecs.describe_tasks(cluster="prod", tasks=arns)["tasks"] if arns else []
    return {
        detail["value"]
        for task in tasks
        for attachment in task["attachments"]
        for detail in attachment["details"]
        if detail["name"] == "privateIPv4Address"
    }


def test_a_name_leads_to_the_tasks_that_run(local: LocalAws, of_tasks: str) -> None:
    name = f"{of_tasks}.ecs.internal"

    def settled(count: int) -> Any:
        running = addresses(local, of_tasks)
        return len(running) == count and set(local.dig(name)) == running

    until(lambda: settled(2), "an answer for each of two tasks")
    local.ecs.update_service(cluster="prod", service=of_tasks, desiredCount=4)
    until(lambda: settled(4), "an answer for each of four tasks")
    (first, *_) = local.ecs.list_tasks(cluster="prod", serviceName=of_tasks)["taskArns"]
    local.ecs.stop_task(cluster="prod", task=first)
    until(lambda: settled(4), "the answer of the task in the stopped one's place")
    local.ecs.update_service(cluster="prod", service=of_tasks, desiredCount=0)
    until(lambda: not local.dig(name), "no answer without tasks")


def test_an_address_of_the_other_family_comes_and_goes(local: LocalAws, service: str) -> None:
    balancer = local.balancer(dual_stack=True)
    local.create(service, balancer)
    local.finished(service, "CreateService")
    name = f"{service}.ecs.internal"
    assert (name, "AAAA") in local.records()
    (made,) = local.elbv2.describe_load_balancers(Names=[balancer["name"]])["LoadBalancers"]

    local.elbv2.set_ip_address_type(LoadBalancerArn=made["LoadBalancerArn"], IpAddressType="ipv4")
    run = signpost("rerun", "prod", service, **local.environment)

    assert run.returncode == 0, run.stdout
    assert (name, "A") in local.records()
    assert (name, "AAAA") not in local.records()


def test_a_name_leads_to_a_classic_load_balancer(local: LocalAws, service: str) -> None:
    elb = local.client("elb")
    subnet = local.ec2.create_subnet(VpcId=local.vpc(), CidrBlock="10.0.78.0/24")["Subnet"]
    dns_name = elb.create_load_balancer(
        LoadBalancerName=service,
        Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}],
        Subnets=[subnet["SubnetId"]],
        Scheme="internal",
    )["DNSName"]
    elb.register_instances_with_load_balancer(
        LoadBalancerName=service, Instances=[{"InstanceId": "i-0123456789abcdef0"}]
    )
    local.ecs.create_service(
        cluster="prod",
        serviceName=service,
        taskDefinition="app",
        desiredCount=1,
        loadBalancers=[{"loadBalancerName": service, "containerName": "app", "containerPort": 80}],
    )

    run = local.finished(service, "CreateService")

    assert run["receipt"]["outcome"] == "RecordChanged"
    assert local.dig(f"{service}.ecs.internal") == local.dig(dns_name) != []
