"""Classic load balancers, of which MiniStack has none: enough of them for a service's names.

They are made, listed and deleted, and instances registered with them are in service at once, as
MiniStack's targets are healthy at once. Elastic Load Balancing API Reference, version 2012-06-01.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape  # it reads none  # nosec B406

import botocore.session
from botocore.model import ListShape, OperationModel, Shape, StructureShape
from ministack.core.responses import AccountRegionScopedDict, get_region, new_uuid
from ministack.services import alb, ec2

from local_aws.emulated.calls import request_parameters
from local_aws.emulated.refusals import RefusedError

VERSION = "2012-06-01"
# The hosted zone of classic and application load balancers' names (AWS General Reference: Elastic
# Load Balancing endpoints); here one for all regions, as MiniStack's.
ZONE_ID = "Z35SXDOTRQ7X7K"

Params = Mapping[str, list[str]]
Answer = tuple[int, dict[str, str], bytes]
Balancer = dict[str, Any]
Elements = dict[str, Any]

_balancers = AccountRegionScopedDict()


def install() -> None:
    """Let the emulator answer calls of the classic API."""
    model = botocore.session.get_session().get_service_model("elb")
    for name, act in _CALLS.items():
        alb._ACTION_MAP[name] = _by_version(
            model.operation_model(name), act, alb._ACTION_MAP.get(name)
        )


def _create(request: Elements) -> Elements:
    name, subnets = request["loadBalancerName"], request.get("subnets", [])
    ec2._init_defaults()  # MiniStack makes the default subnets when they are first looked at
    unknown = [subnet for subnet in subnets if subnet not in ec2._subnets]
    if unknown:
        raise RefusedError("SubnetNotFound", f"The subnet ID '{unknown[0]}' does not exist")
    scheme = request.get("scheme", "internet-facing")
    number = zlib.crc32(f"{get_region()} {name}".encode())
    host = f"{name}-{number}.{get_region()}.elb.amazonaws.com"
    _balancers[name] = {
        "LoadBalancerName": name,
        "DNSName": f"internal-{host}" if scheme == "internal" else host,
        "CanonicalHostedZoneNameID": ZONE_ID,
        "Subnets": subnets,
        "AvailabilityZones": request.get("availabilityZones", []),
        "VPCId": ec2._subnets[subnets[0]]["VpcId"] if subnets else ec2._DEFAULT_VPC_ID,
        "Scheme": scheme,
        "Instances": [],
    }
    return {"DNSName": _balancers[name]["DNSName"]}


def _describe(request: Elements) -> Elements:
    names = request.get("loadBalancerNames") or sorted(_balancers)
    return {"LoadBalancerDescriptions": [_balancer(name) for name in names]}


def _delete(request: Elements) -> Elements:
    _balancers.pop(request["loadBalancerName"], None)  # one that does not exist is no error
    return {}


def _register(request: Elements) -> Elements:
    return _with_instances(request, lambda there, named: [*dict.fromkeys([*there, *named])])


def _deregister(request: Elements) -> Elements:
    return _with_instances(request, lambda there, named: [one for one in there if one not in named])


def _with_instances(
    request: Elements, change: Callable[[list[str], list[str]], list[str]]
) -> Elements:
    balancer = _balancer(request["loadBalancerName"])
    there = [one["InstanceId"] for one in balancer["Instances"]]
    left = change(there, [one["instanceId"] for one in request["instances"]])
    balancer["Instances"] = [{"InstanceId": one} for one in left]
    return {"Instances": balancer["Instances"]}


def _health(request: Elements) -> Elements:
    there = [one["InstanceId"] for one in _balancer(request["loadBalancerName"])["Instances"]]
    asked = [one["instanceId"] for one in request.get("instances", [])] or there
    states = {True: "InService", False: "OutOfService"}
    return {"InstanceStates": [{"InstanceId": i, "State": states[i in there]} for i in asked]}


_CALLS: dict[str, Callable[[Elements], Elements]] = {
    "CreateLoadBalancer": _create,
    "DescribeLoadBalancers": _describe,
    "DeleteLoadBalancer": _delete,
    "RegisterInstancesWithLoadBalancer": _register,
    "DeregisterInstancesFromLoadBalancer": _deregister,
    "DescribeInstanceHealth": _health,
}


def _balancer(name: str) -> Balancer:
    if name not in _balancers:
        raise RefusedError(
            "LoadBalancerNotFound", f"There is no ACTIVE Load Balancer named '{name}'"
        )
    return _balancers[name]  # type: ignore[no-any-return]


def _by_version(
    operation: OperationModel,
    act: Callable[[Elements], Elements],
    newer: Callable[[Params], Answer] | None,
) -> Callable[[Params], Answer]:
    """Both generations have one endpoint, and some names of calls, in common."""

    def call(params: Params) -> Answer:
        form = {key: value[0] for key, value in params.items()}
        if newer and form.get("Version") != VERSION:
            return newer(params)
        try:
            found = act(request_parameters(operation, form))
        except RefusedError as error:
            return alb._error(*error.args)  # type: ignore[no-any-return]
        result = to_xml(operation.output_shape, found) if operation.output_shape else ""
        text = (
            f"<{operation.name}Response><{operation.name}Result>{result}</{operation.name}Result>"
            f"<ResponseMetadata><RequestId>{new_uuid()}</RequestId></ResponseMetadata>"
            f"</{operation.name}Response>"
        )
        return 200, {"Content-Type": "text/xml"}, text.encode()

    return call


def to_xml(shape: Shape, value: Any) -> str:
    """A value of a shape in the query protocol's XML."""
    if isinstance(shape, StructureShape):
        return "".join(
            f"<{name}>{to_xml(shape.members[name], one)}</{name}>" for name, one in value.items()
        )
    if isinstance(shape, ListShape):
        return "".join(f"<member>{to_xml(shape.member, one)}</member>" for one in value)
    return escape(str(value).lower() if isinstance(value, bool) else str(value))
