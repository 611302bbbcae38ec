"""Amazon ECS: what is true of a service now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from signpost.aws.clients import calling, code_of
from signpost.errors import AwsUnavailable
from signpost.model.service import TASK_TARGETS, Service, ServiceState, TargetGroup
from signpost.names import configuration
from signpost.settings import Settings

# Controllers whose load balancers stand in the task sets (ECS API Reference, "TaskSet").
_TASK_SET_CONTROLLERS = ("CODE_DEPLOY", "EXTERNAL")


def describe(client: Any, cluster: str, name: str, settings: Settings) -> Service:
    """The service as ECS has it now, and whether and why it should have names.

    `client` is a boto3 `ecs` client. Only ECS's own word that there is no such service counts as
    absence; any other failure is AwsUnavailable. Raises InvalidConfiguration for bad tags.
    """
    if settings.cluster_names and cluster not in settings.cluster_names:
        reason = f"Cluster {cluster} is not in ClusterNames: {', '.join(settings.cluster_names)}."
        return Service(cluster, name, ServiceState.NOT_OURS, reason)
    resource = f"service {name} of cluster {cluster}"
    try:
        with calling("ecs:DescribeServices", resource):
            answer = client.describe_services(cluster=cluster, services=[name], include=["TAGS"])
    except ClientError as error:
        if code_of(error) != "ClusterNotFoundException":
            raise AwsUnavailable(f"ECS could not describe {resource}: {error}") from error
        return Service(cluster, name, ServiceState.MISSING, f"Cluster {cluster} does not exist.")
    found = next((item for item in answer["services"] if item["serviceName"] == name), None)
    if found is None:
        reasons = [failure.get("reason", "unknown") for failure in answer.get("failures", [])]
        if reasons != ["MISSING"]:
            raise AwsUnavailable(f"ECS described neither {resource} nor its absence: {reasons}")
        return Service(cluster, name, ServiceState.MISSING, "ECS has no such service (MISSING).")
    return from_description(cluster, found, settings)


def from_description(cluster: str, found: Mapping[str, Any], settings: Settings) -> Service:
    """A service of a cluster that is looked after, from DescribeServices's answer with its tags.

    Raises InvalidConfiguration for bad tags.
    """
    name = str(found["serviceName"])
    if found["status"] != "ACTIVE":
        reason = f"The service's status is {found['status']}."
        return Service(cluster, name, ServiceState.ABSENT, reason)
    return _active(cluster, name, found, settings)


def _active(cluster: str, name: str, found: Mapping[str, Any], settings: Settings) -> Service:
    tags = {tag["key"]: tag.get("value", "") for tag in found.get("tags", [])}
    wishes = configuration.from_tags(tags)
    count = found.get("desiredCount", 0)

    def service(state: ServiceState, reason: str, entries: Sequence[Any] = ()) -> Service:
        return Service(
            cluster=cluster,
            name=name,
            state=state,
            reason=reason,
            configuration=wishes,
            target_groups=_target_groups(entries),
            classic_load_balancers=tuple(
                sorted({entry["loadBalancerName"] for entry in entries if _is_classic(entry)})
            ),
            desired_count=count,
        )

    if not wishes.enabled:
        return service(ServiceState.WITHDRAWN, "Its tag signpost:enabled is false.")
    if settings.selection == "tagged" and not configuration.is_tagged(tags):
        return service(
            ServiceState.WITHDRAWN, "Selection is tagged and the service has no signpost: tag."
        )
    if wishes.target in TASK_TARGETS:
        return service(ServiceState.PRESENT, "It is ACTIVE, and its names lead to its tasks.")
    entries = _live_load_balancers(found)
    if entries is None:
        return service(ServiceState.NOT_OURS, "It has task sets, but none is PRIMARY yet.")
    if not entries:
        return service(ServiceState.WITHDRAWN, "It has no load balancer.")
    return service(ServiceState.PRESENT, "It is ACTIVE behind a load balancer.", entries)


def _live_load_balancers(found: Mapping[str, Any]) -> Sequence[Any] | None:
    """The entries that serve production; None where task sets exist but no primary one."""
    task_sets = found.get("taskSets", [])
    controller = found.get("deploymentController", {}).get("type", "ECS")
    if controller not in _TASK_SET_CONTROLLERS or not task_sets:
        return list(found.get("loadBalancers", []))
    primary = [task_set for task_set in task_sets if task_set["status"] == "PRIMARY"]
    return list(primary[0].get("loadBalancers", [])) if primary else None


def _target_groups(entries: Sequence[Any]) -> tuple[TargetGroup, ...]:
    groups = {
        TargetGroup(
            arn=entry["targetGroupArn"],
            alternate_arn=entry.get("advancedConfiguration", {}).get("alternateTargetGroupArn"),
            production_rule=entry.get("advancedConfiguration", {}).get("productionListenerRule"),
        )
        for entry in entries
        if entry.get("targetGroupArn")
    }
    return tuple(sorted(groups, key=lambda group: group.arn))


def target_group_arns(found: Mapping[str, Any]) -> list[str]:
    """The target groups of a service as DescribeServices has it, both colours of each."""
    entries = _live_load_balancers(found) or []
    return [arn for group in _target_groups(entries) for arn in group.arns()]


def classic_names(found: Mapping[str, Any]) -> list[str]:
    """The classic load balancers of a service as DescribeServices has it."""
    entries = _live_load_balancers(found) or []
    return [entry["loadBalancerName"] for entry in entries if _is_classic(entry)]


def _is_classic(entry: Mapping[str, Any]) -> bool:
    return bool(entry.get("loadBalancerName")) and not entry.get("targetGroupArn")
