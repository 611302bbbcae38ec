"""A local AWS, brought up by the same command that a user has, for all tests of a worker."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import boto3
import dns.message
import dns.query
import psutil
import pytest

from local_aws.ports import free_port
from signpost.ledger import ledger
from signpost.settings import installation_of, label_of
from tests.support.watched import watched_calls

# Another one is tried by `make test-wheel`.
SIGNPOST = os.environ.get("SIGNPOST_COMMAND", Path(sys.executable).with_name("signpost"))
# Where the command is run: it needs nothing that lies beside it.
ELSEWHERE = tempfile.TemporaryDirectory()
PATIENCE_SECONDS = 120.0  # which only a failure takes: other programs may keep the machine busy
Found = TypeVar("Found")


def signpost(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, in a terminal of 80 columns whose output is piped."""
    with watched_calls() as watching:
        return subprocess.run(
            [str(SIGNPOST), *words],
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            env=os.environ | {"COLUMNS": "80"} | watching | environment,
            cwd=ELSEWHERE.name,
            check=False,
        )


def running(**environment: str) -> list[str]:
    """The command lines of the processes that run and have these variables."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # somebody else's, or one that has just ended
            if environment.items() <= process.environ().items():
                found.append(" ".join(process.cmdline()))
    return found


class LocalAws:
    """The account of a local AWS, driven by plain boto3."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        self._events: dict[str, Any] = {}  # by the execution they have started
        self.ecs, self.elbv2, self.ec2 = map(self.client, ("ecs", "elbv2", "ec2"))
        self.route53, self.sfn = map(self.client, ("route53", "stepfunctions"))
        self.cluster = "prod"
        self.ecs.create_cluster(clusterName=self.cluster)
        self.ecs.register_task_definition(
            family="app", containerDefinitions=[{"name": "app", "image": "app", "memory": 64}]
        )

    @property
    def environment(self) -> dict[str, str]:
        """What a shell sets to reach it."""
        return {
            "AWS_ENDPOINT_URL": self.facts["endpoint"],
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": self.facts["region"],
        }

    def client(self, service: str) -> Any:
        """A boto3 client."""
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.facts["endpoint"],
            region_name=self.facts["region"],
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def zone(self, key: str = "ecs.internal") -> str:
        """A zone's id."""
        return str(self.facts["zones"][key])

    def vpc(self, key: str = "ecs.internal") -> str:
        """The VPC of a private zone."""
        return str(self.route53.get_hosted_zone(Id=self.zone(key))["VPCs"][0]["VPCId"])

    def balancer(
        self,
        kind: str = "application",
        *,
        vpc: str | None = None,
        healthy: bool = True,
        scheme: str = "internal",
        dual_stack: bool = False,
    ) -> dict[str, str]:
        """A load balancer with a listening target group: arn, group, dns_name."""
        name, protocol = f"lb-{uuid4().hex[:12]}", "HTTP" if kind == "application" else "TCP"
        made = self.elbv2.create_load_balancer(
            Name=name,
            Type=kind,
            Scheme=scheme,
            Subnets=["subnet-00000001"],
            IpAddressType="dualstack" if dual_stack else "ipv4",
        )["LoadBalancers"][0]
        group = self.elbv2.create_target_group(
            Name=name, Protocol=protocol, Port=80, VpcId=vpc or self.vpc(), TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        self.elbv2.create_listener(
            LoadBalancerArn=made["LoadBalancerArn"],
            Protocol=protocol,
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        )
        balancer = {"name": name, "group": group, "dns_name": made["DNSName"].lower()}
        if healthy:
            self.make_healthy(balancer)
        return balancer

    def make_healthy(self, balancer: dict[str, str]) -> None:
        """Register a target; the emulator finds it healthy at once."""
        self.elbv2.register_targets(
            TargetGroupArn=balancer["group"], Targets=[{"Id": "10.0.0.10", "Port": 80}]
        )

    def create(self, service: str, *balancers: dict[str, str], **tags: str) -> None:
        """CreateService with `signpost:` tags."""
        self.ecs.create_service(
            cluster=self.cluster,
            serviceName=service,
            taskDefinition="app",
            desiredCount=1,
            loadBalancers=entries(*balancers),
            tags=[{"key": f"signpost:{key}", "value": value} for key, value in tags.items()],
        )

    def delete(self, service: str) -> None:
        """DeleteService."""
        self.ecs.delete_service(cluster=self.cluster, service=service, force=True)

    def executions(self, service: str, event_name: str) -> list[str]:
        """The executions that events of a name started for a service, oldest first."""
        pages = self.sfn.get_paginator("list_executions").paginate(
            stateMachineArn=self.facts["state_machine_arn"]
        )
        arns = [
            str(execution["executionArn"]) for page in pages for execution in page["executions"]
        ]
        return [arn for arn in reversed(arns) if self._is_caused_by(arn, service, event_name)]

    def _is_caused_by(self, arn: str, service: str, event_name: str) -> bool:
        if arn not in self._events:  # asked once, as the list is looked through again and again
            described = self.sfn.describe_execution(executionArn=arn)
            self._events[arn] = json.loads(described["input"])
        event = self._events[arn]
        detail = event.get("detail", {})
        about = json.dumps([detail.get("requestParameters"), event.get("resources")])
        return detail.get("eventName") == event_name and service in about

    def started(self, service: str, event_name: str, number: int = 1) -> str:
        """Wait for the execution that the first (or a later) event of a name starts for a service.

        Other executions of the service may come in between and after it.
        """
        return until(
            lambda: self.executions(service, event_name)[number - 1 :],
            f"{event_name} of {service}",
        )[0]

    def finished(self, service: str, event_name: str, number: int = 1) -> dict[str, Any]:
        """Wait for the end of what `started` waits for."""
        return self.end_of(self.started(service, event_name, number))

    def begun(self, service: str, event_name: str, *, until_error: str) -> str:
        """Wait until the execution that an event starts has failed so in some attempt."""
        arn = self.started(service, event_name)

        def look() -> bool:
            events = self.sfn.get_execution_history(executionArn=arn, maxResults=1000)["events"]
            return any(
                event.get("taskFailedEventDetails", {}).get("error") == until_error
                for event in events
            )

        until(look, f"{until_error} in {arn}")
        return arn

    def end_of(self, arn: str) -> dict[str, Any]:
        """Wait for an execution's end: status, error, cause, receipt, states, attempts."""

        def look() -> dict[str, Any] | None:
            described = self.sfn.describe_execution(executionArn=arn)
            return dict(described) if described["status"] != "RUNNING" else None

        described = until(look, f"the end of {arn}")
        events = self.sfn.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        ok = described["status"] == "SUCCEEDED"
        return {
            "arn": arn,
            "status": described["status"],
            "error": described.get("error"),
            "cause": described.get("cause"),
            "receipt": json.loads(described["output"]) if ok else None,
            "states": [
                event["stateEnteredEventDetails"]["name"]
                for event in events
                if "stateEnteredEventDetails" in event
            ],
            "errors": [
                event["taskFailedEventDetails"]["error"]
                for event in events
                if "taskFailedEventDetails" in event
            ],
        }

    def records(self, key: str = "ecs.internal") -> dict[tuple[str, str], dict[str, Any]]:
        """The record sets of a zone without NS and SOA."""
        listed = self.route53.list_resource_record_sets(HostedZoneId=self.zone(key))
        return {
            (record["Name"].rstrip("."), record["Type"]): record
            for record in listed["ResourceRecordSets"]
            if record["Type"] not in ("NS", "SOA")
        }

    def ledger_name(self, service: str, zone: str = "ecs.internal") -> str:
        """Where a service's ledger stands."""
        stack = self.client("cloudformation").describe_stacks(StackName="signpost")["Stacks"][0]
        label = label_of("signpost", installation_of(stack["StackId"]))
        return ledger.ledger_name(service=service, cluster="prod", label=label, zone_name=zone)

    def dig(self, name: str, type_: str = "A", server: str | None = None) -> list[str]:
        """What the local DNS server answers."""
        address, _, port = (server or self.facts["dns"]).rpartition(":")
        query = dns.message.make_query(name, type_)
        answer = dns.query.udp(query, address, port=int(port), timeout=30)
        return sorted(str(item) for rrset in answer.answer for item in rrset)


def entries(*balancers: dict[str, str]) -> list[dict[str, Any]]:
    """Load balancers as a service names them."""
    return [
        {"targetGroupArn": balancer["group"], "containerName": "app", "containerPort": 80}
        for balancer in balancers
    ]


def until(look: Callable[[], Found | None], what: str) -> Found:
    """Look until there is something to see."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come within {PATIENCE_SECONDS:.0f} s")


def brought_up(*words: str) -> Iterator[LocalAws]:
    """`signpost local up`, and `down` afterwards."""
    port = str(free_port())
    started = signpost("local", "up", "--json", "--port", port, *words)
    assert started.returncode == 0, started.stderr
    try:
        yield LocalAws(json.loads(started.stdout))
    finally:
        stopped = signpost("local", "down", "--port", port)
        assert stopped.returncode == 0, stopped.stderr


@pytest.fixture(scope="session")
def local() -> Iterator[LocalAws]:
    """One local AWS with the default zone, for each group of tests (`xdist_group`): one group would
    keep one worker for as long as all the others together.
    """
    yield from brought_up()


@pytest.fixture
def service() -> str:
    """A service name of the test's own."""
    return f"web-{uuid4().hex[:8]}"
