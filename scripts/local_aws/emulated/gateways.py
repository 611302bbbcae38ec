"""ECS Gateways, of which MiniStack knows nothing: made, described, and associated with clusters.

Amazon ECS API Reference: CreateGateway and its like. A gateway makes a load balancer when the first
service uses it (CreateGateway: "aren't created until a service in an associated cluster begins
using the gateway"); what services have of it is `connectors.py`. An update is complete at once. How
AWS writes a gateway's ARN is not documented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region
from ministack.services import alb, ecs

from local_aws.emulated import ingress
from local_aws.emulated.permissions import PARTITION
from local_aws.emulated.refusals import RefusedError, Request, answering

MOST_OF_A_CLUSTER = 5  # AssociateGatewayWithCluster
PORT = 443  # HostSharedAlbConfiguration
_PAGE = 100  # ListGateways and its like: maxResults
_INVALID = "InvalidParameterException"
_MOST_BALANCERS = 10  # HostSharedAlbConfiguration: maxAlbCount

Gateway = dict[str, Any]
Told = dict[str, Any]

_gateways = AccountRegionScopedDict()  # name: gateway as it is described, and its clusters


def install() -> None:
    """Let the emulator's ECS know gateways."""
    for name, act in _CALLS.items():
        ecs._ACTION_MAP[name] = answering(act)


def clear() -> None:
    """Forget all of them."""
    _gateways.clear()


def gateway(named: str) -> Gateway:
    """The gateway of this name or ARN. Raises RefusedError."""
    found: Gateway | None = _gateways.get(named.rpartition("/")[2])
    if found is None or (named.startswith("arn:") and found["gatewayArn"] != named):
        raise RefusedError("GatewayNotFoundException", f"Gateway not found: {named}")
    return found


def associated(cluster: str) -> list[Gateway]:
    """The gateways that services of a cluster, given its ARN, may begin to use."""
    return [one for one in _gateways.values() if one["_clusters"].get(cluster) == "ACTIVE"]


def settle(is_used: Callable[[str, str], bool]) -> None:
    """End the associations that only waited for routes, given a gateway's and a cluster's ARN.

    DisassociateGatewayFromCluster: "remains in the DISASSOCIATING state until you remove all of the
    gateway routes for the cluster".
    """
    for one in _gateways.values():
        for cluster, status in list(one["_clusters"].items()):
            if status == "DISASSOCIATING" and not is_used(one["gatewayArn"], cluster):
                del one["_clusters"][cluster]


def balancers(one: Gateway) -> str:
    """How the names of the load balancers of a gateway begin."""
    return f"ecs-gateway-{one['_id']}-"


def settings(one: Gateway) -> dict[str, Any]:
    """The configuration of a gateway's load balancers."""
    found: dict[str, Any] = one["configuration"]["hostSharedAlb"]
    return found


def page(key: str, found: Sequence[Mapping[str, Any]], request: Request) -> Told:
    """A page of a list, as the calls that have `maxResults` and `nextToken` answer it."""
    begin = int(request.get("nextToken") or 0)
    end = begin + (request.get("maxResults") or _PAGE)
    more = {"nextToken": str(end)} if len(found) > end else {}
    return {key: list(found[begin:end])} | more


def chosen(value: str, wanted: Sequence[str] | None) -> bool:
    """Whether a value passes a filter that may be missing or empty."""
    return not wanted or value in wanted


def _create(request: Request) -> Told:
    name, wished = request["name"], request["configuration"].get("hostSharedAlb")
    token = request.get("clientToken")
    if token and _gateways.get(name, {}).get("_token") == token:
        return _brief(_gateways[name])
    if wished is None:
        raise RefusedError(_INVALID, "Exactly one configuration must be given: hostSharedAlb.")
    network = wished.get("networkConfiguration", {})
    unknown = ingress.unknown_subnet(network.get("subnets", []))
    if unknown:
        raise RefusedError(_INVALID, f"The subnet ID '{unknown}' does not exist")
    if name in _gateways:
        raise RefusedError(_INVALID, f"A gateway named {name} exists already.")
    subnets = ingress.subnets_of(network.get("subnets", []))
    configuration = {
        "scheme": ingress.INTERNET_FACING,
        "maxAlbCount": _MOST_BALANCERS,
        "httpDesync": "defensive",
        **wished,
        "port": PORT,
        "protocol": "HTTPS",
        "networkConfiguration": network | {"subnets": subnets},
    }
    now = ecs._iso()
    _gateways[name] = {
        "gatewayArn": f"arn:{PARTITION}:ecs:{get_region()}:{get_account_id()}:gateway/{name}",
        "name": name,
        "status": "ACTIVE",
        "infrastructureRoleArn": request["infrastructureRoleArn"],
        "deletionProtection": request.get("deletionProtection", True),
        "configuration": {"hostSharedAlb": configuration},
        "accessType": ingress.access_type(configuration["scheme"]),
        "propagateTags": request.get("propagateTags", "GATEWAY"),
        "tags": request.get("tags", []),
        "createdAt": now,
        "updatedAt": now,
        "_clusters": {},
        "_token": token,
        "_id": ecs.new_uuid()[:8],
    }
    return _brief(_gateways[name])


def _describe(request: Request) -> Told:
    one = gateway(request["gateway"])
    there = [lb for lb in alb._lbs.values() if lb["LoadBalancerName"].startswith(balancers(one))]
    told = settings(one) | {"currentAlbCount": len(there)}
    return {"gateway": ecs._sanitize(one | {"configuration": {"hostSharedAlb": told}})}


def _update(request: Request) -> Told:
    one = gateway(request["gateway"])
    for name in ("infrastructureRoleArn", "deletionProtection", "propagateTags"):
        one[name] = request.get(name, one[name])
    changed = dict(request.get("configuration", {}).get("hostSharedAlb", {}))
    network = settings(one)["networkConfiguration"] | changed.pop("networkConfiguration", {})
    one["configuration"] = {
        "hostSharedAlb": settings(one) | changed | {"networkConfiguration": network}
    }
    one |= {"status": "UPDATE_COMPLETE", "updatedAt": ecs._iso()}
    return _brief(one) | {"status": "UPDATE_IN_PROGRESS"}


def _delete(request: Request) -> Told:
    one = gateway(request["gateway"])
    if one["deletionProtection"]:
        raise RefusedError(
            _INVALID, f"Gateway {one['name']} is protected: disable its deletionProtection first."
        )
    if one["_clusters"]:
        raise RefusedError(
            _INVALID,
            f"Gateway {one['name']} has clusters: disassociate {', '.join(one['_clusters'])}.",
        )
    ingress.delete_balancers(balancers(one))
    del _gateways[one["name"]]
    return _brief(one) | {"status": "DELETED"}


def _list(request: Request) -> Told:
    found = [
        _brief(one) | {"createdAt": one["createdAt"]}
        for name, one in _gateways.items()
        if chosen(name, request.get("names")) and chosen(one["status"], request.get("status"))
    ]
    return page("gateways", found, request)


def _associate(request: Request) -> Told:
    one, cluster = gateway(request["gateway"]), _cluster(request["cluster"])
    if len([*_associations(cluster)]) >= MOST_OF_A_CLUSTER and cluster not in one["_clusters"]:
        raise RefusedError(_INVALID, f"A cluster can have {MOST_OF_A_CLUSTER} gateways.")
    one["_clusters"][cluster] = "ACTIVE"
    return {"gatewayArn": one["gatewayArn"], "clusterArn": cluster, "status": "ACTIVE"}


def _disassociate(request: Request) -> Told:
    one, cluster = gateway(request["gateway"]), _cluster(request["cluster"])
    if cluster not in one["_clusters"]:
        raise RefusedError(
            "ResourceNotFoundException", f"Gateway {one['name']} is not associated with {cluster}."
        )
    one["_clusters"][cluster] = "DISASSOCIATING"
    return {"gatewayArn": one["gatewayArn"], "clusterArn": cluster, "status": "DISASSOCIATING"}


def _list_associations(request: Request) -> Told:
    cluster = _cluster(request["cluster"]) if request.get("cluster") else None
    only = gateway(request["gateway"])["gatewayArn"] if request.get("gateway") else None
    found = [
        one
        for one in _associations(cluster)
        if only in (None, one["gatewayArn"]) and chosen(one["status"], request.get("status"))
    ]
    return page("gatewayClusterAssociations", found, request)


_CALLS: dict[str, Callable[[Request], Told]] = {
    "CreateGateway": _create,
    "DescribeGateway": _describe,
    "UpdateGateway": _update,
    "DeleteGateway": _delete,
    "ListGateways": _list,
    "AssociateGatewayWithCluster": _associate,
    "DisassociateGatewayFromCluster": _disassociate,
    "ListGatewayClusterAssociations": _list_associations,
}


def _brief(one: Gateway) -> Told:
    return {key: one[key] for key in ("gatewayArn", "name", "status")}


def _cluster(named: str) -> str:
    found = ecs._clusters.get(ecs._resolve_cluster_name(named))
    if found is None:
        raise RefusedError("ClusterNotFoundException", "Cluster not found.")
    return str(found["clusterArn"])


def _associations(cluster: str | None) -> Iterator[dict[str, str]]:
    """Of one cluster, given its ARN, or of all."""
    for one in _gateways.values():
        for arn, status in one["_clusters"].items():
            if cluster in (None, arn):
                yield {"gatewayArn": one["gatewayArn"], "clusterArn": arn, "status": status}
