"""ECS and load balancers as plain objects, for tests that make thousands of histories.

They stand where boto3's clients stand, with the few calls that the handlers make and boto3's own
errors. `fault` is asked before each call and may raise.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from signpost import observability
from signpost.aws import bounds, clients, ledger_key, zones
from tests.support.api_model import StandIn
from tests.support.estate import REGION
from tests.support.parameters import MAC

STARTED = datetime(2026, 11, 24, 12, tzinfo=UTC)  # the task of number 0
Fault = Callable[[str], None]


@dataclass
class FastService:
    """A service as ECS has it."""

    balancers: tuple[str, ...]
    tags: dict[str, str] = field(default_factory=dict)
    status: str = "ACTIVE"
    tasks: list[FastTask] = field(default_factory=list)
    led_by: str = ""  # express or gateway: what leads to it stands in its service revision only


@dataclass
class FastTask:
    """A task with an interface of its own; its number gives it its addresses."""

    number: int
    desired: str = "RUNNING"
    last: str = "RUNNING"
    health: str = "UNKNOWN"
    public: bool = False
    ipv6: bool = False
    interface: bool = True

    @property
    def address(self) -> str:
        """Its private address."""
        return f"10.0.{self.number // 250}.{self.number % 250 + 1}"

    @property
    def public_address(self) -> str:
        """Its public address, if it has one."""
        return f"198.51.{self.number // 250}.{self.number % 250 + 1}"

    @property
    def arn(self) -> str:
        """`task/NUMBER`, in an order that does not go by numbers."""
        return f"task/{self.number:04d}"


@dataclass(frozen=True)
class FastBalancer:
    """A load balancer with one target group of the same name."""

    name: str
    scheme: str
    dual_stack: bool = False
    vpc: str = ""  # the estate's where none is given

    @property
    def dns_name(self) -> str:
        return f"{self.name}.{REGION}.elb.amazonaws.com"


class FastEstate(StandIn, services=("ecs", "elbv2", "ec2", "ssm", "kms", "events")):
    """Load balancers, and the services of any cluster."""

    def __init__(self, balancers: tuple[FastBalancer, ...], vpc: str) -> None:
        self.balancers = {balancer.name: balancer for balancer in balancers}
        self.vpc = vpc
        self.services: dict[tuple[str, str], FastService] = {}
        self.unhealthy: set[str] = set()
        self.hosts: dict[str, list[str]] = {}  # of a load balancer's rules, one a rule
        self.announced: list[dict[str, Any]] = []
        self.fault: Fault = lambda _: None
        self.bounds = {"AllowedHostnames": "**.{zone}", "DeniedHostnames": "none"}
        self.calls: Counter[str] = Counter()

    def fail_once(self, error: Exception) -> None:
        """The next call fails."""
        errors = [error]

        def fault(_: str) -> None:
            if errors:
                raise errors.pop()

        self.fault = fault

    def may_write(self, *zone_ids: str) -> None:
        """Systems Manager's parameter HostedZoneIds."""
        self.bounds["HostedZoneIds"] = ",".join(zone_ids)

    def get_parameters(self, Names: list[str]) -> dict[str, Any]:
        """Systems Manager."""
        self.calls["GetParameters"] += 1
        found = {name: name.rpartition("/")[2] for name in Names}
        return {
            "Parameters": [
                {"Name": name, "Type": "String", "Value": self.bounds[last]}
                for name, last in found.items()
                if last in self.bounds
            ]
        }

    def generate_mac(self, KeyId: str, MacAlgorithm: str, Message: bytes) -> dict[str, Any]:
        """KMS."""
        self.calls["GenerateMac"] += 1
        return {"KeyId": KeyId, "MacAlgorithm": MacAlgorithm, "Mac": MAC}

    def describe_services(
        self, cluster: str, services: list[str], include: list[str]
    ) -> dict[str, Any]:
        """ECS."""
        self.fault("ecs")
        self.calls["DescribeServices"] += 1
        assert len(services) <= 10
        there = [name for name in services if (cluster, name) in self.services]
        return {
            "services": [self._described(cluster, name) for name in there],
            "failures": [{"reason": "MISSING"} for name in services if name not in there],
        }

    def _described(self, cluster: str, name: str) -> dict[str, Any]:
        found = self.services[cluster, name]
        return {
            "serviceName": name,
            "status": found.status,
            "desiredCount": 1,
            "serviceArn": f"service/{cluster}/{name}",
            "resourceManagementType": "ECS" if found.led_by == "express" else "CUSTOMER",
            "currentServiceRevisions": [{"arn": f"revision/{cluster}/{name}"}],
            "loadBalancers": []
            if found.led_by
            else [{"targetGroupArn": f"group/{one}"} for one in found.balancers],
            "tags": [{"key": key, "value": value} for key, value in found.tags.items()],
        }

    def describe_service_revisions(self, serviceRevisionArns: list[str]) -> dict[str, Any]:
        """ECS: what Express Mode or a gateway has made."""
        self.fault("ecs")
        self.calls["DescribeServiceRevisions"] += 1
        assert len(serviceRevisionArns) <= 20
        return {"serviceRevisions": [self._revision(arn) for arn in serviceRevisionArns]}

    def _revision(self, arn: str) -> dict[str, Any]:
        _, cluster, name = arn.split("/")
        found = self.services.get((cluster, name), FastService(()))
        state = {"status": "ACTIVE", "updatedAt": STARTED}
        made: dict[str, Any] = {"serviceRevisionArn": arn, "createdAt": STARTED}
        if found.led_by == "gateway":
            made["ecsManagedResources"] = {
                "gatewayConnections": [
                    {
                        "gatewayArn": "gateway/edge",
                        "status": "ACTIVE",
                        "resources": {
                            "hostSharedAlb": [
                                {
                                    "loadBalancerArn": _balancer_arn(one),
                                    "listenerRuleArn": _rule_arn(one),
                                    "targetGroupArn": f"group/{one}",
                                }
                            ]
                        },
                    }
                    for one in found.balancers
                ]
            }
        elif found.led_by == "express":
            checked = {"healthCheckPath": "/", "healthCheckPort": 80, "port": 80}
            made["ecsManagedResources"] = {
                "ingressPaths": [
                    {
                        "accessType": "PUBLIC",
                        "endpoint": f"{one}.on.aws",
                        "loadBalancer": {"arn": _balancer_arn(one), "scheme": "internal", **state},
                        "rule": {"arn": _rule_arn(one), **state},
                        "targetGroups": [{"arn": f"group/{one}", **checked, **state}],
                    }
                    for one in found.balancers
                ]
            }
        return made

    def list_clusters(self, maxResults: int, nextToken: str = "0") -> dict[str, Any]:
        """ECS."""
        self.calls["ListClusters"] += 1
        names = dict.fromkeys(cluster for cluster, _ in self.services)
        return _page("clusterArns", [f"cluster/{name}" for name in names], maxResults, nextToken)

    def list_services(self, cluster: str, maxResults: int, nextToken: str = "0") -> dict[str, Any]:
        """ECS."""
        self.calls["ListServices"] += 1
        names = [
            f"service/{cluster}/{name}"
            for (of, name), service in self.services.items()
            if of == cluster and service.status == "ACTIVE"
        ]
        return _page("serviceArns", names, maxResults, nextToken)

    def describe_target_groups(self, TargetGroupArns: list[str]) -> dict[str, Any]:
        """Elastic Load Balancing."""
        self.fault("elbv2")
        self.calls["DescribeTargetGroups"] += 1
        return {
            "TargetGroups": [
                {
                    "TargetGroupArn": arn,
                    "LoadBalancerArns": [_balancer_arn(arn.partition("/")[2])],
                    "VpcId": self.balancers[arn.partition("/")[2]].vpc or self.vpc,
                }
                for arn in TargetGroupArns
            ]
        }

    def describe_load_balancers(self, LoadBalancerArns: list[str]) -> dict[str, Any]:
        """Elastic Load Balancing."""
        self.fault("elbv2")
        self.calls["DescribeLoadBalancers"] += 1
        found = [self.balancers[arn.split("/")[2]] for arn in LoadBalancerArns]
        return {
            "LoadBalancers": [
                {
                    "LoadBalancerArn": _balancer_arn(one.name),
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
        """Elastic Load Balancing: without hosts no listener, so no rule has a say in names."""
        self.fault("elbv2")
        name = LoadBalancerArn.split("/")[2]
        arn = f"elb:listener/app/{name}/1/2"
        return {"Listeners": [{"ListenerArn": arn}] if self.hosts.get(name) else []}

    def describe_rules(self, ListenerArn: str) -> dict[str, Any]:
        """Elastic Load Balancing: each host has a rule that forwards to the target group."""
        self.fault("elbv2")
        name = ListenerArn.split("/")[2]
        forward = {"Type": "forward", "TargetGroupArn": f"group/{name}"}
        rules: list[dict[str, Any]] = [
            {
                "RuleArn": _rule_arn(f"{name}/{number}"),
                "Priority": str(number),
                "Conditions": [{"Field": "host-header", "HostHeaderConfig": {"Values": [host]}}],
                "Actions": [forward],
                "IsDefault": False,
            }
            for number, host in enumerate(self.hosts.get(name, ()), 1)
        ]
        fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
        last = {"RuleArn": _rule_arn(f"{name}/0"), "Priority": "default", "Conditions": []}
        return {"Rules": [*rules, {**last, "Actions": [fixed], "IsDefault": True}]}

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        """EventBridge."""
        self.announced += [json.loads(entry["Detail"]) for entry in Entries]
        return {"FailedEntryCount": 0, "Entries": [{"EventId": "1"} for _ in Entries]}

    def describe_target_health(self, TargetGroupArn: str) -> dict[str, Any]:
        """Elastic Load Balancing."""
        self.fault("elbv2")
        sick = TargetGroupArn.partition("/")[2] in self.unhealthy
        health = {"State": "unhealthy" if sick else "healthy"}
        return {"TargetHealthDescriptions": [{"TargetHealth": health}]}

    # --- tasks

    def list_tasks(self, cluster: str, serviceName: str, **request: Any) -> dict[str, Any]:
        """ECS, a page of the size asked for."""
        self.fault("ecs")
        found = self.services.get((cluster, serviceName))
        arns = [
            f"{cluster}/{serviceName}/{task.arn}"
            for task in (found.tasks if found else [])
            if task.desired == request["desiredStatus"]
        ]
        start, size = int(request.get("nextToken", 0)), request["maxResults"]
        more = {"nextToken": str(start + size)} if start + size < len(arns) else {}
        return {"taskArns": arns[start : start + size], **more}

    def describe_tasks(self, cluster: str, tasks: list[str]) -> dict[str, Any]:
        """ECS; tasks that are gone are MISSING."""
        self.fault("ecs")
        assert len(tasks) <= 100
        found, failures = [], []
        for arn in tasks:
            task = self._task(cluster, arn)
            if task is None:
                failures.append({"arn": arn, "reason": "MISSING"})
                continue
            details = [{"name": "networkInterfaceId", "value": f"eni-{arn}"}]
            attachment = {"type": "ElasticNetworkInterface", "status": "ATTACHED"}
            found.append(
                {
                    "taskArn": arn,
                    "lastStatus": task.last,
                    "desiredStatus": task.desired,
                    "healthStatus": task.health,
                    "startedAt": STARTED + timedelta(seconds=task.number),
                    "attachments": [attachment | {"details": details}] if task.interface else [],
                }
            )
        return {"tasks": found, "failures": failures}

    def describe_network_interfaces(self, Filters: list[dict[str, Any]]) -> dict[str, Any]:
        """EC2; interfaces that are gone are not there."""
        self.fault("ec2")
        (wanted,) = Filters
        assert wanted["Name"] == "network-interface-id"
        assert len(wanted["Values"]) <= 200
        found = []
        for interface in wanted["Values"]:
            arn = interface.removeprefix("eni-")
            task = self._task(arn.partition("/")[0], arn)
            if task is None:
                continue
            facts: dict[str, Any] = {"VpcId": self.vpc, "PrivateIpAddress": task.address}
            if task.public:
                facts["Association"] = {"PublicIp": task.public_address}
            if task.ipv6:
                facts["Ipv6Addresses"] = [{"Ipv6Address": f"2001:db8::{task.number + 1:x}"}]
            found.append({"NetworkInterfaceId": interface} | facts)
        return {"NetworkInterfaces": found}

    def _task(self, cluster: str, arn: str) -> FastTask | None:
        _, service, name = arn.split("/", 2)
        found = self.services.get((cluster, service))
        tasks = found.tasks if found else []
        return next((task for task in tasks if task.arn == name), None)


def _balancer_arn(name: str) -> str:
    return f"elb:loadbalancer/app/{name}/1"


def _rule_arn(name: str) -> str:
    return f"elb:listener-rule/app/{name}/1/2/3"


def _page(key: str, items: list[str], size: int, token: str) -> dict[str, Any]:
    begin, end = int(token), int(token) + size
    more = {"nextToken": str(end)} if end < len(items) else {}
    return {key: items[begin:end], **more}


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
        # Nobody looks at a signature or a user agent here, and they are a quarter of a call's time.
        plain = Config(signature_version=UNSIGNED, user_agent="histories")
        _ROUTE53.append(boto3.client("route53", config=clients.CONFIG.merge(plain)))

    def client(service: str, **_: Any) -> Any:
        return _ROUTE53[0] if service == "route53" else estate

    clients.client.cache_clear()
    zones.forget_zones()
    bounds.forget_bounds()
    ledger_key.ledger_key.cache_clear()
    observability.logger.setLevel("CRITICAL")
    try:
        with mock.patch.object(boto3, "client", client):
            yield
    finally:
        clients.client.cache_clear()
        zones.forget_zones()
