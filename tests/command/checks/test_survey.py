"""`signpost doctor`: the services as they are looked at, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from signpost.errors import LoadBalancerNotFound
from signpost.ledger import ownership
from signpost.ledger.listing import understood
from signpost.ledger.ownership import Owned
from signpost.model.record_set import RecordSet
from signpost.names.permitted import HostnameRules
from signpost_cli.checks import survey
from signpost_cli.checks.survey import Survey
from tests.support.api_model import StandIn
from tests.support.doctor import installation
from tests.support.estate import Estate, client
from tests.support.ledgers import ledger_of
from tests.support.parameters import SETTINGS
from tests.support.stub import Stub
from tests.support.zones import PROD


@pytest.fixture(scope="module")
def estate() -> Iterator[Estate]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
        with mock_aws():
            yield Estate()


def taken(estate: Estate, *clusters: str) -> Survey:
    clients = {name: client(name) for name in ("ecs", "elbv2", "elb", "ec2")}
    zone = replace(PROD, vpcs=(estate.vpc,))
    named = installation(clients, {"ClusterNames": ",".join(clusters)})
    return survey.take(named, [zone], zones_known=True)


def test_a_host_that_is_a_name_stays_one_where_the_rules_have_too_many(estate: Estate) -> None:
    balancer = estate.balancer("ruled")
    estate.create("ruled", balancer, tags={"signpost:hostname": "from:listener-rules"})
    (listener,) = estate.elbv2.describe_listeners(LoadBalancerArn=balancer.arn)["Listeners"]
    hosts = [f"h{number:02d}.ecs.internal" for number in range(21)]
    for number, host in enumerate(hosts):
        estate.elbv2.create_rule(
            ListenerArn=listener["ListenerArn"],
            Priority=number + 1,
            Conditions=[{"Field": "host-header", "HostHeaderConfig": {"Values": [host]}}],
            Actions=[{"Type": "forward", "TargetGroupArn": balancer.target_group}],
        )
    listed = ledger_of("ruled", records=[RecordSet(hosts[-1], "CNAME", 60, ("lb.example",))])
    owned = ownership.sort_ledgers([understood(PROD, listed, None)], SETTINGS)

    found = survey.limited(taken(estate, "prod"), owned, HostnameRules(("**",), ()))

    (desired,) = [one.desired for one in found.services if one.name == "ruled"]
    assert desired
    names = {record.name for record in desired.placements[0].record_sets}
    assert names == {*hosts[:19], hosts[-1]}


def test_each_service_is_placed_as_the_workflow_would(estate: Estate) -> None:
    web = estate.balancer("web")
    estate.create("web", web)
    estate.create("s" * 70, web)
    estate.create("odd", web, tags={"signpost:colour": "red"})
    estate.create("two", web, estate.balancer("other"))
    estate.create("plain")
    estate.create("lost", estate.balancer("unused", listening=False))

    found = {one.name: one for one in taken(estate, "prod").services}

    assert {name: type(one.error).__name__ for name, one in found.items() if one.error} == {
        "s" * 70: "HostnameInvalid",
        "odd": "InvalidConfiguration",
        "two": "AmbiguousLoadBalancer",
        "lost": "LoadBalancerNotReady",
    }
    desired = found["web"].desired
    assert desired
    assert [record.name for record in desired.placements[0].record_sets] == ["web.ecs.internal"]
    assert found["web"].vpcs == (estate.vpc,)
    assert found["plain"].desired is None


def test_a_name_that_can_not_be_leaves_the_service_its_others(estate: Estate) -> None:
    estate.cluster("part")
    tags = {"signpost:hostname": "part api.example.org shop"}
    estate.create("part", estate.balancer("part"), tags=tags, cluster="part")
    rules = HostnameRules(("**.{zone}",), ("shop.{zone}",))

    (part,) = survey.limited(taken(estate, "part"), Owned({}, (), ()), rules).services

    assert part.error is None
    assert part.desired
    (place,) = part.placements
    assert [record.name for record in place.record_sets] == ["part.ecs.internal"]
    assert [(one.name, one.error) for one in part.desired.refused] == [
        ("api.example.org", "ZoneNotFound"),
        ("shop.ecs.internal", "HostnameNotAllowed"),
    ]


def test_a_target_group_that_is_gone_is_found_without_asking_for_it(estate: Estate) -> None:
    estate.cluster("old")
    unused = estate.balancer("old", listening=False)
    estate.create("web", unused, cluster="old")
    estate.elbv2.delete_target_group(TargetGroupArn=unused.target_group)

    (web,) = taken(estate, "old").services

    assert isinstance(web.error, LoadBalancerNotFound)


def test_a_cluster_that_does_not_exist_is_named(estate: Estate) -> None:
    assert taken(estate, "prod", "pord").missing_clusters == ("pord",)


class Counting(StandIn, services=("ecs", "elbv2")):
    """ECS and ELB with so many services behind one target group, counting calls."""

    def __init__(self, services: int) -> None:
        self.names = [f"s{number}" for number in range(services)]
        self.calls: list[str] = []

    def list_clusters(self, **_: Any) -> Any:
        return {"clusterArns": ["arn:cluster/prod"]}

    def list_services(self, **request: Any) -> Any:
        self.calls.append("list_services")
        start = int(request.get("nextToken", "0"))
        more = {"nextToken": str(start + 100)} if start + 100 < len(self.names) else {}
        return {"serviceArns": self.names[start : start + 100], **more}

    def describe_services(self, services: list[str], **_: Any) -> Any:
        self.calls.append("describe_services")
        balancers = [{"targetGroupArn": "arn:tg"}]
        return {
            "services": [
                {"serviceName": name, "serviceArn": name, "status": "ACTIVE",
                 "loadBalancers": balancers}
                for name in services
            ]
        }  # fmt: skip

    def describe_target_groups(self, **_: Any) -> Any:
        self.calls.append("describe_target_groups")
        group = {"TargetGroupArn": "arn:tg", "LoadBalancerArns": ["arn:lb"], "VpcId": "vpc-prod"}
        return {"TargetGroups": [group]}

    def describe_load_balancers(self, **_: Any) -> Any:
        self.calls.append("describe_load_balancers")
        balancer = {"LoadBalancerArn": "arn:lb", "LoadBalancerName": "lb", "Type": "application"}
        return {"LoadBalancers": [balancer]}


def test_a_thousand_services_take_a_describe_for_each_ten_and_no_more() -> None:
    aws = Counting(1000)
    made = installation({"ecs": aws, "elbv2": aws, "elb": aws, "ec2": aws})

    found = survey.take(made, [PROD], zones_known=True)

    assert len(found.services) == 1000
    assert {call: aws.calls.count(call) for call in aws.calls} == {
        "list_services": 10,
        "describe_services": 100,
        "describe_target_groups": 1,
        "describe_load_balancers": 1,
    }


class Unrouted(Counting):
    """Services that show no load balancer; a gateway leads to them."""

    refuses = False

    def describe_services(self, services: list[str], **_: Any) -> Any:
        return {
            "services": [
                {"serviceName": name, "serviceArn": name, "status": "ACTIVE",
                 "currentServiceRevisions": [{"arn": f"revision-{name}"}]}
                for name in services
            ]
        }  # fmt: skip

    def describe_service_revisions(self, serviceRevisionArns: list[str]) -> Any:  # noqa: N803
        self.calls.append("describe_service_revisions")
        if self.refuses:
            error: Any = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
            raise ClientError(error, "DescribeServiceRevisions")
        shared = {
            "loadBalancerArn": "arn:lb:loadbalancer/app/a/1",
            "listenerRuleArn": "arn:lb:listener-rule/app/a/1/2/3",
            "targetGroupArn": "arn:tg",
        }
        led = {"status": "ACTIVE", "resources": {"hostSharedAlb": [shared]}}
        return {
            "serviceRevisions": [
                {"serviceRevisionArn": arn, "ecsManagedResources": {"gatewayConnections": [led]}}
                for arn in serviceRevisionArns
            ]
        }

    def describe_target_groups(self, **_: Any) -> Any:
        group = super().describe_target_groups()["TargetGroups"][0]
        return {"TargetGroups": [group | {"LoadBalancerArns": ["arn:lb:loadbalancer/app/a/1"]}]}

    def describe_load_balancers(self, **_: Any) -> Any:
        balancer = super().describe_load_balancers()["LoadBalancers"][0]
        return {"LoadBalancers": [balancer | {"LoadBalancerArn": "arn:lb:loadbalancer/app/a/1"}]}

    def describe_listeners(self, **_: Any) -> Any:
        return {"Listeners": []}


def test_what_leads_to_services_is_read_from_their_revisions() -> None:
    aws = Unrouted(25)
    made = installation({"ecs": aws, "elbv2": aws, "elb": aws, "ec2": aws})

    found = survey.take(made, [replace(PROD, private=True)], zones_known=True)

    assert {one.service.managed_by for one in found.services if one.service} == {"gateway "}
    assert aws.calls.count("describe_service_revisions") == 2


def test_where_revisions_may_not_be_read_it_is_not_said_that_nothing_leads_there() -> None:
    aws = Unrouted(3)
    aws.refuses = True
    made = installation({"ecs": aws, "elbv2": aws, "elb": aws, "ec2": aws})

    found = survey.take(made, [PROD], zones_known=True)

    assert [one.service for one in found.services] == [None, None, None]
    ((what, reason),) = found.unread
    assert what == "the names of 3 services"
    assert "DescribeServiceRevisions: AccessDeniedException" in reason


def test_more_services_than_are_looked_at_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(survey, "MOST", 7)
    aws = Counting(10)
    made = installation({"ecs": aws, "elbv2": aws, "elb": aws, "ec2": aws})

    found = survey.take(made, [PROD], zones_known=True)

    assert len(found.services) == 7
    assert found.unread[0][0] == "3 services of cluster prod"


def test_load_balancers_that_may_not_be_read_are_said_once() -> None:
    aws, elbv2 = Counting(3), Stub("elbv2")
    for _ in range(3):
        elbv2.fails("describe_target_groups", "AccessDenied", status=403, message="you may not")
    made = installation({"ecs": aws, "elbv2": elbv2.client, "elb": aws, "ec2": aws})

    found = survey.take(made, [PROD], zones_known=True)

    assert found.unread == (
        ("the names of 3 services", "DescribeTargetGroups: AccessDenied: you may not"),
    )
