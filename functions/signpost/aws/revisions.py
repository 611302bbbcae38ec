"""Amazon ECS: what leads to a service that shows no load balancer, as its service revision says.

Express Mode and gateways make load balancers, listener rules and target groups themselves. Whether
DescribeServices shows these is not documented; `ServiceRevision.ecsManagedResources` has them (ECS
API Reference, "ECSManagedResources"). A way to the service that is not known here is said to be
unclear, so that nothing is taken away for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from signpost.aws.clients import calling, in_pages
from signpost.model.service import TargetGroup

EXPRESS = "Express Mode"
_AT_ONCE = 20  # revisions a DescribeServiceRevisions call takes (ECS API Reference)
# Members that lead nobody to the service by a name of ours. Cloud Map and Service Connect have
# names of their own. A unit test holds all of them against botocore's model.
_OTHER_MEMBERS = {
    "serviceRevisionArn",
    "serviceArn",
    "clusterArn",
    "taskDefinition",
    "capacityProviderStrategy",
    "launchType",
    "platformVersion",
    "platformFamily",
    "serviceRegistries",
    "networkConfiguration",
    "containerImages",
    "guardDutyEnabled",
    "serviceConnectConfiguration",
    "volumeConfigurations",
    "fargateEphemeralStorage",
    "createdAt",
    "overrides",
    "monitoring",
}
_OTHER_RESOURCES = {"autoScaling", "metricAlarms", "serviceSecurityGroups", "logGroups"}
_OWN = {"loadBalancers", "resolvedConfiguration"}
_UNDERSTOOD = {"ecsManagedResources", "gatewayConnectors"}
_UNDERSTOOD_RESOURCES = {"ingressPaths", "gatewayConnections"}
# Of ManagedResourceStatus and GatewayRouteStatus: what goes on purpose, and what went wrong.
_GOING = {"DEPROVISIONING", "DELETED", "DELETE_IN_PROGRESS"}
_LOST = {"FAILED", "CREATE_FAILED", "DELETE_FAILED"}


@dataclass(frozen=True)
class Routing:
    """What leads to a service: made by `by` (empty: nothing does), through the target groups (none
    yet while ECS makes them); or, in words, what of it is `unclear`.
    """

    by: str = ""
    target_groups: tuple[TargetGroup, ...] = ()
    unclear: str = ""


def arns_of(found: Mapping[str, Any]) -> list[str]:
    """The current service revisions of a service as DescribeServices has it: one, and more during a
    deployment; none where its deployment controller is not ECS's own.
    """
    return [one["arn"] for one in found.get("currentServiceRevisions", []) if one.get("arn")]


def read(client: Any, services: Iterable[Mapping[str, Any]]) -> dict[str, Routing]:
    """What leads to each of these services (as DescribeServices has them, with current service
    revisions), by service ARN.

    The newest revision with a way counts: during a deployment an older one may lead to the service
    still, and a rollback keeps it. One that ECS does not describe may be the newest. `client` is a
    boto3 `ecs` client. Twenty revisions a call, which needs `ecs:DescribeServiceRevisions`. Raises
    Throttled, AwsUnavailable or AccessDenied.
    """
    services = list(services)
    arns = [arn for found in services for arn in arns_of(found)]
    revisions = {one["serviceRevisionArn"]: one for one in _described(client, arns)}
    newest: dict[str, Routing] = {}
    for found in services:
        mine = arns_of(found)
        described = sorted((revisions[arn] for arn in mine if arn in revisions), key=_age)
        beside = bool(found.get("loadBalancers"))
        ways = [
            Routing(unclear=f"ECS does not describe its service revision {arn}.")
            for arn in mine
            if arn not in revisions
        ]
        ways += [way for one in described if (way := routing(one, beside=beside)) != Routing()]
        newest[found["serviceArn"]] = ways[0] if ways else Routing()
    return newest


def _age(revision: Mapping[str, Any]) -> float:
    made = revision.get("createdAt")
    return -made.timestamp() if made else 0.0


def routing(revision: Mapping[str, Any], *, beside: bool = False) -> Routing:
    """What leads to the service, of a revision as DescribeServiceRevisions has it; `beside` load
    balancers of its own, which the revision has too.
    """
    managed = revision.get("ecsManagedResources") or {}
    routes = [_of_express(path) for path in managed.get("ingressPaths") or []]
    routes += [_of_gateway(one) for one in managed.get("gatewayConnections") or []]
    if not routes and revision.get("gatewayConnectors"):
        routes = [Routing("a gateway")]  # asked for, and not connected yet
    doubt = [route.unclear for route in routes if route.unclear and not route.by]
    standing = [route for route in routes if not route.unclear]
    if standing and not doubt:
        # One that is still made may be the one that a name is to lead to.
        found = [route for route in standing if not route.target_groups] or standing
        groups = {group for route in found for group in route.target_groups}
        by = ", ".join(dict.fromkeys(route.by for route in found))
        return Routing(by, tuple(sorted(groups, key=lambda group: group.arn)))
    known = _OTHER_MEMBERS | _UNDERSTOOD | (_OWN if beside else set())
    unclear = [route.unclear for route in routes] + list(_unknown(revision, managed, known))
    return Routing(unclear=" ".join(dict.fromkeys(unclear)))


def _unknown(
    revision: Mapping[str, Any], managed: Mapping[str, Any], known: set[str]
) -> Iterable[str]:
    members = {name for name, value in revision.items() if _holds(value)} - known
    resources = {name for name, value in managed.items() if value} - _OTHER_RESOURCES
    members |= {f"ecsManagedResources.{name}" for name in resources - _UNDERSTOOD_RESOURCES}
    if members:
        yield f"Its service revision has {', '.join(sorted(members))}, which may lead to it."


def _holds(value: object) -> bool:
    return any(map(_holds, value.values())) if isinstance(value, Mapping) else bool(value)


def _of_express(path: Mapping[str, Any]) -> Routing:
    """An ingress path of Express Mode (ECS API Reference, "ManagedIngressPath")."""
    balancer, rule = path.get("loadBalancer") or {}, path.get("rule") or {}
    every = path.get("targetGroups") or []
    groups = [one for one in every if one.get("status") not in _GOING | _LOST] or every
    statuses = [one.get("status", "") for one in (balancer, rule, *groups)]
    arns = [group["arn"] for group in groups if group.get("arn")]
    return _route(EXPRESS, statuses, balancer.get("arn"), rule.get("arn"), arns)


def _of_gateway(connection: Mapping[str, Any]) -> Routing:
    """A gateway's connection (ECS API Reference, "GatewayConnection"); `resources` is a union."""
    by = f"gateway {str(connection.get('gatewayArn', '')).rpartition('/')[2]}"
    kinds = connection.get("resources") or {}
    other = sorted(kinds.keys() - {"hostSharedAlb"})
    if other:
        return Routing(unclear=f"Its {by} leads to it by {', '.join(other)}.")
    shared: Mapping[str, Any] = next(iter(kinds.get("hostSharedAlb") or []), {})
    arns = [shared.get("targetGroupArn"), shared.get("alternateTargetGroupArn")]
    return _route(
        by,
        [str(connection.get("status", ""))],
        shared.get("loadBalancerArn"),
        shared.get("listenerRuleArn"),
        [arn for arn in arns if arn],
    )


def _route(
    by: str, statuses: Sequence[str], balancer: str | None, rule: str | None, groups: Sequence[str]
) -> Routing:
    """Of two target groups one takes production at a time, as the rule says. A way that goes on
    purpose has both `by` and `unclear`: beside another one it does not count.
    """
    lost = [status for status in statuses if status in _GOING | _LOST]
    if lost:
        going = by if set(lost) <= _GOING else ""
        return Routing(going, unclear=f"Its {by} is {', '.join(dict.fromkeys(lost))}.")
    if not (balancer and rule and groups):
        return Routing(by)
    other = groups[1] if len(groups) > 1 else None
    return Routing(by, (TargetGroup(groups[0], other, rule),))


def _described(client: Any, arns: Sequence[str]) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = []
    if arns:
        client.meta.events.register(*_WHOLE_ANSWER)
    for some in in_pages(arns, _AT_ONCE):
        what = f"service revisions {', '.join(some)}"
        try:
            with calling("ecs:DescribeServiceRevisions", what):
                answer = client.describe_service_revisions(serviceRevisionArns=some)
        except ClientError:
            # One that ECS refuses spoils the answer for all: then each is asked for alone.
            found += [one for arn in some if len(some) > 1 for one in _described(client, [arn])]
            continue
        found += answer.get("serviceRevisions", [])
    return found


def _keep_unknown_members(
    response_dict: Mapping[str, Any], customized_response_dict: dict[str, Any], **_: object
) -> None:
    """Give the revisions as ECS sends them. botocore leaves out each member that it does not know:
    a way to the service that is newer than it is would look like none.
    """
    if response_dict["status_code"] == 200:
        sent = json.loads(response_dict["body"], object_hook=_with_moments)
        customized_response_dict["serviceRevisions"] = sent.get("serviceRevisions", [])


def _with_moments(sent: dict[str, Any]) -> dict[str, Any]:
    """As botocore reads them: seconds since 1970 in ECS's JSON."""
    moments = {key: sent[key] for key in ("createdAt", "updatedAt") if sent.get(key) is not None}
    return sent | {key: datetime.fromtimestamp(float(at), UTC) for key, at in moments.items()}


_WHOLE_ANSWER = (
    "before-parse.ecs.DescribeServiceRevisions",
    _keep_unknown_members,
    "signpost-whole-answer",
)
