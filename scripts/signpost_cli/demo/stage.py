"""What the story is played on: ordinary AWS calls against the local AWS, and waiting for what they
cause."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local_aws.clients import CONFIG, LocalSession
from local_aws.state import LocalAws
from signpost_cli.errors import CommandError

CLUSTER = "prod"
PATIENCE_SECONDS = 90.0  # on a busy machine; on an idle one it is a few


@dataclass(frozen=True)
class Balancer:
    """A load balancer with a listening target group."""

    arn: str
    target_group: str
    dns_name: str

    @property
    def entry(self) -> dict[str, Any]:
        """It as an entry of a service's `loadBalancers`."""
        return {
            "targetGroupArn": self.target_group,
            "containerName": "app",
            "containerPort": 80,
        }


class Stage:
    """An account with a VPC, a cluster and a private zone, and Signpost deployed in it."""

    def __init__(self, local: LocalAws) -> None:
        session = LocalSession(local.endpoint, local.region)

        def client(service: str) -> Any:
            return session.client(  # type: ignore[call-overload]
                service, endpoint_url=session.endpoint, config=CONFIG
            )

        self.local = local
        self.ecs = client("ecs")
        self.elbv2 = client("elbv2")
        self.route53 = client("route53")
        self.sfn = client("stepfunctions")
        self.events = client("events")
        self._ec2 = client("ec2")
        self._seen: set[str] = set()
        (self.zone_name, self.zone_id), *_ = local.zones.items()
        vpcs = self.route53.get_hosted_zone(Id=self.zone_id)["VPCs"]
        self._vpc = vpcs[0]["VPCId"]
        self._subnet = self._ec2.create_subnet(VpcId=self._vpc, CidrBlock="10.0.1.0/24")
        self.ecs.create_cluster(clusterName=CLUSTER)
        self.ecs.register_task_definition(
            family="app", containerDefinitions=[{"name": "app", "image": "app", "memory": 64}]
        )

    def balancer(self, name: str, kind: str) -> Balancer:
        """A new load balancer, without any target yet; `kind` is application or network."""
        protocol = "HTTP" if kind == "application" else "TCP"
        made = self.elbv2.create_load_balancer(
            Name=name,
            Type=kind,
            Scheme="internal",
            Subnets=[self._subnet["Subnet"]["SubnetId"]],
        )["LoadBalancers"][0]
        group = self.elbv2.create_target_group(
            Name=name, Protocol=protocol, Port=80, VpcId=self._vpc, TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        self.elbv2.create_listener(
            LoadBalancerArn=made["LoadBalancerArn"],
            Protocol=protocol,
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        return Balancer(made["LoadBalancerArn"], group, made["DNSName"])

    def make_healthy(self, balancer: Balancer) -> None:
        """Register a target, as a started task would; the emulator finds it healthy at once."""
        self.elbv2.register_targets(
            TargetGroupArn=balancer.target_group, Targets=[{"Id": "10.0.1.10", "Port": 80}]
        )

    def create_service(self, name: str, balancer: Balancer) -> None:
        """CreateService."""
        self.ecs.create_service(
            cluster=CLUSTER,
            serviceName=name,
            taskDefinition="app",
            desiredCount=1,
            loadBalancers=[balancer.entry],
        )

    def service_arn(self, name: str) -> str:
        """The ARN of a service of the cluster."""
        found = self.ecs.describe_services(cluster=CLUSTER, services=[name])
        return str(found["services"][0]["serviceArn"])

    def caused_by(self, event_name: str) -> str:
        """Wait for the execution that an event of this name starts; its ARN."""
        return self._await(
            lambda: next(
                (
                    arn
                    for arn in self._executions()
                    if arn not in self._seen and self._event_name(arn) == event_name
                ),
                None,
            ),
            f"{event_name} started no execution",
        )

    def count_caused_by(self, event_name: str) -> int:
        """How many executions events of this name have started so far."""
        return sum(self._event_name(arn) == event_name for arn in self._executions())

    def send_again(self, arn: str) -> None:
        """Send the event that started an execution once more, as EventBridge may."""
        event = self.input_of(arn)
        self.events.put_events(
            Entries=[
                {
                    "Source": event["source"],
                    "DetailType": event["detail-type"],
                    "Detail": json.dumps(event["detail"]),
                    "Resources": event.get("resources", []),
                }
            ]
        )

    def input_of(self, arn: str) -> dict[str, Any]:
        """An execution's input."""
        found: dict[str, Any] = json.loads(self.sfn.describe_execution(executionArn=arn)["input"])
        return found

    def _event_name(self, arn: str) -> str:
        return str(self.input_of(arn).get("detail", {}).get("eventName"))

    def done_with(self, arn: str) -> None:
        """The story has told of this execution."""
        self._seen.add(arn)

    def _executions(self) -> list[str]:
        listed = self.sfn.list_executions(stateMachineArn=self.local.state_machine_arn)
        return [execution["executionArn"] for execution in listed["executions"]]

    def _await(self, look: Callable[[], str | None], problem: str) -> str:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = look()
            if found:
                return found
            time.sleep(0.1)
        raise CommandError(f"{problem} within {PATIENCE_SECONDS:.0f} seconds.")

    def records(self) -> list[dict[str, Any]]:
        """What stands in the zone beside NS, SOA and ledgers."""
        listed = self.route53.list_resource_record_sets(HostedZoneId=self.zone_id)
        return [
            record
            for record in listed["ResourceRecordSets"]
            if record["Type"] not in ("NS", "SOA") and "_signpost" not in record["Name"]
        ]
