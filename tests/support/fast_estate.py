"""ECS and load balancers as plain objects, for tests that make thousands of histories.

They stand where boto3's clients stand, with the few calls that the handlers make and boto3's own
errors. `fault` is asked before each call and may raise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import boto3
from botocore.exceptions import ClientError, ReadTimeoutError

from signpost import aws, observability, zones
from tests.support.estate import REGION

Fault = Callable[[str], None]


@dataclass
class FastService:
    """A service as ECS has it."""

    balancers: tuple[str, ...]
    tags: dict[str, str] = field(default_factory=dict)
    status: str = "ACTIVE"


@dataclass(frozen=True)
class FastBalancer:
    """A load balancer with one target group of the same name."""

    name: str
    scheme: str
    dual_stack: bool = False

    @property
    def dns_name(self) -> str:
        return f"{self.name}.{REGION}.elb.amazonaws.com"


class FastEstate:
    """One VPC's load balancers, and the services of any cluster."""

    def __init__(self, balancers: tuple[FastBalancer, ...], vpc: str) -> None:
        self.balancers = {balancer.name: balancer for balancer in balancers}
        self.vpc = vpc
        self.services: dict[tuple[str, str], FastService] = {}
        self.unhealthy: set[str] = set()
        self.fault: Fault = lambda _: None

    def describe_services(
        self, cluster: str, services: list[str], include: list[str]
    ) -> dict[str, Any]:
        """ECS."""
        self.fault("ecs")
        found = self.services.get((cluster, services[0]))
        if found is None:
            return {"services": [], "failures": [{"reason": "MISSING"}]}
        entries = [{"targetGroupArn": f"group/{name}"} for name in found.balancers]
        tags = [{"key": key, "value": value} for key, value in found.tags.items()]
        service = {
            "serviceName": services[0],
            "status": found.status,
            "desiredCount": 1,
            "loadBalancers": entries,
            "tags": tags,
        }
        return {"services": [service], "failures": []}

    def describe_target_groups(self, TargetGroupArns: list[str]) -> dict[str, Any]:
        """Elastic Load Balancing."""
        self.fault("elbv2")
        return {
            "TargetGroups": [
                {
                    "TargetGroupArn": arn,
                    "LoadBalancerArns": [f"balancer/{arn.partition('/')[2]}"],
                    "VpcId": self.vpc,
                }
                for arn in TargetGroupArns
            ]
        }

    def describe_load_balancers(self, LoadBalancerArns: list[str]) -> dict[str, Any]:
        """Elastic Load Balancing."""
        self.fault("elbv2")
        found = [self.balancers[arn.partition("/")[2]] for arn in LoadBalancerArns]
        return {
            "LoadBalancers": [
                {
                    "LoadBalancerArn": f"balancer/{one.name}",
                    "LoadBalancerName": one.name,
                    "DNSName": one.dns_name,
                    "CanonicalHostedZoneId": "Z32O12XQLNTSW2",
                    "Scheme": one.scheme,
                    "Type": "application",
                    "IpAddressType": "dualstack" if one.dual_stack else "ipv4",
                    "State": {"Code": "active"},
                }
                for one in found
            ]
        }

    def describe_listeners(self, LoadBalancerArn: str) -> dict[str, Any]:
        """Elastic Load Balancing: no listener, so no rule has a say in names."""
        self.fault("elbv2")
        return {"Listeners": []}

    def describe_target_health(self, TargetGroupArn: str) -> dict[str, Any]:
        """Elastic Load Balancing."""
        self.fault("elbv2")
        sick = TargetGroupArn.partition("/")[2] in self.unhealthy
        health = {"State": "unhealthy" if sick else "healthy"}
        return {"TargetHealthDescriptions": [{"TargetHealth": health}]}


def throttle() -> Exception:
    """What boto3 raises for a rate limit."""
    response: Any = {
        "Error": {"Code": "ThrottlingException", "Message": "Rate exceeded"},
        "ResponseMetadata": {"HTTPStatusCode": 400},
    }
    return ClientError(response, "Describe")


def server_error() -> Exception:
    """What boto3 raises for a 5xx."""
    response: Any = {
        "Error": {"Code": "ServerException", "Message": "Oops"},
        "ResponseMetadata": {"HTTPStatusCode": 503},
    }
    return ClientError(response, "Describe")


def no_answer() -> Exception:
    """What boto3 raises when the answer does not come."""
    return ReadTimeoutError(endpoint_url="https://ecs.example")


_ROUTE53: list[Any] = []


@contextmanager
def handlers_in(estate: FastEstate) -> Iterator[None]:
    """The handlers' ECS and load balancer clients are the estate; a Route 53 client is genuine,
    for a StrictRoute53's `patched`.
    """
    if not _ROUTE53:
        _ROUTE53.append(boto3.client("route53", config=aws.CONFIG))

    def client(service: str, **_: Any) -> Any:
        return _ROUTE53[0] if service == "route53" else estate

    aws.client.cache_clear()
    zones.forget_zones()
    observability.logger.setLevel("CRITICAL")
    try:
        with mock.patch.object(boto3, "client", client):
            yield
    finally:
        aws.client.cache_clear()
        zones.forget_zones()
