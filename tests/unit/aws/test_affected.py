"""Which services a batch of collected events matters to."""

from __future__ import annotations

from typing import Any

from signpost.aws import affected
from signpost.settings import Settings
from tests.support.estate import ACCOUNT, REGION
from tests.support.parameters import EXAMPLE
from tests.support.stub import Stub

ARN = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
LB = f"{ARN}:loadbalancer/app/web/0123"


def service(name: str, group: str, **tags: str) -> dict[str, Any]:
    return {
        "serviceName": name,
        "status": "ACTIVE",
        "loadBalancers": [{"targetGroupArn": group}],
        "tags": [{"key": f"signpost:{key}", "value": value} for key, value in tags.items()],
    }


def behind(*services: dict[str, Any], source: str = "template") -> list[str]:
    ecs, elbv2 = Stub("ecs"), Stub("elbv2")
    ecs.answers("list_clusters", clusterArns=[f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/prod"])
    arns = [f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/prod/{s['serviceName']}" for s in services]
    ecs.answers("list_services", serviceArns=arns)
    ecs.answers("describe_services", services=list(services), failures=[])
    elbv2.answers(
        "describe_target_groups",
        TargetGroups=[
            {"TargetGroupArn": "at", "LoadBalancerArns": [LB]},
            {"TargetGroupArn": "elsewhere", "LoadBalancerArns": [f"{LB}4"]},
        ],
        NextMarker="more",
    )
    elbv2.answers(
        "describe_target_groups", TargetGroups=[{"TargetGroupArn": "loose", "LoadBalancerArns": []}]
    )
    settings = Settings.from_env(EXAMPLE | {"HOSTNAME_SOURCE": source})
    found = affected.behind(ecs.client, elbv2.client, {LB: None}, settings)
    assert set(found.values()) <= {LB}
    return sorted(name for _, name in found)


def test_services_behind_the_load_balancer_that_look_at_rules_run_again() -> None:
    from_rules, explicit = {"hostname": "from:listener-rules"}, {"hostname": "shop"}
    assert behind(
        service("from-rules", "at", **from_rules),
        service("explicit", "at", **explicit),
        service("template", "at"),
        service("elsewhere", "elsewhere", **from_rules),
        service("tasks", "at", target="tasks", **explicit),
    ) == ["explicit", "from-rules"]


def test_a_service_whose_last_rule_is_gone_runs_again() -> None:
    assert behind(service("web", "loose", hostname="from:listener-rules")) == ["web"]


def test_where_rules_are_the_source_of_all_names_all_services_run_again() -> None:
    assert behind(service("web", "at"), source="listener-rules") == ["web"]


def test_services_of_other_clusters_are_not_looked_at() -> None:
    settings = Settings.from_env(EXAMPLE | {"CLUSTER_NAMES": "prod"})
    assert affected.naming_their_tasks(None, [("dev", "web")], settings) == []
