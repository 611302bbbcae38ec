"""`signpost doctor`: what each service's executions would end with."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from signpost.errors import (
    AmbiguousLoadBalancer,
    HostnameInvalid,
    InvalidConfiguration,
    LoadBalancerNotFound,
    LoadBalancerNotReady,
    SignpostError,
    ZoneNotFound,
)
from signpost.model.refused import Refused
from signpost.names.placement import Desired
from signpost_cli.checks import services
from signpost_cli.checks.findings import Finding, Severity
from signpost_cli.checks.standing import Names, Standing, Standings
from signpost_cli.checks.survey import Survey
from tests.support.doctor import ARN, codes, seen, stopping
from tests.support.zones import DEV, PROD


def failing(error: SignpostError, **more: Any) -> list[Finding]:
    return services.judge(Survey((seen(error=error, **more),)), [PROD, DEV], "eu-west-1")


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


def test_a_name_that_is_refused_beside_others_is_told_as_what_it_is() -> None:
    refused = (
        Refused("HostnameNotAllowed", "www is denied.", zone="ZPROD", name="www.ecs.internal"),
        Refused("AmbiguousLoadBalancer", "Two fit.", zone="ZDEV"),
        Refused("ZoneNotFound", "No zone for it.", name="a.example.org"),
    )
    partly = seen("web", "web.ecs.internal")
    assert partly.desired
    partly = replace(partly, desired=replace(partly.desired, refused=refused))

    findings = services.judge(Survey((partly,)), [PROD, DEV], "eu-west-1")

    assert [one.what for one in findings] == [
        "prod/web: HostnameNotAllowed: www is denied.",
        "prod/web: AmbiguousLoadBalancer: Two fit.",
        "prod/web: ZoneNotFound: No zone for it.",
    ]
    assert {one.code for one in findings} == {"service-placement"}
    assert "key=signpost:hostname,value=NAME" in findings[0].mend


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
    assert services.judge(Survey(), [PROD], "eu-west-1") == []
    told = services.summary(Survey(), Standings(), is_sound=True)
    assert (told.code, told.what) == (
        "ok",
        "There is no service yet in the clusters that were looked at.",
    )


def test_a_load_balancer_that_another_finding_is_about_is_told_once() -> None:
    lost = Survey((seen(error=LoadBalancerNotReady("no listener")),))
    assert services.judge(lost, [PROD], "eu-west-1", [("prod", "web")]) == []


def test_the_counts_are_no_word_of_success_where_a_service_lacks_its_name() -> None:
    standings = Standings((Standing(("prod", "web"), Names.NONE),))
    survey = Survey((seen(),))

    assert services.summary(survey, standings, is_sound=True).severity is Severity.NOTE
    fine = Standings((Standing(("prod", "web"), Names.RIGHT),))
    assert services.summary(survey, fine, is_sound=True).severity is Severity.OK
    assert services.summary(survey, fine, is_sound=False).severity is Severity.NOTE
