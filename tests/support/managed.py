"""Express Mode and gateways on moto, which knows neither these nor service revisions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from unittest import mock

from moto.core.responses import ActionResult
from moto.ecs.models import ecs_backends
from moto.ecs.responses import EC2ContainerServiceResponse

from tests.support.estate import ACCOUNT, PARTITION, REGION, Balancer, Estate
from tests.support.machine import Run

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
ECS = f"arn:{PARTITION}:ecs:{REGION}:{ACCOUNT}"
GATEWAY = f"{ECS}:gateway/edge"
GIVEN = "web-1a2b.ecs.eu-west-1.on.aws"  # the host that ECS has given a service
LATTICE = {
    "vpcLatticeConfigurations": [
        {"roleArn": "arn:aws:iam::123456789012:role/r", "targetGroupArn": "tg", "portName": "http"}
    ]
}
Json = dict[str, Any]


class Revisions:
    """Service revisions as DescribeServiceRevisions gives them; make it inside mock_aws."""

    def __init__(self) -> None:
        self.by_arn: dict[str, Json] = {}
        self.asked: list[str] = []

    @contextmanager
    def answered(self) -> Iterator[Revisions]:
        """moto answers the call."""

        def describe_service_revisions(response: EC2ContainerServiceResponse) -> ActionResult:
            arns = response._get_param("serviceRevisionArns")
            self.asked += arns
            found = [self.by_arn[arn] for arn in arns if arn in self.by_arn]
            missing = [{"arn": arn, "reason": "MISSING"} for arn in arns if arn not in self.by_arn]
            return ActionResult({"serviceRevisions": found, "failures": missing})

        call = describe_service_revisions
        with mock.patch.object(EC2ContainerServiceResponse, call.__name__, call, create=True):
            yield self

    def show(self, service: str, *revisions: Json, express: bool = False) -> None:
        """These are the service's current revisions, the oldest first."""
        arns = []
        for facts in revisions:
            arn = f"{ECS}:service-revision/prod/{service}/{len(self.by_arn)}"
            created = NOW.replace(second=len(self.by_arn))
            made = {"serviceRevisionArn": arn, "createdAt": created}
            self.by_arn[arn] = made | facts
            arns.append(arn)
        known: Any = ecs_backends[ACCOUNT][REGION].services[f"prod:{service}"]
        known.current_service_revisions = [{"arn": arn} for arn in arns]
        known.resource_management_type = "ECS" if express else "CUSTOMER"


def rule(estate: Estate, balancer: Balancer, *hosts: str) -> str:
    """A listener rule for these hosts that leads to the load balancer's target group: its ARN. Of
    the listener, which ECS makes, any other host gets no answer.
    """
    listeners = estate.elbv2.describe_listeners(LoadBalancerArn=balancer.arn)["Listeners"]
    if not listeners:
        none = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
        listeners = estate.elbv2.create_listener(
            LoadBalancerArn=balancer.arn, Protocol="HTTP", Port=80, DefaultActions=[none]
        )["Listeners"]
    listener = listeners[0]["ListenerArn"]
    made = estate.elbv2.create_rule(
        ListenerArn=listener,
        Priority=len(estate.elbv2.describe_rules(ListenerArn=listener)["Rules"]),
        Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": list(hosts)}}],
        Actions=[{"Type": "forward", "TargetGroupArn": balancer.target_group}],
    )
    return str(made["Rules"][0]["RuleArn"])


def ingress_path(balancer: Balancer, rule_arn: str, status: str = "ACTIVE", **more: Any) -> Json:
    """What Express Mode has made (ECS API Reference, "ManagedIngressPath")."""
    state = {"status": status, "updatedAt": NOW}
    return {
        "accessType": "PUBLIC",
        "endpoint": f"web-1a2b.ecs.{REGION}.on.aws",
        "loadBalancer": {"arn": balancer.arn, "scheme": "internal", **state},
        "rule": {"arn": rule_arn, **state},
        "targetGroups": [
            {
                "arn": balancer.target_group,
                "healthCheckPath": "/",
                "healthCheckPort": 80,
                "port": 80,
                **state,
            }
        ],
        **more,
    }


def connection(
    balancer: Balancer | None, rule_arn: str = "", status: str = "ACTIVE", **more: Any
) -> Json:
    """What a gateway has made (ECS API Reference, "GatewayConnection"); nothing yet without one."""
    shared: list[Json] = []
    if balancer:
        shared = [
            {
                "loadBalancerArn": balancer.arn,
                "listenerRuleArn": rule_arn,
                "targetGroupArn": balancer.target_group,
            }
        ]
    return {
        "gatewayArn": GATEWAY,
        "portName": "http",
        "serviceUrl": f"https://web-1a2b.ecs.{REGION}.on.aws",
        "accessType": "PUBLIC",
        "status": status,
        "resources": {"hostSharedAlb": shared},
        **more,
    }


def by_express(*paths: Json) -> Json:
    """A revision."""
    return {"ecsManagedResources": {"ingressPaths": list(paths)}}


def by_gateway(*connections: Json) -> Json:
    """A revision."""
    return {
        "gatewayConnectors": [{"portName": "http"}],
        "ecsManagedResources": {"gatewayConnections": list(connections)},
    }


def led(estate: Estate, kind: str, balancer: Balancer, *hosts: str) -> Json:
    """A revision of a service that Express Mode or a gateway leads to."""
    arn = rule(estate, balancer, *(hosts or (GIVEN,)))
    if kind == "express":
        return by_express(ingress_path(balancer, arn))
    return by_gateway(connection(balancer, arn))


def warnings(run: Run) -> str:
    """All that a receipt warns of."""
    assert run.output is not None
    return "\n".join(run.output["warnings"])
