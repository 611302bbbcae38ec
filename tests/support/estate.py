"""An estate on moto: VPCs, clusters, services and load balancers, driven as a user drives AWS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import uuid4

import boto3
from moto.ecs.models import ecs_backends
from moto.elb.models import LoadBalancer
from moto.elbv2.models import elbv2_backends

from signpost.aws import bounds
from tests.support.parameters import EXAMPLE

# AWS always tells it (ELB API Reference 2012-06-01, "LoadBalancerDescription"); moto does not.
LoadBalancer.canonical_hosted_zone_name_id = "Z32O12XQLNTSW2"  # type: ignore[attr-defined]

ACCOUNT, REGION = EXAMPLE["ACCOUNT_ID"], EXAMPLE["AWS_REGION"]
PARTITION = boto3.Session().get_partition_for_region(REGION)
ACTOR = f"arn:{PARTITION}:iam::{ACCOUNT}:user/ada"

ENVIRONMENT = EXAMPLE | {
    "ZONE_ROLE_ARN": "",
    "ZONE_ROLE_EXTERNAL_ID": "",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
    "POWERTOOLS_SERVICE_NAME": "signpost",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}


@dataclass(frozen=True)
class Balancer:
    """A load balancer with a target group of its own; a classic one has no ARNs."""

    name: str
    arn: str | None
    target_group: str | None
    dns_name: str
    zone_id: str

    @property
    def entry(self) -> dict[str, Any]:
        """It as an entry of a service's `loadBalancers`."""
        container = {"containerName": "app", "containerPort": 80}
        if self.target_group:
            return {"targetGroupArn": self.target_group, **container}
        return {"loadBalancerName": self.name, **container}


@cache
def client(service: str) -> Any:
    """A boto3 client in the tests' region, made once: moto answers it whenever it is active."""
    return boto3.client(service, region_name=REGION)  # type: ignore[call-overload]


class Estate:
    """What an AWS account holds; make it inside mock_aws."""

    def __init__(self) -> None:
        self.ecs, self.elbv2, self.elb, self.ec2 = map(client, ("ecs", "elbv2", "elb", "ec2"))
        self._targets = 0
        self.vpc, self.subnets = self.add_vpc()
        self.cluster("prod")
        self.ecs.register_task_definition(
            family="app", containerDefinitions=[{"name": "app", "image": "app", "memory": 64}]
        )

    def add_vpc(self, second_octet: int = 0) -> tuple[str, list[str]]:
        """Another VPC with two subnets; returns their ids."""
        vpc = self.ec2.create_vpc(CidrBlock=f"10.{second_octet}.0.0/16")["Vpc"]["VpcId"]
        subnets = [
            self.ec2.create_subnet(
                VpcId=vpc,
                CidrBlock=f"10.{second_octet}.{number}.0/24",
                AvailabilityZone=f"{REGION}{letter}",
            )["Subnet"]["SubnetId"]
            for number, letter in enumerate("ab")
        ]
        return vpc, subnets

    def may_write(self, *zone_ids: str, allowed: str = "**.{zone}", denied: str = "none") -> None:
        """The stack's parameters that stand in Systems Manager."""
        bounds.forget_bounds()
        values = (",".join(zone_ids), allowed, denied)
        for name, value in zip(bounds.NAMES, values, strict=True):
            client("ssm").put_parameter(
                Name=f"{EXAMPLE['BOUNDS_PATH']}/{name}", Value=value, Type="String", Overwrite=True
            )

    def ledger_key(self) -> str:
        """A new key for the ledgers' signatures; its ARN."""
        made = client("kms").create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
        return str(made["KeyMetadata"]["Arn"])

    def cluster(self, name: str) -> None:
        """Another cluster."""
        self.ecs.create_cluster(clusterName=name)

    def balancer(
        self,
        name: str,
        kind: str = "application",
        *,
        scheme: str = "internal",
        healthy: int = 1,
        vpc: str | None = None,
        subnets: Sequence[str] | None = None,
        dual_stack: bool = False,
        listening: bool = True,
    ) -> Balancer:
        """A load balancer with a target group that it forwards to, with so many healthy targets."""
        if kind == "classic":
            return self._classic(name, scheme, healthy)
        made = self.elbv2.create_load_balancer(
            Name=name,
            Subnets=list(subnets or self.subnets),
            Type=kind,
            Scheme=scheme,
            IpAddressType="dualstack" if dual_stack else "ipv4",
        )["LoadBalancers"][0]
        protocol = "HTTP" if kind == "application" else "TCP"
        group = self.elbv2.create_target_group(
            Name=f"{name}-tg",
            Protocol=protocol,
            Port=80,
            VpcId=vpc or self.vpc,
            TargetType="ip",
        )["TargetGroups"][0]["TargetGroupArn"]
        if listening:
            self.elbv2.create_listener(
                LoadBalancerArn=made["LoadBalancerArn"],
                Protocol=protocol,
                Port=80,
                DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
            )
        # moto makes a load balancer active at the second describe.
        self.elbv2.describe_load_balancers()
        balancer = Balancer(
            name,
            made["LoadBalancerArn"],
            group,
            made["DNSName"].lower(),
            made["CanonicalHostedZoneId"],
        )
        self.register(balancer, healthy)
        return balancer

    def detach(self, balancer: Balancer) -> None:
        """Let no load balancer use its target group, as where its only listener is gone: moto
        never forgets one.
        """
        group = elbv2_backends[ACCOUNT][REGION].target_groups[str(balancer.target_group)]
        group.load_balancer_arns.clear()

    def _classic(self, name: str, scheme: str, healthy: int) -> Balancer:
        dns_name = self.elb.create_load_balancer(
            LoadBalancerName=name,
            Listeners=[{"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}],
            Subnets=self.subnets,
            Scheme=scheme,
        )["DNSName"]
        described = self.elb.describe_load_balancers(LoadBalancerNames=[name])
        zone_id = described["LoadBalancerDescriptions"][0]["CanonicalHostedZoneNameID"]
        balancer = Balancer(name, None, None, dns_name.lower(), zone_id)
        self.register(balancer, healthy)
        return balancer

    def register(self, balancer: Balancer, count: int) -> None:
        """Put healthy targets behind a load balancer."""
        if not count:
            return
        self._targets += count
        numbers = range(self._targets - count, self._targets)
        if balancer.target_group:
            self.elbv2.register_targets(
                TargetGroupArn=balancer.target_group,
                Targets=[{"Id": f"10.0.0.{10 + number}"} for number in numbers],
            )
        else:
            self.elb.register_instances_with_load_balancer(
                LoadBalancerName=balancer.name,
                Instances=[{"InstanceId": self._instance()} for _ in numbers],
            )

    def _instance(self) -> str:
        started = self.ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)
        return str(started["Instances"][0]["InstanceId"])

    def create(
        self,
        service: str,
        *balancers: Balancer,
        cluster: str = "prod",
        tags: Mapping[str, str] | None = None,
        count: int = 1,
    ) -> dict[str, Any]:
        """CreateService; returns the event it causes."""
        request = {
            "cluster": cluster,
            "serviceName": service,
            "taskDefinition": "app",
            "desiredCount": count,
            "loadBalancers": [balancer.entry for balancer in balancers],
            "tags": [{"key": key, "value": value} for key, value in (tags or {}).items()],
        }
        made = self.ecs.create_service(**request)["service"]
        return cloudtrail("CreateService", request, service=made)

    def move(
        self, service: str, *balancers: Balancer, cluster: str = "prod", count: int = 1
    ) -> dict[str, Any]:
        """UpdateService to other load balancers; returns the event it causes."""
        request = {
            "cluster": cluster,
            "service": service,
            "desiredCount": count,
            "loadBalancers": [balancer.entry for balancer in balancers],
        }
        made = self.ecs.update_service(**request)["service"]
        return cloudtrail("UpdateService", request, service=made)

    def tag(self, service: str, cluster: str = "prod", **tags: str) -> dict[str, Any]:
        """TagResource with `signpost:` tags (`_` in a name is `-`); returns the event."""
        arn = f"arn:{PARTITION}:ecs:{REGION}:{ACCOUNT}:service/{cluster}/{service}"
        wanted = [
            {"key": f"signpost:{key.replace('_', '-')}", "value": value}
            for key, value in tags.items()
        ]
        self.ecs.tag_resource(resourceArn=arn, tags=wanted)
        return cloudtrail("TagResource", {"resourceArn": arn, "tags": wanted})

    def delete(self, service: str, cluster: str = "prod") -> dict[str, Any]:
        """DeleteService; returns the event it causes."""
        request = {"cluster": cluster, "service": service, "force": True}
        made = self.ecs.delete_service(**request)["service"]
        return cloudtrail("DeleteService", request, service=made)

    def forget(self, service: str, cluster: str = "prod") -> None:
        """What ECS does with a deleted service in time: it is MISSING then, no longer INACTIVE."""
        ecs_backends[ACCOUNT][REGION].services.pop(f"{cluster}:{service}")

    def deployed(self, service: str, cluster: str = "prod") -> dict[str, Any]:
        """The event of a finished deployment."""
        return deployment_completed(service, cluster)


def cloudtrail(
    name: str,
    request: Mapping[str, Any] | None,
    service: Mapping[str, Any] | None = None,
    **detail: Any,
) -> dict[str, Any]:
    """EventBridge's event for a call of ECS's API, as CloudTrail records it."""
    answer = None
    if service is not None:
        kept = ("serviceArn", "clusterArn", "serviceName", "status")
        answer = {
            "service": {key: service[key] for key in kept if key in service}
            # A locale string, not ISO 8601: so nothing may read it as a time.
            | {"createdAt": "Nov 24, 2026, 12:00:00 PM"}
        }
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.ecs",
        "account": ACCOUNT,
        "time": "2026-11-24T12:00:00Z",
        "region": REGION,
        "resources": [],
        "detail": {
            "eventVersion": "1.09",
            "userIdentity": {"type": "IAMUser", "arn": ACTOR, "accountId": ACCOUNT},
            "eventTime": "2026-11-24T12:00:00Z",
            "eventSource": "ecs.amazonaws.com",
            "eventName": name,
            "awsRegion": REGION,
            "sourceIPAddress": "192.0.2.1",
            "requestParameters": request,
            "responseElements": answer,
            "eventID": str(uuid4()),
            "eventType": "AwsApiCall",
            **detail,
        },
    }


def task_changed(
    service: str, cluster: str = "prod", *, desired: str = "RUNNING", number: int = 0
) -> dict[str, Any]:
    """`ECS Task State Change`: a task of a service has begun to run, or is to stop."""
    arn = f"arn:{PARTITION}:ecs:{REGION}:{ACCOUNT}"
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "ECS Task State Change",
        "source": "aws.ecs",
        "account": ACCOUNT,
        "time": "2026-11-24T12:05:00Z",
        "region": REGION,
        "resources": [f"{arn}:task/{cluster}/{number:032x}"],
        "detail": {
            "clusterArn": f"{arn}:cluster/{cluster}",
            "taskArn": f"{arn}:task/{cluster}/{number:032x}",
            "group": f"service:{service}",
            "lastStatus": "RUNNING",
            "desiredStatus": desired,
            "launchType": "FARGATE",
            "version": 3,
        },
    }


def deployment_completed(service: str, cluster: str = "prod") -> dict[str, Any]:
    """`ECS Deployment State Change`: the service stands only in `resources`."""
    return {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": "ECS Deployment State Change",
        "source": "aws.ecs",
        "account": ACCOUNT,
        "time": "2026-11-24T12:05:00Z",
        "region": REGION,
        "resources": [f"arn:{PARTITION}:ecs:{REGION}:{ACCOUNT}:service/{cluster}/{service}"],
        "detail": {
            "eventType": "INFO",
            "eventName": "SERVICE_DEPLOYMENT_COMPLETED",
            "deploymentId": "ecs-svc/1234567890123456789",
            "updatedAt": "2026-11-24T12:05:00Z",
            "reason": "ECS deployment ecs-svc/1234567890123456789 completed.",
        },
    }
