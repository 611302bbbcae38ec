"""Amazon ECS: the running tasks of a service and their addresses, as they are now.

A task of the network mode `awsvpc` has an elastic network interface of its own; that interface, not
the task, knows the public address and the VPC. Needs `ecs:ListTasks`, `ecs:DescribeTasks` and
`ec2:DescribeNetworkInterfaces`; may raise Throttled, AwsUnavailable or AccessDenied.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from ipaddress import ip_address
from typing import Any

from botocore.exceptions import ClientError

from signpost.aws.clients import calling, code_of, in_pages
from signpost.errors import AwsUnavailable, InvalidConfiguration
from signpost.model.service import Service
from signpost.names.running_tasks import Task

_TASKS_AT_ONCE = 100  # ARNs that DescribeTasks takes (ECS API Reference)
_INTERFACES_AT_ONCE = 200  # values of one filter (EC2 User Guide, "Filtering")
_INTERFACE = "ElasticNetworkInterface"


def running_tasks(ecs: Any, ec2: Any, service: Service) -> list[Task]:
    """The service's running tasks with their addresses, those that started first in front.

    `ecs` and `ec2` are boto3 clients. A task that is to stop (desiredStatus STOPPED) is none, nor
    is one that its health check finds unhealthy, unless all are: then any answer is better than
    none. Addresses are public ones for the target `tasks-public`, else private ones; a task may
    have none. Raises InvalidConfiguration where tasks have no network interface.
    """
    tasks = _described(ecs, service.cluster, _listed(ecs, service))
    interfaces = {_interface_of(task): task for task in tasks}
    if None in interfaces:
        raise InvalidConfiguration(
            f"Task {_id(interfaces[None])} of the service has no network interface of its own, and "
            f"signpost:target is {service.configuration.target}: the tasks need the network mode "
            "awsvpc."
        )
    public = service.configuration.target == "tasks-public"
    found = [
        Task(
            id=_id(interfaces[interface["NetworkInterfaceId"]]),
            vpc_id=interface["VpcId"],
            addresses=_addresses(interface, public),
        )
        for interface in _interfaces(ec2, [str(interface) for interface in interfaces])
        if interface["NetworkInterfaceId"] in interfaces
    ]
    order = {_id(task): place for place, task in enumerate(tasks)}
    return sorted(found, key=lambda task: order[task.id])


def _listed(ecs: Any, service: Service) -> list[str]:
    found: list[str] = []
    request = {
        "cluster": service.cluster,
        "serviceName": service.name,
        "desiredStatus": "RUNNING",
        "maxResults": _TASKS_AT_ONCE,
    }
    resource = f"service {service.name} of cluster {service.cluster}"
    while True:
        try:
            with calling("ecs:ListTasks", resource):
                page = ecs.list_tasks(**request)
        except ClientError as error:
            if code_of(error) in ("ServiceNotFoundException", "ClusterNotFoundException"):
                return []  # deleted since it was described: the step before the write will see it
            raise AwsUnavailable(f"ECS could not list the tasks of {resource}: {error}") from error
        found += page["taskArns"]
        if not page.get("nextToken"):
            return found
        request["nextToken"] = page["nextToken"]


def _described(ecs: Any, cluster: str, arns: Sequence[str]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    for some in in_pages(arns, _TASKS_AT_ONCE):
        try:
            with calling("ecs:DescribeTasks", f"tasks of cluster {cluster}"):
                answer = ecs.describe_tasks(cluster=cluster, tasks=some)
        except ClientError as error:
            raise AwsUnavailable(f"ECS could not describe its tasks: {error}") from error
        odd = [f for f in answer.get("failures", []) if f.get("reason") != "MISSING"]
        if odd:
            raise AwsUnavailable(f"ECS described only some of the tasks: {odd[:3]}")
        found += answer["tasks"]
    now = [t for t in found if (t["lastStatus"], t["desiredStatus"]) == ("RUNNING", "RUNNING")]
    healthy = [task for task in now if task.get("healthStatus") != "UNHEALTHY"]
    # Tasks that run already have a time of start; it can't change, so neither does their order.
    return sorted(healthy or now, key=lambda task: (str(task.get("startedAt", "")), _id(task)))


def _interfaces(ec2: Any, ids: Iterable[str]) -> list[Mapping[str, Any]]:
    """By a filter, since asking for an interface by its id fails once it is gone."""
    found: list[Mapping[str, Any]] = []
    for some in in_pages(sorted(ids), _INTERFACES_AT_ONCE):
        request: dict[str, Any] = {"Filters": [{"Name": "network-interface-id", "Values": some}]}
        while True:
            with calling("ec2:DescribeNetworkInterfaces", f"{len(some)} network interfaces"):
                page = ec2.describe_network_interfaces(**request)
            found += page["NetworkInterfaces"]
            if not page.get("NextToken"):
                break
            request["NextToken"] = page["NextToken"]
    return found


def _interface_of(task: Mapping[str, Any]) -> str | None:
    for attachment in task.get("attachments", []):
        if attachment.get("type") == _INTERFACE and attachment.get("status") != "DELETED":
            for detail in attachment.get("details", []):
                if detail.get("name") == "networkInterfaceId":
                    return str(detail["value"])
    return None


def _addresses(interface: Mapping[str, Any], public: bool) -> tuple[str, ...]:
    """IPv6 addresses of a VPC are public and private alike."""
    if public:
        found = [interface.get("Association", {}).get("PublicIp")]
    else:
        found = [interface.get("PrivateIpAddress")]
    found += [address.get("Ipv6Address") for address in interface.get("Ipv6Addresses", [])]
    return tuple(str(ip_address(address)) for address in found if address)


def _id(task: Mapping[str, Any]) -> str:
    return str(task["taskArn"]).rpartition("/")[2]
