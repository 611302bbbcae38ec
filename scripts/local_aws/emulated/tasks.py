"""ECS tasks as AWS shows them: an awsvpc task has a network interface, and tells of itself.

MiniStack without containers has its tasks RUNNING at once, and STOPPED at once, but without any
address, and tells EventBridge nothing. Here a task is complete, address included, before anybody
can see it, and each change is reported where it happens, so that none can be missed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from ministack.core.responses import (
    AccountRegionScopedDict,
    get_account_id,
    get_region,
    new_uuid,
    now_iso,
)
from ministack.services import ecs

from local_aws.cloudtrail import Event, task_changed
from local_aws.emulated import interfaces
from local_aws.emulated.interfaces import Interface, NoInterfaceError
from local_aws.emulated.permissions import PARTITION

Task = dict[str, Any]
Tell = Callable[[Event], None]

# The awsvpcConfiguration of the call that tasks are being made for.
_network: ContextVar[Mapping[str, Any] | None] = ContextVar("network", default=None)
# Whether the service scheduler, not a caller of StopTask, is at work.
_is_scheduler: ContextVar[bool] = ContextVar("is_scheduler", default=False)


def install(tell: Tell) -> None:
    """Complete the emulator's tasks, and report their changes to `tell`."""
    ecs._tasks = _Tasks(tell)
    ecs._run_task = _with_network(ecs._run_task)
    stop_task = ecs._stop_task
    ecs._stop_task = _by_scheduler(stop_task)
    ecs._ACTION_MAP["RunTask"] = ecs._run_task
    ecs._ACTION_MAP["StopTask"] = _with_replacement(stop_task)
    ecs._mark_task_stopped = _with_release(ecs._mark_task_stopped, tell)


class _Tasks(AccountRegionScopedDict):  # type: ignore[misc]
    """The emulator's store of tasks."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell

    __slots__ = ("_tell",)

    def __setitem__(self, arn: str, task: Task) -> None:
        is_new = arn not in self
        if is_new:
            _begin(task)
        super().__setitem__(arn, task)
        if is_new:
            self._tell(task_changed(ecs._sanitize(task)))


def _begin(task: Task) -> None:
    """Give a task that is to run in a VPC its network interface, or let it fail for want of one."""
    task["group"] = task["group"] or f"family:{_family(task)}"
    if not task["stopCode"]:
        del task["stopCode"]  # a task that runs has none (Amazon ECS API Reference: Task)
    network = _network.get() or {}
    if task["_network_mode"] != "awsvpc" or not network.get("subnets"):
        return
    attachment_id = new_uuid()
    try:
        interface = interfaces.create(
            network["subnets"],
            network.get("securityGroups") or (),
            network.get("assignPublicIp") == "ENABLED",
            f"arn:{PARTITION}:ecs:{get_region()}:{get_account_id()}:attachment/{attachment_id}",
        )
    except NoInterfaceError as error:
        task |= {
            "lastStatus": "STOPPED",
            "desiredStatus": "STOPPED",
            "stoppedAt": now_iso(),
            "stopCode": "TaskFailedToStart",
            "stoppedReason": "Unexpected EC2 error while attempting to Create Network Interface:"
            f" {error}",
        }
        return
    task["availabilityZone"] = interface["AvailabilityZone"]
    task["attachments"] = [_attachment(attachment_id, interface)]
    for container in task["containers"]:
        container["networkInterfaces"] = [_container_interface(attachment_id, interface)]


def _attachment(attachment_id: str, interface: Interface) -> dict[str, Any]:
    """How a task names its interface (Amazon ECS API Reference: Attachment)."""
    details = {
        "subnetId": interface["SubnetId"],
        "networkInterfaceId": interface["NetworkInterfaceId"],
        "macAddress": interface["MacAddress"],
        "privateDnsName": interface["PrivateDnsName"],
        "privateIPv4Address": interface["PrivateIpAddress"],
    }
    return {
        "id": attachment_id,
        "type": "ElasticNetworkInterface",
        "status": "ATTACHED",
        "details": [{"name": name, "value": value} for name, value in details.items()],
    }


def _container_interface(attachment_id: str, interface: Interface) -> dict[str, str]:
    """How each container names it (Amazon ECS API Reference: NetworkInterface)."""
    named = {"attachmentId": attachment_id, "privateIpv4Address": interface["PrivateIpAddress"]}
    return named | ({"ipv6Address": interface["Ipv6Address"]} if interface["Ipv6Address"] else {})


def _family(task: Task) -> str:
    return str(task["taskDefinitionArn"].rpartition("/")[2].rpartition(":")[0])


def _with_network(original: Callable[..., Any]) -> Callable[..., Any]:
    def run_task(data: Mapping[str, Any]) -> Any:
        network = (data.get("networkConfiguration") or {}).get("awsvpcConfiguration") or {}
        # AWS's service scheduler signs with the deployment, MiniStack's with the service's name.
        started_by = data.get("_deploymentId") or data.get("startedBy", "")
        with _set(_network, network):
            return original({**data, "startedBy": started_by})

    return run_task


def _by_scheduler(original: Callable[..., Any]) -> Callable[..., Any]:
    def stop_task(data: Mapping[str, Any]) -> Any:
        with _set(_is_scheduler, True):
            return original(data)

    return stop_task


def _with_replacement(original: Callable[..., Any]) -> Callable[..., Any]:
    """StopTask on a service's task makes the service start another one; MiniStack starts none."""

    def stop_task(data: Mapping[str, Any]) -> Any:
        answer = original(data)
        task = json.loads(answer[2]).get("task") or {}
        kind, _, service = task.get("group", "").partition(":")
        if kind == "service":
            cluster = task["clusterArn"].rpartition("/")[2]
            ecs._reconcile_service_tasks(cluster, f"{cluster}/{service}")
        return answer

    return stop_task


def _with_release(original: Callable[..., bool], tell: Tell) -> Callable[..., bool]:
    def mark_task_stopped(
        arn: str, task: Task, reason: str, stop_code: str, exit_code: int | None = None
    ) -> bool:
        if _is_scheduler.get():
            stop_code = "ServiceSchedulerInitiated"
            reason = f"Scaling activity initiated by (deployment {task['startedBy']})"
        is_stopped = original(arn, task, reason, stop_code, exit_code)
        if is_stopped:
            for attachment in task["attachments"]:
                attachment["status"] = "DELETED"
                for detail in attachment["details"]:
                    if detail["name"] == "networkInterfaceId":
                        interfaces.delete(detail["value"])
            tell(task_changed(ecs._sanitize(task)))
        return is_stopped

    return mark_task_stopped


@contextmanager
def _set(variable: ContextVar[Any], value: object) -> Iterator[None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)
