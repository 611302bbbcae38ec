"""What the local AWS tells of tasks and of listener rules, over plain boto3 and real rules."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.end_to_end.conftest import LocalAws, until

pytestmark = [pytest.mark.local_aws, pytest.mark.xdist_group("events")]

Events = Callable[[int], list[dict[str, Any]]]


@pytest.fixture
def events(local: LocalAws, service: str) -> Events:
    """Gives that many events that rules of the test's own put into its queue."""
    sqs, bus = local.client("sqs"), local.client("events")
    url = sqs.create_queue(QueueName=service)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    patterns = {
        "local.ecs": {"group": [f"service:{service}"]},
        "local.elasticloadbalancing": {"eventName": [{"suffix": "Rule"}]},
    }
    for source, detail in patterns.items():
        name = f"{service}-{source}"
        bus.put_rule(Name=name, EventPattern=json.dumps({"source": [source], "detail": detail}))
        bus.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}])
    received: list[dict[str, Any]] = []

    def get(count: int) -> list[dict[str, Any]]:
        def look() -> bool:
            for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
                "Messages", []
            ):
                received.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return len(received) >= count

        until(look, f"{count} events")
        found = received[:count]
        del received[:count]
        return found

    return get


def test_100_tasks_have_100_addresses_and_tell_100_events_each_way(
    local: LocalAws, service: str, events: Events
) -> None:
    local.ecs.register_task_definition(
        family="vpc",
        networkMode="awsvpc",
        containerDefinitions=[{"name": "app", "image": "app", "memory": 64}],
    )
    local.ecs.create_service(
        cluster="prod",
        serviceName=service,
        taskDefinition="vpc",
        desiredCount=100,
        networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-00000001"]}},
    )

    told = events(100)
    arns = local.ecs.list_tasks(cluster="prod", serviceName=service)["taskArns"]
    tasks = local.ecs.describe_tasks(cluster="prod", tasks=arns)["tasks"]
    ids = [
        detail["value"]
        for task in tasks
        for detail in task["attachments"][0]["details"]
        if detail["name"] == "networkInterfaceId"
    ]
    found = local.ec2.describe_network_interfaces(
        Filters=[{"Name": "network-interface-id", "Values": ids}]
    )["NetworkInterfaces"]
    local.ecs.update_service(cluster="prod", service=service, desiredCount=0)

    assert {event["resources"][0] for event in told} == set(arns)
    assert len({one["PrivateIpAddress"] for one in found}) == 100
    assert {event["detail"]["desiredStatus"] for event in events(100)} == {"STOPPED"}


def test_a_rule_that_is_changed_is_told_with_its_target_group(
    local: LocalAws, events: Events
) -> None:
    balancer = local.balancer()
    (made,) = local.elbv2.describe_load_balancers(Names=[balancer["name"]])["LoadBalancers"]
    (listener,) = local.elbv2.describe_listeners(LoadBalancerArn=made["LoadBalancerArn"])[
        "Listeners"
    ]
    rule = local.elbv2.create_rule(
        ListenerArn=listener["ListenerArn"],
        Priority=1,
        Conditions=[{"Field": "host-header", "Values": ["shop.ecs.internal"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": balancer["group"]}],
    )["Rules"][0]["RuleArn"]
    with pytest.raises(local.elbv2.exceptions.ClientError):
        local.elbv2.modify_rule(RuleArn=f"{rule}x", Conditions=[])
    local.elbv2.delete_rule(RuleArn=rule)

    created, deleted = (event["detail"] for event in events(2))

    assert created["requestParameters"]["actions"][0]["targetGroupArn"] == balancer["group"]
    assert created["responseElements"]["rules"][0]["ruleArn"] == rule
    assert deleted["requestParameters"] == {"ruleArn": rule}
