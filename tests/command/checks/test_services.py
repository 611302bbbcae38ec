"""`signpost doctor`: services that would not get their name, and names that two want."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from moto import mock_aws

from signpost.errors import (
    AmbiguousLoadBalancer,
    HostnameInvalid,
    InvalidConfiguration,
    LoadBalancerNotFound,
    LoadBalancerNotReady,
    SignpostError,
    ZoneNotFound,
)
from signpost.ledger import ledger as ledgers
from signpost.ledger.ledger import Ledger
from signpost.model.record_set import RecordSet
from signpost.model.service import Service, ServiceState
from signpost.names.placement import Desired, Placement
from signpost_cli.checks import names, services, survey
from signpost_cli.checks.findings import Finding, Severity
from signpost_cli.checks.names import Found, Ourselves
from signpost_cli.checks.survey import Survey, Surveyed
from signpost_cli.checks.zones import ZoneFacts
from tests.support.balancers import INSIDE
from tests.support.doctor import codes, installation, stopping
from tests.support.estate import Estate, client
from tests.support.route53 import StrictRoute53
from tests.support.stub import Stub
from tests.support.zones import DEV, PROD

ARN = "arn:aws:ecs:eu-west-1:123456789012:service/prod"


def seen(name: str = "web", *wants: str, **more: Any) -> Surveyed:
    """A service, and the names that it should have in PROD."""
    records = tuple(RecordSet(want, "CNAME", 60, ("lb.example",)) for want in wants)
    desired = Desired((Placement(PROD, INSIDE, records, ""),)) if wants else None
    return Surveyed("prod", name, f"{ARN}/{name}", **{"desired": desired, **more})


def failing(error: SignpostError, **more: Any) -> list[Finding]:
    return services.judge(Survey((seen(error=error, **more),)), [PROD, DEV], "eu-west-1")


# --- single services -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "code", "mend"),
    [
        (HostnameInvalid("too long"), "service-hostname", "key=signpost:hostname,value=NAME"),
        (
            InvalidConfiguration("Tag 'signpost:ttl' has the value 'x'"),
            "service-tags",
            "tag-resource --resource-arn " + ARN + "/web --tags key=signpost:ttl",
        ),
        (
            InvalidConfiguration("Tag 'signpost:colour' is not one that Signpost knows"),
            "service-tags",
            "untag-resource --resource-arn " + ARN + "/web --tag-keys signpost:colour",
        ),
        (
            InvalidConfiguration("Tag 'signpost:my tag' is not one that Signpost knows"),
            "service-tags",
            "--tag-keys 'signpost:my tag'",
        ),
        (
            InvalidConfiguration("Task 1 has no interface, and signpost:target is tasks"),
            "service-tags",
            "--tags key=signpost:target,value=VALUE",
        ),
        (InvalidConfiguration("RecordTtl"), "service-tags", "signpost plan prod web"),
        (AmbiguousLoadBalancer("two"), "service-placement", "signpost:load-balancer"),
        (LoadBalancerNotFound("gone"), "service-placement", "aws ecs update-service"),
        (ZoneNotFound("none"), "service-placement", "signpost plan prod web"),
    ],
)
def test_what_a_services_executions_would_end_with(
    error: SignpostError, code: str, mend: str
) -> None:
    (finding,) = failing(error)

    assert (finding.code, finding.severity) == (code, Severity.STOPS)
    assert f"prod/web: {type(error).__name__}: {error}" in finding.what
    assert mend in finding.mend


def test_a_load_balancer_that_is_not_there_yet_is_a_warning() -> None:
    findings = failing(LoadBalancerNotReady("no listener"))
    assert (codes(findings), stopping(findings)) == (["service-not-ready"], [])


def test_services_in_a_vpc_without_zone_are_told_together() -> None:
    homeless = [seen(name, error=ZoneNotFound("none"), vpcs=("vpc-x",)) for name in "abcdefg"]

    (finding,) = services.judge(Survey(tuple(homeless)), [PROD], "eu-west-1")

    assert finding.code == "vpc-without-zone"
    assert "prod/e and 2 more" in finding.what
    assert "--hosted-zone-id ZPROD --vpc VPCRegion=eu-west-1,VPCId=vpc-x" in finding.mend


def test_warnings_of_a_placement_are_warnings() -> None:
    odd = seen(desired=Desired((), ("No listener rule leads there.",)))
    findings = services.judge(Survey((odd,)), [PROD], "eu-west-1")
    assert (codes(findings), stopping(findings)) == (["service-odd"], [])


def test_what_could_not_be_looked_at_is_never_green() -> None:
    unread = Survey((seen(),), missing_clusters=("pord",), unread=(("services of x", "denied"),))
    assert codes(services.judge(unread, [PROD], "eu-west-1")) == ["cluster-missing", "not-checked"]
    unknown = Survey((seen(),), zones_known=False)
    assert codes(services.judge(unknown, [PROD], "eu-west-1")) == ["not-checked"]


def test_an_account_without_services_is_sound() -> None:
    assert codes(services.judge(Survey(), [PROD], "eu-west-1")) == ["ok"]


# --- the survey itself -----------------------------------------------------------------------


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


def test_a_target_group_that_is_gone_is_found_without_asking_for_it(estate: Estate) -> None:
    estate.cluster("old")
    unused = estate.balancer("old", listening=False)
    estate.create("web", unused, cluster="old")
    estate.elbv2.delete_target_group(TargetGroupArn=unused.target_group)

    (web,) = taken(estate, "old").services

    assert isinstance(web.error, LoadBalancerNotFound)


def test_a_cluster_that_does_not_exist_is_named(estate: Estate) -> None:
    assert taken(estate, "prod", "pord").missing_clusters == ("pord",)


class Counting:
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


# --- names -----------------------------------------------------------------------------------

OURS = Ourselves("a" * 16, "signpost")


def kept(service: str, *owned: str, installation: str = "a" * 16, owner: str = "signpost") -> Found:
    records = tuple(RecordSet(name, "CNAME", 60, ("lb.example",)) for name in owned)
    ledger = Ledger(installation, "eu-west-1", "prod", service, "run-1", None, "now", records)
    return Found(PROD, f"{service}.prod.{owner}._signpost.ecs.internal", ledger)


def test_a_name_of_one_service_is_sound() -> None:
    web = seen("web", "web.ecs.internal")
    assert names.judge_wishes([web, seen("api", "api.ecs.internal")]) == []
    assert names.judge_ledgers([web], [kept("web", "web.ecs.internal")], OURS) == []


def test_a_name_that_two_services_want() -> None:
    both = [seen("web", "shop.ecs.internal"), seen("api", "shop.ecs.internal")]

    (finding,) = names.judge_wishes(both)

    assert (finding.code, finding.severity) == ("name-wanted-twice", Severity.STOPS)
    assert "prod/web, prod/api" in finding.what
    # The one that has it already is told of only once.
    assert names.judge_ledgers(both, [kept("web", "shop.ecs.internal")], OURS) == []


@pytest.mark.parametrize(
    ("others", "told"),
    [([seen("old")], "does not want it any more"), ([], "is no longer there")],
)
def test_a_name_that_another_service_still_has(others: list[Surveyed], told: str) -> None:
    wanting = [seen("web", "shop.ecs.internal"), *others]

    (finding,) = names.judge_ledgers(wanting, [kept("old", "shop.ecs.internal")], OURS)

    assert finding.code == "name-owned"
    assert told in finding.what
    assert finding.mend.splitlines() == ["signpost rerun prod old", "signpost rerun prod web"]


def test_a_name_of_another_installation_is_never_ours() -> None:
    theirs = kept("web", "web.ecs.internal", installation="b" * 16, owner="other")

    (finding,) = names.judge_ledgers([seen("web", "web.ecs.internal")], [theirs], OURS)

    assert finding.code == "name-owned"
    assert "another installation" in finding.what


def test_two_installations_with_one_owner() -> None:
    theirs = kept("api", "api.ecs.internal", installation="b" * 16)
    assert codes(names.judge_ledgers([], [theirs, theirs], OURS)) == ["owner-shared"]


def test_a_ledger_that_can_not_be_read_matters_only_where_it_is_ours() -> None:
    ours = Found(PROD, "web.prod.signpost._signpost.ecs.internal", None, "it was edited")
    other = Found(PROD, "web.prod.other._signpost.ecs.internal", None, "it was edited")

    (finding,) = names.judge_ledgers([], [ours, other], OURS)

    assert (finding.code, finding.severity) == ("ledger-corrupt", Severity.STOPS)


def test_all_ledgers_of_a_zone_are_read_in_one_listing_and_nothing_else() -> None:
    route53 = StrictRoute53()
    zone = replace(PROD, id=route53.create_zone("ecs.internal", vpcs=("vpc-prod",)))
    ledger = kept("web", "web.ecs.internal").ledger
    assert ledger
    text = ledgers.to_txt(ledgers.render(ledger, "ecs.internal"))
    for name, value in (
        ("web.prod.signpost._signpost", text),
        ("api.prod.signpost._signpost", '"edited"'),
        ("zz", '"no ledger"'),
        ("_signpostx", '"no ledger"'),
        ("_signpost-other", '"no ledger"'),
    ):
        record = {"Name": f"{name}.ecs.internal.", "Type": "TXT", "TTL": 60,
                  "ResourceRecords": [{"Value": value}]}  # fmt: skip
        route53.edit(zone.id, ("CREATE", record))
    route53.calls.clear()

    found = list(names.read(route53.client(), zone))

    assert {one.name.partition(".")[0]: bool(one.ledger) for one in found} == {
        "web": True,
        "api": False,
    }
    assert route53.calls.count("ListResourceRecordSets") == 1


def test_a_listing_that_is_not_allowed_leaves_the_names_unchecked() -> None:
    route53 = Stub("route53")
    route53.fails("list_resource_record_sets", "AccessDenied", status=403)
    facts = ZoneFacts((PROD,), (), (), route53.client)

    findings = names.check(installation(), facts, Survey())

    assert codes(findings) == ["not-checked"]
    assert "route53:ListResourceRecordSets" in findings[0].why


def test_a_service_that_publishes_nothing_wants_nothing() -> None:
    withdrawn = Service("prod", "web", ServiceState.WITHDRAWN, "It has no load balancer.")
    assert names.wishes([seen("web", service=withdrawn)]) == {}
