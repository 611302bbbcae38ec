"""Which services a batch of collected events matters to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from signpost.aws import affected
from signpost.aws.affected import Touched
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


def classic(name: str, balancer: str) -> dict[str, Any]:
    return service(name, "") | {"loadBalancers": [{"loadBalancerName": balancer}]}


def behind(
    *services: dict[str, Any],
    touched: Touched = Touched(rules=[LB]),  # noqa: B008 - frozen
    **settings: str,
) -> list[str]:
    ecs, elbv2 = Stub("ecs"), Stub("elbv2")
    ecs.answers("list_clusters", clusterArns=[f"arn:aws:ecs:{REGION}:{ACCOUNT}:cluster/prod"])
    arns = [f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/prod/{s['serviceName']}" for s in services]
    ecs.answers("list_services", serviceArns=arns)
    ecs.answers("describe_services", services=list(services), failures=[])
    if any("currentServiceRevisions" in one for one in services):
        shared = {
            "loadBalancerArn": LB,
            "listenerRuleArn": LB.replace("loadbalancer", "listener-rule") + "/1/2",
            "targetGroupArn": "at",
        }
        led = [{"status": "ACTIVE", "resources": {"hostSharedAlb": [shared]}}]
        revision = {"serviceRevisionArn": "r", "ecsManagedResources": {"gatewayConnections": led}}
        ecs.answers("describe_service_revisions", serviceRevisions=[revision])
    if touched.needs_places:
        groups = [
            {"TargetGroupArn": "at", "LoadBalancerArns": [LB]},
            {"TargetGroupArn": "elsewhere", "LoadBalancerArns": [f"{LB}4"]},
        ]
        elbv2.answers("describe_target_groups", TargetGroups=groups, NextMarker="more")
        loose = {"TargetGroupArn": "loose", "LoadBalancerArns": []}
        elbv2.answers("describe_target_groups", TargetGroups=[loose])
    found = affected.behind(
        ecs.client, elbv2.client, touched, Settings.from_env(EXAMPLE | settings)
    )
    known = {*touched.rules, *touched.balancers, *touched.deleted, *touched.target_groups}
    assert set(found.values()) <= known
    return sorted(name for _, name in found)


@pytest.mark.parametrize(
    ("made", "found"),
    [
        ("2026-11-24T11:59:59.900+00:00", ["web"]),
        ("2026-11-24T12:00:00.100+00:00", []),
        ("2026-11-24T13:00:01+01:00", []),
    ],
)
def test_a_service_that_is_younger_than_a_call_has_its_own_creation(
    made: str, found: list[str]
) -> None:
    web = service("web", "at") | {"createdAt": datetime.fromisoformat(made)}
    touched = Touched(balancers=[LB], times={LB: "2026-11-24T12:00:00.000Z"})
    assert behind(web, touched=touched) == found


def test_services_that_ecs_made_a_load_balancer_for_are_found_by_it() -> None:
    shown = service("web", "", hostname="shop") | {"loadBalancers": []}
    managed = shown | {"serviceArn": "web", "currentServiceRevisions": [{"arn": "r"}]}
    assert behind(managed, touched=Touched(balancers=[LB])) == ["web"]


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
    assert behind(service("web", "at"), HOSTNAME_SOURCE="listener-rules") == ["web"]


FROM_RULES = {"hostname": "from:listener-rules"}
EVERYONE = (
    service("from-rules", "at", **FROM_RULES),
    service("template", "at"),
    service("elsewhere", "elsewhere"),
    service("loose-from-rules", "loose", **FROM_RULES),
    service("loose", "loose"),
    service("gone", "gone"),
    service("tasks", "at", target=" Tasks "),
    classic("classic", "old"),
    classic("other-classic", "older"),
)


@pytest.mark.parametrize(
    ("touched", "expected"),
    [
        (Touched(rules=[LB]), ["from-rules", "loose-from-rules"]),
        (Touched(balancers=[LB]), ["from-rules", "template"]),
        (Touched(deleted=[f"{LB}9"]), ["gone", "loose", "loose-from-rules"]),
        (Touched(balancers=["old"]), ["classic"]),
        (Touched(target_groups=["at"]), ["from-rules", "template"]),
        (Touched(target_groups=["gone"]), ["gone"]),
        (Touched(target_groups=["unknown"]), []),
    ],
    ids=["rules", "balancer", "deleted", "classic", "group", "deleted group", "unknown group"],
)
def test_whom_a_change_concerns(touched: Touched, expected: list[str]) -> None:
    assert behind(*EVERYONE, touched=touched) == expected


def test_where_only_tagged_services_are_looked_after_no_other_runs_again() -> None:
    wanted = (service("tagged", "at", ttl="60"), service("untagged", "at"))
    assert behind(*wanted, touched=Touched(balancers=[LB]), SELECTION="tagged") == ["tagged"]


def test_the_other_colour_of_a_service_counts_too() -> None:
    web = service("web", "blue")
    web["loadBalancers"][0]["advancedConfiguration"] = {"alternateTargetGroupArn": "green"}
    assert behind(web, touched=Touched(target_groups=["green"])) == ["web"]


def test_services_of_other_clusters_are_not_looked_at() -> None:
    settings = Settings.from_env(EXAMPLE | {"CLUSTER_NAMES": "prod"})
    assert affected.naming_their_tasks(None, [("dev", "web")], settings) == []
