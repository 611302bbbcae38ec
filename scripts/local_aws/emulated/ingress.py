"""What ECS makes for a service that it routes to itself: Express Mode, and gateways.

A load balancer that services share, its HTTPS listener, and for each service a rule with a host of
its own, two target groups and a certificate (Amazon ECS Developer Guide: "Resources created by
Amazon ECS Express Mode services"; API Reference: ManagedIngressPath,
GatewayConnectionAlbResources). They are real load balancers of the emulator, whose calls work on
them as on any other. Not made: security groups, scaling policies, alarms and log groups.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import get_region
from ministack.services import acm, alb, ec2, ecs

from local_aws.emulated.inside import call
from local_aws.emulated.revisions import MANAGED_BALANCERS, Service

INTERNET_FACING = "internet-facing"
_MOST_LABEL = 63  # octets of a label of a name (RFC 1035, section 2.3.4)
_lock = threading.Lock()
_NOWHERE = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]


@dataclass(frozen=True)
class Wish:
    """What a service wants: which load balancers will do (by the beginning of their names, for as
    many services each), where, and what its targets answer.
    """

    balancers: str
    most: int
    scheme: str
    subnets: Sequence[str]
    security_groups: Sequence[str]
    port: int
    health_check_path: str


@dataclass(frozen=True)
class Ingress:
    """What was made for a service; all but the host are ARNs, the load balancer's is shared."""

    host: str
    load_balancer: str
    listener: str
    rule: str
    certificate: str
    group: str
    alternate: str


def install() -> None:
    """Let a service's tasks be targets of what ECS manages for it, and of no group that it left.

    MiniStack leaves them registered in a target group that an update takes from a service.
    """
    ecs._sync_service_targets = _with_managed(ecs._sync_service_targets)


def subnets_of(wished: Sequence[str]) -> list[str]:
    """The subnets that are wished for, or those of the default VPC."""
    ec2._ensure_defaults_initialized()
    return list(wished) or sorted(
        one["SubnetId"] for one in ec2._subnets.values() if one.get("DefaultForAz")
    )


def unknown_subnet(wished: Sequence[str]) -> str | None:
    """The first of the subnets that EC2 does not know."""
    ec2._ensure_defaults_initialized()
    return next((one for one in wished if one not in ec2._subnets), None)


def scheme_of(subnets: Sequence[str]) -> str:
    """`internet-facing` where each subnet has a route to an internet gateway, else `internal`.

    The emulator's default VPC has no such route, and counts as if it had, as it has in AWS.
    """
    return INTERNET_FACING if all(map(_is_public, subnets)) else "internal"


def access_type(scheme: str) -> str:
    """`PUBLIC` or `PRIVATE`, as ECS says of a scheme (API Reference: Gateway, accessType)."""
    return "PUBLIC" if scheme == INTERNET_FACING else "PRIVATE"


def open_ingress(service: str, wish: Wish) -> Ingress:
    """Make all that lets the internet, or the VPC, reach a service of this name."""
    label = re.sub(r"[^a-z0-9-]", "-", service.lower())[: _MOST_LABEL - 13].strip("-")
    host = f"{label}-{secrets.token_hex(6)}.ecs.{get_region()}.on.aws"
    certificate = json.loads(acm._request_certificate({"DomainName": host})[2])["CertificateArn"]
    vpc = ec2._subnets[wish.subnets[0]]["VpcId"]
    group, alternate = (_group(wish, vpc) for _ in range(2))
    with _lock:
        balancer = _shared(wish, vpc) or _new(wish, vpc)
        listener = _listener(balancer, certificate)
        taken = [int(one["Priority"]) for one in _rules(listener)]
        made = call(
            "elbv2",
            "CreateRule",
            ListenerArn=listener,
            Priority=max(taken, default=0) + 1,
            Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": [host]}}],
            Actions=[_forward({group: 100, alternate: 0})],
        )
    acm._certificates[certificate]["InUseBy"] = [balancer]
    rule = made["Rules"][0]["RuleArn"]
    return Ingress(host, balancer, listener, rule, certificate, group, alternate)


def close_ingress(ingress: Ingress, *, keep_balancer: bool = False) -> None:
    """Take a service's own parts away, and with the last service the listener and, unless it is to
    be kept, the balancer.
    """
    with _lock:
        call("elbv2", "DeleteRule", RuleArn=ingress.rule)
        if _rules(ingress.listener):
            _without_certificate(alb._listeners[ingress.listener], ingress.certificate)
        else:
            call("elbv2", "DeleteListener", ListenerArn=ingress.listener)
            if not keep_balancer:
                call("elbv2", "DeleteLoadBalancer", LoadBalancerArn=ingress.load_balancer)
    for group in (ingress.group, ingress.alternate):
        call("elbv2", "DeleteTargetGroup", TargetGroupArn=group)
    acm._certificates.pop(ingress.certificate, None)


def delete_balancers(begin: str) -> None:
    """Delete the load balancers whose names begin so."""
    for arn in [a for a, one in alb._lbs.items() if one["LoadBalancerName"].startswith(begin)]:
        call("elbv2", "DeleteLoadBalancer", LoadBalancerArn=arn)


def balancer_of(ingress: Ingress, container: str, port: int) -> dict[str, Any]:
    """How a service would name it among its load balancers (API Reference: LoadBalancer)."""
    return {"targetGroupArn": ingress.group, "containerName": container, "containerPort": port}


def _is_public(subnet: str) -> bool:
    found = ec2._subnets[subnet]
    tables = [one for one in ec2._route_tables.values() if one["VpcId"] == found["VpcId"]]
    own = [one for one in tables if any(a.get("SubnetId") == subnet for a in one["Associations"])]
    mains = [one for one in tables if any(a.get("Main") for a in one["Associations"])]
    routes = [route for table in own or mains for route in table["Routes"]]
    return bool(found.get("DefaultForAz")) or any(
        str(route.get("GatewayId")).startswith("igw-") for route in routes
    )


def _shared(wish: Wish, vpc: str) -> str | None:
    for arn, one in alb._lbs.items():
        is_right = (one["VpcId"], one["Scheme"]) == (vpc, wish.scheme)
        if is_right and one["LoadBalancerName"].startswith(wish.balancers):
            listeners = [a for a, b in alb._listeners.items() if b["LoadBalancerArn"] == arn]
            if sum(len(_rules(listener)) for listener in listeners) < wish.most:
                return str(arn)
    return None


def _new(wish: Wish, vpc: str) -> str:
    made = call(
        "elbv2",
        "CreateLoadBalancer",
        Name=f"{wish.balancers}{secrets.token_hex(4)}",
        Subnets=list(wish.subnets),
        SecurityGroups=list(wish.security_groups),
        Scheme=wish.scheme,
    )
    arn = str(made["LoadBalancers"][0]["LoadBalancerArn"])
    alb._lbs[arn]["VpcId"] = vpc
    return arn


def _listener(balancer: str, certificate: str) -> str:
    there = [arn for arn, one in alb._listeners.items() if one["LoadBalancerArn"] == balancer]
    named = [{"CertificateArn": certificate}]
    if there:
        call("elbv2", "AddListenerCertificates", ListenerArn=there[0], Certificates=named)
        return str(there[0])
    made = call(
        "elbv2",
        "CreateListener",
        LoadBalancerArn=balancer,
        Protocol="HTTPS",
        Port=443,
        Certificates=named,
        DefaultActions=_NOWHERE,
    )
    return str(made["Listeners"][0]["ListenerArn"])


def _group(wish: Wish, vpc: str) -> str:
    made = call(
        "elbv2",
        "CreateTargetGroup",
        Name=f"ecs-managed-tg-{secrets.token_hex(8)}",
        Protocol="HTTP",
        Port=wish.port,
        VpcId=vpc,
        TargetType="ip",
        HealthCheckPath=wish.health_check_path,
    )
    return str(made["TargetGroups"][0]["TargetGroupArn"])


def _forward(weights: Mapping[str, int]) -> dict[str, Any]:
    groups = [{"TargetGroupArn": arn, "Weight": weight} for arn, weight in weights.items()]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}


def _rules(listener: str) -> list[dict[str, Any]]:
    """All but the default one."""
    there = alb._rules.values()
    return [one for one in there if one["ListenerArn"] == listener and not one["IsDefault"]]


def _without_certificate(listener: dict[str, Any], certificate: str) -> None:
    """Another one takes the place of the default one."""
    arn = listener["ListenerArn"]
    if certificate in listener["Certificates"]:
        found = call("elbv2", "DescribeListenerCertificates", ListenerArn=arn)["Certificates"]
        others = [one["CertificateArn"] for one in found if not one["IsDefault"]]
        if not others:
            return
        certificate = others[0]
        named = [{"CertificateArn": certificate}]
        call("elbv2", "ModifyListener", ListenerArn=arn, Certificates=named)
    named = [{"CertificateArn": certificate}]
    call("elbv2", "RemoveListenerCertificates", ListenerArn=arn, Certificates=named)


def _with_managed(original: Callable[[str, Service], None]) -> Callable[[str, Service], None]:
    def sync_service_targets(cluster: str, service: Service) -> None:
        # The emulator remembers in the service whom it has registered where.
        published = service.setdefault("_published_targets", {})
        own = service.get("loadBalancers") or []
        balancers = [*own, *service.get(MANAGED_BALANCERS, [])]
        original(cluster, {**service, "loadBalancers": balancers})
        for group in published.keys() - {one.get("targetGroupArn") for one in balancers}:
            alb.set_targets_for_group(group, [], published.pop(group))

    return sync_service_targets
