"""Tasks with addresses, which tell EventBridge of themselves: the emulator's ECS and EC2."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from ministack.services import ec2, ecs

from local_aws.emulated import interfaces, tasks

CHANGED = (
    (ecs, ("_tasks", "_run_task", "_stop_task", "_mark_task_stopped", "_get_docker")),
    (ec2, ("_eni_fields_xml", "_subnet_fields_xml")),
)


class Account:
    """An account with a cluster and a VPC, and all that was told of its tasks."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        interfaces.install()
        tasks.install(self.told.append)
        self.ecs("CreateCluster", clusterName="prod")
        for family, mode in (("vpc", "awsvpc"), ("bridge", "bridge")):
            self.ecs(
                "RegisterTaskDefinition",
                family=family,
                networkMode=mode,
                containerDefinitions=[{"name": "app", "image": "app", "memory": 64}],
            )

    def ecs(self, action: str, **request: Any) -> dict[str, Any]:
        status, _, body = ecs._dispatch_action(action, request)
        assert status == 200, body
        return dict(json.loads(body))

    def ec2(self, action: str, **request: str) -> tuple[int, ElementTree.Element]:
        fields = {name.replace("__", "."): [value] for name, value in request.items()}
        status, _, body = ec2._ACTION_MAP[action](fields)
        root = ElementTree.fromstring(body.decode().replace(' xmlns="http', ' was="http'))
        return status, root

    def subnet(self, block: str = "10.5.1.0/24", **more: str) -> str:
        _, made = self.ec2("CreateSubnet", CidrBlock=block, **more)
        return str(made.findtext("subnet/subnetId"))

    def service(self, subnet: str, count: int = 1, **more: Any) -> list[dict[str, Any]]:
        self.ecs(
            "CreateService",
            cluster="prod",
            serviceName="web",
            taskDefinition="vpc",
            desiredCount=count,
            networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet], **more}},
        )
        return self.tasks()

    def tasks(self) -> list[dict[str, Any]]:
        arns = self.ecs("ListTasks", cluster="prod", serviceName="web")["taskArns"]
        return list(self.ecs("DescribeTasks", cluster="prod", tasks=arns)["tasks"])

    def interfaces(self, *ids: str) -> list[ElementTree.Element]:
        wanted = {f"Filter__1__Value__{number}": one for number, one in enumerate(ids, 1)}
        _, found = self.ec2(
            "DescribeNetworkInterfaces", Filter__1__Name="network-interface-id", **wanted
        )
        return found.findall("networkInterfaceSet/item")

    def details(self) -> list[dict[str, Any]]:
        return [json.loads(event["Detail"]) for event in self.told]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    for module, names in CHANGED:
        monkeypatch.setattr(module, "_ACTION_MAP", dict(module._ACTION_MAP))
        for name in names:
            monkeypatch.setattr(module, name, getattr(module, name))
    monkeypatch.setattr(ecs, "_get_docker", lambda: None)
    yield Account()
    ecs.reset()
    ec2.reset()


def detail_of(task: dict[str, Any], name: str) -> str:
    return next(str(d["value"]) for d in task["attachments"][0]["details"] if d["name"] == name)


def test_an_awsvpc_task_has_an_interface(account: Account) -> None:
    """Amazon ECS API Reference: Attachment, NetworkInterface."""
    subnet = account.subnet(Ipv6CidrBlock="2001:db8::/64")

    (task,) = account.service(subnet)

    (attachment,) = task["attachments"]
    assert (attachment["type"], attachment["status"]) == ("ElasticNetworkInterface", "ATTACHED")
    assert [detail["name"] for detail in attachment["details"]] == [
        "subnetId",
        "networkInterfaceId",
        "macAddress",
        "privateDnsName",
        "privateIPv4Address",
    ]
    assert detail_of(task, "subnetId") == subnet
    assert task["containers"][0]["networkInterfaces"] == [
        {
            "attachmentId": attachment["id"],
            "privateIpv4Address": "10.5.1.4",
            "ipv6Address": "2001:db8::4",
        }
    ]


def test_ec2_knows_the_interface_of_a_task(account: Account) -> None:
    """Amazon EC2 API Reference: NetworkInterface."""
    subnet = account.subnet(Ipv6CidrBlock="2001:db8::/64")
    (task,) = account.service(subnet, assignPublicIp="ENABLED")

    (found,) = account.interfaces(detail_of(task, "networkInterfaceId"))

    assert found.findtext("subnetId") == subnet
    assert found.findtext("privateIpAddress") == detail_of(task, "privateIPv4Address")
    assert found.findtext("ipv6AddressesSet/item/ipv6Address") == "2001:db8::4"
    public = str(found.findtext("association/publicIp"))
    assert public.startswith("198.1")
    assert found.findtext("privateIpAddressesSet/item/association/publicIp") == public


def test_a_task_has_no_public_address_unless_its_service_wants_one(account: Account) -> None:
    (task,) = account.service(account.subnet())

    (found,) = account.interfaces(detail_of(task, "networkInterfaceId"))

    assert found.find("association") is None


def test_200_interfaces_are_found_in_one_call_and_unknown_ones_are_not_there(
    account: Account,
) -> None:
    tasks = account.service(account.subnet(), 100)
    ids = [detail_of(task, "networkInterfaceId") for task in tasks]

    found = account.interfaces(*ids, *(f"eni-{number:017x}" for number in range(100)))

    assert [one.findtext("networkInterfaceId") for one in found] == ids
    assert len({one.findtext("privateIpAddress") for one in found}) == 100


@pytest.mark.parametrize(
    ("name", "count", "code"),
    [
        ("network-interface-id", 201, "FilterLimitExceeded"),
        ("colour", 1, "InvalidParameterValue"),
    ],
)
def test_a_filter_that_ec2_refuses(account: Account, name: str, count: int, code: str) -> None:
    values = {f"Filter__1__Value__{number}": "x" for number in range(1, count + 1)}

    status, answer = account.ec2("DescribeNetworkInterfaces", Filter__1__Name=name, **values)

    assert (status, answer.findtext("Errors/Error/Code")) == (400, code)


def test_interfaces_come_in_pages(account: Account) -> None:
    account.service(account.subnet(), 12)
    _, first = account.ec2("DescribeNetworkInterfaces", MaxResults="10")

    _, last = account.ec2(
        "DescribeNetworkInterfaces", MaxResults="10", NextToken=str(first.findtext("nextToken"))
    )

    assert len(last.findall("networkInterfaceSet/item")) == 2
    assert last.find("nextToken") is None


def test_a_bridge_task_has_no_interface(account: Account) -> None:
    account.ecs(
        "CreateService", cluster="prod", serviceName="web", taskDefinition="bridge", desiredCount=1
    )

    assert account.tasks()[0]["attachments"] == []


def test_a_stopped_task_gives_its_interface_back(account: Account) -> None:
    (task,) = account.service(account.subnet())

    account.ecs("DeleteService", cluster="prod", service="web", force=True)

    (stopped,) = account.ecs("DescribeTasks", cluster="prod", tasks=[task["taskArn"]])["tasks"]
    assert stopped["attachments"][0]["status"] == "DELETED"
    assert account.interfaces(detail_of(task, "networkInterfaceId")) == []


def test_a_task_that_somebody_stops_is_replaced(account: Account) -> None:
    (task,) = account.service(account.subnet())

    account.ecs("StopTask", cluster="prod", task=task["taskArn"])

    (other,) = account.tasks()
    assert detail_of(other, "privateIPv4Address") == "10.5.1.5"


def test_each_task_of_a_burst_is_told_once(account: Account) -> None:
    tasks = account.service(account.subnet(), 100)

    assert [one["taskArn"] for one in account.details()] == [task["taskArn"] for task in tasks]


def test_a_running_task_is_told_as_ecs_tells_it(account: Account) -> None:
    """Amazon ECS Developer Guide: task state change events."""
    (task,) = account.service(account.subnet())

    (event,), (detail,) = account.told, account.details()

    assert (event["Source"], event["DetailType"]) == ("local.ecs", "ECS Task State Change")
    assert event["Resources"] == [task["taskArn"]]
    assert (detail["lastStatus"], detail["desiredStatus"]) == ("RUNNING", "RUNNING")
    assert detail["group"] == "service:web"
    assert detail["startedBy"].startswith("ecs-svc/")
    assert detail["attachments"][0]["type"] == "eni"
    assert detail["createdAt"].endswith("Z")
    assert "stopCode" not in detail


def test_a_stopped_task_is_told_once_with_its_reason(account: Account) -> None:
    account.service(account.subnet())

    account.ecs("UpdateService", cluster="prod", service="web", desiredCount=0)

    started, stopped = account.details()
    assert (stopped["lastStatus"], stopped["desiredStatus"]) == ("STOPPED", "STOPPED")
    assert stopped["stopCode"] == "ServiceSchedulerInitiated"
    assert started["startedBy"] in stopped["stoppedReason"]
    assert stopped["version"] > started["version"]


def test_a_full_subnet_lets_a_task_fail(account: Account) -> None:
    """A /28 has 16 addresses, five of them AWS's own (Amazon VPC User Guide: subnet sizing)."""
    running = account.service(account.subnet("10.5.1.0/28"), 12)

    failed = account.details()[-1]
    assert len(running) == 11
    assert failed["stopCode"] == "TaskFailedToStart"
    assert "insufficient free addresses" in failed["stoppedReason"]


def test_a_task_in_an_unknown_subnet_fails(account: Account) -> None:
    account.service("subnet-none")

    assert "'subnet-none' does not exist" in account.details()[0]["stoppedReason"]
