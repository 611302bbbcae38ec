"""`signpost doctor`: the VPCs of zones and services."""

from __future__ import annotations

from typing import Any

from signpost_cli.checks import vpcs
from signpost_cli.checks.findings import Severity
from signpost_cli.checks.network import Vpc
from signpost_cli.checks.survey import Survey, Surveyed
from tests.support.doctor import RUNNING, codes, installation
from tests.support.stub import Stub
from tests.support.zones import DEV, PROD


def test_each_dns_attribute_that_is_off_comes_with_its_command() -> None:
    assert vpcs.judge_dns(Vpc("vpc-1", dns_support=True, dns_hostnames=True)) == []
    support, hostnames = vpcs.judge_dns(Vpc("vpc-1", dns_support=False, dns_hostnames=False))
    assert support.severity is hostnames.severity is Severity.STOPS
    assert "--enable-dns-support Value=true" in support.mend
    assert "--enable-dns-hostnames Value=true" in hostnames.mend


def test_a_private_zone_in_whose_vpcs_no_service_is() -> None:
    assert vpcs.judge_use([DEV, PROD], {"vpc-dev", "vpc-ops"}, "eu-west-1") == []
    assert codes(vpcs.judge_use([DEV, PROD], {"vpc-dev"}, "eu-west-1")) == ["zone-idle"]
    assert vpcs.judge_use([DEV], set(), "eu-west-1") == []  # nothing is there yet


def attributes(*values: bool | str) -> Any:
    """EC2 that says so of enableDnsSupport and enableDnsHostnames, VPC by VPC; or its error."""
    api, names = Stub("ec2"), ("EnableDnsSupport", "EnableDnsHostnames")
    for place, value in enumerate(values):
        if isinstance(value, str):
            api.fails("describe_vpc_attribute", value)
        else:
            api.answers("describe_vpc_attribute", **{names[place % 2]: {"Value": value}})
    return installation({"ec2": api.client})


def test_the_vpcs_of_a_zone_are_looked_at_before_there_is_a_service() -> None:
    findings = vpcs.check(attributes(True, False), Survey(), [DEV])
    assert (codes(findings), "vpc-dev" in findings[0].what) == (["vpc-dns"], True)
    assert codes(vpcs.check(attributes(True, True), Survey(), [DEV])) == ["ok"]


def test_a_vpc_of_another_region_is_nobodys_here_unless_services_are_in_it() -> None:
    elsewhere = Survey((Surveyed("prod", "web", "arn:web", service=RUNNING, vpcs=("vpc-dev",)),))

    assert codes(vpcs.check(attributes("InvalidVpcID.NotFound"), Survey(), [DEV])) == ["note"]
    assert codes(vpcs.check(attributes("InvalidVpcID.NotFound"), elsewhere, [DEV])) == [
        "not-checked"
    ]
    assert codes(vpcs.check(attributes("AccessDenied"), Survey(), [DEV])) == ["not-checked"]


def test_services_that_could_not_be_looked_at_leave_their_vpcs_unchecked() -> None:
    findings = vpcs.check(attributes(True, True), Survey(unread=(("all", "no"),)), [DEV])
    assert codes(findings) == ["not-checked"]


def test_the_subnets_tell_the_vpc_where_nothing_else_does() -> None:
    api = Stub("ec2")
    api.answers("describe_subnets", Subnets=[{"SubnetId": "subnet-1", "VpcId": "vpc-x"}])
    for name in ("EnableDnsSupport", "EnableDnsHostnames"):
        api.answers("describe_vpc_attribute", **{name: {"Value": True}})
    tasks = Surveyed("prod", "web", "arn:web", subnets=("subnet-1",), service=RUNNING)

    findings = vpcs.check(installation({"ec2": api.client}), Survey((tasks,)), [DEV])

    assert codes(findings) == ["zone-idle"]
    assert "vpc-x" in findings[0].what
