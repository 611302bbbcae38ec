"""Amazon ECS: what is true of a service now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from signpost.aws import revisions
from signpost.aws.clients import calling, code_of
from signpost.aws.revisions import Routing
from signpost.errors import AwsUnavailable, InvalidConfiguration
from signpost.model.service import TASK_TARGETS, Service, ServiceState, TargetGroup
from signpost.names import configuration
from signpost.settings import Settings

# Controllers whose load balancers stand in the task sets (ECS API Reference, "TaskSet").
_TASK_SET_CONTROLLERS = ("CODE_DEPLOY", "EXTERNAL")


def describe(
    client: Any, cluster: str, name: str, settings: Settings, *, by_revision: bool = False
) -> Service:
    """The service as ECS has it now, and whether and why it should have names.

    `client` is a boto3 `ecs` client. Only ECS's own word that there is no such service counts as
    absence; any other failure is AwsUnavailable. One more call reads its service revision where it
    shows no load balancer and asks for names, and for any with `by_revision`. Raises
    InvalidConfiguration for bad tags.
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
    service = from_description(cluster, found, settings)
    unrouted = service.state is ServiceState.UNROUTED
    if (unrouted and asks_for_names(found)) or (by_revision and service.may_have_other_ways):
        read = revisions.read(client, [found])
        return from_description(cluster, found, settings, read[found["serviceArn"]])
    return service


def routings(
    client: Any,
    cluster: str,
    descriptions: Iterable[Mapping[str, Any]],
    settings: Settings,
    has_names: Callable[[str], bool],
) -> Mapping[str, Routing]:
    """What leads to those of a cluster's services that show no load balancer and ask for names, or
    have some (`has_names`, by the service's name): by service ARN, for `from_description`.

    Twenty services a call. Raises what `revisions.read` raises.
    """
    at_stake = []
    for found in descriptions:
        try:
            service = from_description(cluster, found, settings)
        except InvalidConfiguration:
            continue
        asks = asks_for_names(found) or has_names(service.name)
        if asks and service.state is ServiceState.UNROUTED:
            at_stake.append(found)
    return revisions.read(client, at_stake)


def asks_for_names(found: Mapping[str, Any]) -> bool:
    """Whether a service that shows no load balancer may be served, and wants names: those of
    Express Mode and those with a tag.
    """
    return _is_express(found) or configuration.is_tagged(_tags(found))


def _is_express(found: Mapping[str, Any]) -> bool:
    """ECS API Reference, "Service": resourceManagementType is ECS or CUSTOMER."""
    return found.get("resourceManagementType") == "ECS"


def from_description(
    cluster: str, found: Mapping[str, Any], settings: Settings, routing: Routing | None = None
) -> Service:
    """A service of a cluster that is looked after, from DescribeServices's answer with its tags,
    and what its service revision says, where that was read.

    Raises InvalidConfiguration for bad tags.
    """
    name = str(found["serviceName"])
    if found["status"] != "ACTIVE":
        reason = f"The service's status is {found['status']}."
        return Service(cluster, name, ServiceState.ABSENT, reason)
    return _active(cluster, name, found, settings, routing)


def _tags(found: Mapping[str, Any]) -> dict[str, str]:
    return {tag["key"]: tag.get("value", "") for tag in found.get("tags", [])}


def _active(
    cluster: str,
    name: str,
    found: Mapping[str, Any],
    settings: Settings,
    routing: Routing | None,
) -> Service:
    tags = _tags(found)
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
            managed_by=revisions.EXPRESS if _is_express(found) else "",
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
    if entries:
        made = service(ServiceState.PRESENT, "It is ACTIVE behind a load balancer.", entries)
        strange = "One of its load balancers is neither a target group nor a classic one."
        if not (made.target_groups or made.classic_load_balancers):
            return service(ServiceState.UNCLEAR, strange)
        if not all(entry.get("targetGroupArn") or _is_classic(entry) for entry in entries):
            made = replace(made, doubt=strange)
        if routing is None:
            return replace(made, by_revision=not revisions.arns_of(found))
        return _with_other_ways(made, routing)
    if _is_express(found) and (routing == Routing() or not revisions.arns_of(found)):
        routing = Routing(revisions.EXPRESS)  # it has a way, or gets one
    if routing is None and _has_lattice(found) and not revisions.arns_of(found):
        routing = Routing(unclear="VPC Lattice leads to it.")
    if routing is None:
        unread = ServiceState.UNROUTED if revisions.arns_of(found) else ServiceState.WITHDRAWN
        return service(unread, "It has no load balancer.")
    return _by_revision(service, routing)


def _with_other_ways(service: Service, routing: Routing) -> Service:
    """A service with load balancers of its own, to which Express Mode or a gateway may lead too."""
    doubt = routing.unclear
    if routing.by and not routing.target_groups:
        doubt = f"Its {routing.by} is still being made."
    own = {arn for group in service.target_groups for arn in group.arns()}
    more = [replace(group, other=True) for group in routing.target_groups if group.arn not in own]
    return replace(
        service,
        target_groups=tuple(sorted((*service.target_groups, *more), key=lambda group: group.arn)),
        managed_by=routing.by or service.managed_by,
        by_revision=True,
        doubt=service.doubt or doubt,
    )


def _has_lattice(found: Mapping[str, Any]) -> bool:
    return any(one.get("vpcLatticeConfigurations") for one in found.get("deployments", []))


def _by_revision(service: Callable[[ServiceState, str], Service], routing: Routing) -> Service:
    if routing.unclear:
        made = service(ServiceState.UNCLEAR, routing.unclear)
    elif routing.by:
        made = service(ServiceState.PRESENT, f"It is ACTIVE behind {routing.by}.")
    else:
        made = service(ServiceState.WITHDRAWN, "It has no load balancer.")
    return replace(
        made, target_groups=routing.target_groups, managed_by=routing.by, by_revision=True
    )


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


def target_group_arns(found: Mapping[str, Any], routings: Mapping[str, Routing]) -> list[str]:
    """The target groups of a service as DescribeServices has it, both colours of each; those that
    ECS has made stand in `routings`.
    """
    managed = routings.get(found.get("serviceArn", ""), Routing()).target_groups
    groups = _target_groups(_live_load_balancers(found) or []) or managed
    return [arn for group in groups for arn in group.arns()]


def classic_names(found: Mapping[str, Any]) -> list[str]:
    """The classic load balancers of a service as DescribeServices has it."""
    entries = _live_load_balancers(found) or []
    return [entry["loadBalancerName"] for entry in entries if _is_classic(entry)]


def _is_classic(entry: Mapping[str, Any]) -> bool:
    return bool(entry.get("loadBalancerName")) and not entry.get("targetGroupArn")
