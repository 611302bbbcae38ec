"""`signpost doctor`: zones, VPCs and the way of VerifyRecord to a resolver, fact by fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from moto import mock_aws

from signpost.model.service import Service, ServiceState
from signpost_cli.checks import network, permissions, verification, vpcs, zones
from signpost_cli.checks.findings import Severity
from signpost_cli.checks.network import ANYWHERE, Egress, Route, Vpc
from signpost_cli.checks.reading import Missing, Unreadable
from signpost_cli.checks.survey import Survey, Surveyed
from signpost_cli.checks.verification import Network, Wishes
from signpost_cli.checks.zones import ZoneFacts
from tests.support.doctor import codes, installation, stopping
from tests.support.estate import client
from tests.support.route53 import StrictRoute53
from tests.support.stub import Stub
from tests.support.zones import DEV, PROD, PUBLIC

AGAIN = "sam deploy"
NOWHERE = Wishes("auto", servers=(), subnets=(), groups=(), region="eu-west-1", redeploy=AGAIN)
IN_VPC = replace(NOWHERE, subnets=("subnet-1",), groups=("sg-1",))
ALL_OUT = Egress("-1", 0, 65535, ANYWHERE)
RUNNING = Service("prod", "web", ServiceState.PRESENT, "It runs.")
GOOD = Network("vpc-prod", (Route("subnet-1", "nat-1", leads_out=True),), False, (ALL_OUT,))


# --- whom VerifyRecord asks ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "listed", "found", "stops"),
    [
        ("auto", [PROD], ["verify-insync-only"], []),
        ("dns", [PROD, PUBLIC], ["verify-no-resolver"], ["verify-no-resolver"]),
        ("insync", [PROD], [], []),
        ("dns", [PUBLIC], [], []),
    ],
)
def test_private_zones_with_nobody_to_ask(
    mode: str, listed: list[Any], found: list[str], stops: list[str]
) -> None:
    findings = verification.judge_way(replace(NOWHERE, mode=mode), listed)
    assert (codes(findings), stopping(findings)) == (found, stops)


@pytest.mark.parametrize(
    ("servers", "mode", "subnets", "found"),
    [
        (("9.9.9.9",), "dns", (), []),
        (("10.0.0.2",), "dns", (), ["verify-servers-unreachable"]),
        (("10.0.0.2",), "auto", (), ["verify-servers-useless"]),
        (("10.0.0.2", "9.9.9.9"), "dns", (), ["verify-servers-useless"]),
        (("10.0.0.2",), "dns", ("subnet-1",), []),
        (("127.0.0.1:5353",), "dns", ("subnet-1",), ["verify-servers-unreachable"]),
        (("10.0.0.300",), "auto", (), ["verify-servers"]),
        (("10.0.0.2",), "insync", (), []),
    ],
)
def test_servers_that_the_function_can_not_reach(
    servers: tuple[str, ...], mode: str, subnets: tuple[str, ...], found: list[str]
) -> None:
    wishes = replace(NOWHERE, servers=servers, mode=mode, subnets=subnets)
    assert codes(verification.judge_servers(wishes, [PROD])) == found


@pytest.mark.parametrize(
    ("mode", "code"), [("auto", "verify-servers-useless"), ("dns", "verify-servers-unreachable")]
)
def test_a_server_that_was_asked_and_kept_silent(mode: str, code: str) -> None:
    findings = verification.judge_silence(replace(NOWHERE, mode=mode), ["ecs.internal: nothing"])
    assert codes(findings) == [code]


# --- its network -----------------------------------------------------------------------------


def test_a_vpc_of_the_zone_with_a_nat_gateway_is_sound() -> None:
    assert verification.judge_network(IN_VPC, [PROD], GOOD) == []


def test_a_vpc_that_the_zone_is_not_associated_with() -> None:
    (finding,) = verification.judge_network(IN_VPC, [PROD, DEV], GOOD)

    assert finding.code == "verify-zone-unseen"
    assert "--hosted-zone-id ZDEV --vpc VPCRegion=eu-west-1,VPCId=vpc-prod" in finding.mend


def test_with_servers_of_its_own_the_vpcs_resolver_is_not_asked() -> None:
    wishes = replace(IN_VPC, servers=("10.0.0.2",))
    assert verification.judge_network(wishes, [DEV], GOOD) == []


@pytest.mark.parametrize(("target", "told"), [(None, "no default route"), ("igw-1", "igw-1")])
def test_a_subnet_without_a_way_to_the_api(target: str | None, told: str) -> None:
    shut = replace(GOOD, routes=(Route("subnet-1", target, leads_out=False),))

    (finding,) = verification.judge_network(IN_VPC, [PROD], shut)

    assert finding.code == "verify-no-route"
    assert told in finding.what
    assert verification.judge_network(IN_VPC, [PROD], replace(shut, has_endpoint=True)) == []


def out(*rules: Egress) -> Network:
    return replace(GOOD, egress=rules)


HTTPS = Egress("tcp", 443, 443, ANYWHERE)


@pytest.mark.parametrize(
    ("wishes", "listed", "where", "lacking"),
    [
        (IN_VPC, [PROD], out(HTTPS), None),  # the VPC's resolver needs no rule
        (IN_VPC, [PROD], out(), "TCP 443 to 0.0.0.0/0"),
        (IN_VPC, [PROD], out(replace(HTTPS, to="10.0.0.0/8")), "TCP 443"),
        (IN_VPC, [PROD], out(replace(HTTPS, to="pl-1")), None),
        (IN_VPC, [PUBLIC], out(HTTPS), "UDP 53 to 0.0.0.0/0; TCP 53"),
        (IN_VPC, [PUBLIC], out(HTTPS, Egress("udp", 0, 65535, ANYWHERE)), "TCP 53"),
        (replace(IN_VPC, mode="insync"), [PUBLIC], out(HTTPS), None),
        (
            replace(IN_VPC, servers=("10.9.0.2:5300",)),
            [PROD],
            out(HTTPS, Egress("udp", 53, 53, "10.0.0.0/8")),
            "UDP 5300 to 10.9.0.2/32",
        ),
        (
            replace(IN_VPC, servers=("10.9.0.2",)),
            [PROD],
            out(HTTPS, Egress("-1", 0, 65535, "10.9.0.0/16")),
            None,
        ),
    ],
)
def test_what_the_security_groups_must_let_out(
    wishes: Wishes, listed: list[Any], where: Network, lacking: str | None
) -> None:
    findings = verification.judge_network(wishes, listed, where)
    assert codes(findings) == ([] if lacking is None else ["verify-egress"])
    assert lacking is None or lacking in findings[0].what


@pytest.fixture
def ec2(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
    with mock_aws():
        yield client("ec2")


def test_the_network_is_read_as_ec2_has_it(ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{number}.0/24")["Subnet"]["SubnetId"]
        for number in range(2)
    ]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=made[1], AllocationId=address)["NatGateway"]
    ec2.create_route(
        RouteTableId=table, DestinationCidrBlock=ANYWHERE, NatGatewayId=nat["NatGatewayId"]
    )
    ec2.associate_route_table(RouteTableId=table, SubnetId=made[0])
    groups = ec2.describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    group = groups["SecurityGroups"][0]["GroupId"]

    assert network.vpc_of_subnets(ec2, made) == dict.fromkeys(made, vpc)
    routes = network.routes(ec2, made, vpc)
    assert [route.leads_out for route in routes] == [True, False]
    assert network.egress(ec2, [group])[0].allows("tcp", 443, ANYWHERE)
    assert network.has_route53_endpoint(ec2, vpc) is False
    assert network.vpc(ec2, vpc) == Vpc(vpc, dns_support=True, dns_hostnames=False)


def test_subnets_and_groups_that_do_not_exist() -> None:
    api = Stub("ec2")
    api.fails("describe_subnets", "InvalidSubnetID.NotFound")
    api.fails("describe_security_groups", "InvalidGroup.NotFound")
    with pytest.raises(Missing):
        network.vpc_of_subnets(api.client, ["subnet-1"])
    with pytest.raises(Missing):
        network.egress(api.client, ["sg-1"])


SUBNETS = [{"SubnetId": "subnet-1", "VpcId": "vpc-prod"}]
GROUP = {
    "GroupId": "sg-1",
    "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": ANYWHERE}]}],
}
TABLE = {
    "Associations": [{"Main": True}],
    "Routes": [{"DestinationCidrBlock": ANYWHERE, "NatGatewayId": "nat-1", "State": "active"}],
}
SOUND: dict[str, dict[str, Any]] = {
    "describe_subnets": {"Subnets": SUBNETS},
    "describe_security_groups": {"SecurityGroups": [GROUP]},
    "describe_vpc_endpoints": {"VpcEndpoints": []},
    "describe_route_tables": {"RouteTables": [TABLE]},
}


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, ["ok"]),
        ({"describe_subnets": "InvalidSubnetID.NotFound"}, ["verify-subnets"]),
        (
            {"describe_subnets": {"Subnets": [*SUBNETS, {"SubnetId": "b", "VpcId": "vpc-x"}]}},
            ["verify-subnets"],
        ),
        ({"describe_security_groups": {"SecurityGroups": []}}, ["verify-subnets"]),
        ({"describe_subnets": "UnauthorizedOperation"}, ["not-checked"]),
        ({"describe_route_tables": {"RouteTables": []}}, ["verify-no-route"]),
        (
            {
                "describe_route_tables": {"RouteTables": []},
                "describe_vpc_endpoints": {
                    "VpcEndpoints": [{"ServiceName": "com.amazonaws.route53"}]
                },
            },
            ["ok"],
        ),
    ],
)
def test_the_functions_network_from_parameters_to_findings(
    changed: dict[str, Any], found: list[str]
) -> None:
    api = Stub("ec2")
    for call, answer in (SOUND | changed).items():
        if isinstance(answer, str):
            api.fails(call, answer)
            break
        api.answers(call, **answer)
    parameters = {"VpcSubnetIds": "subnet-1", "VpcSecurityGroupIds": "sg-1"}
    made = installation({"ec2": api.client}, parameters)

    assert codes(verification.check(made, ZoneFacts((PROD,), (), ()))) == found


# --- VPCs ------------------------------------------------------------------------------------


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

    assert codes(vpcs.check(attributes("InvalidVpcID.NotFound"), Survey(), [DEV])) == ["ok"]
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


# --- zones and rights ------------------------------------------------------------------------


def test_zones_that_are_missing_stop_the_work_and_unread_ones_are_not_green() -> None:
    facts = ZoneFacts((PROD,), ("ZGONE",), (("ZA", "denied"), ("ZB", "denied")))

    missing, unread = zones.judge_existence(facts, AGAIN)

    assert (missing.code, missing.severity) == ("zone-missing", Severity.STOPS)
    assert unread.severity is Severity.NOT_CHECKED
    assert "ZA, ZB" in unread.what


@pytest.mark.parametrize(
    ("facts", "complete"),
    [
        (ZoneFacts((PROD,), (), ()), True),
        (ZoneFacts((PROD,), ("ZGONE",), ()), False),
        (ZoneFacts((PROD,), (), (("ZA", "denied"),)), False),
    ],
)
def test_names_are_placed_only_where_every_listed_zone_is_known(
    facts: ZoneFacts, complete: bool
) -> None:
    assert facts.complete is complete


def test_a_zone_role_that_can_not_be_assumed_leaves_its_zones_unchecked() -> None:
    sts = Stub("sts")
    sts.fails("assume_role", "AccessDenied", status=403)
    role = "arn:aws:iam::210987654321:role/dns"

    facts = zones.read(installation({"sts": sts.client}, {"ZoneRoleArn": role}))

    assert facts.zones == ()
    assert "sts:AssumeRole" in facts.unread[0][1]
    assert role in facts.unread[0][1]


def test_zones_of_another_account_are_read_with_the_role_of_that_account() -> None:
    route53, sts, iam = StrictRoute53(), Stub("sts"), Stub("iam")
    zone = route53.create_zone("ecs.internal", vpcs=("vpc-1",))
    credentials = {
        "AccessKeyId": "ASIAASSUMEDASSUMED00",
        "SecretAccessKey": "secret",
        "SessionToken": "token",
        "Expiration": "2026-11-24T13:00:00Z",
    }
    sts.answers("assume_role", Credentials=credentials)
    denied = evaluated("implicitDeny") | {"EvalActionName": "sts:AssumeRole"}
    for decision in (denied, evaluated("allowed"), evaluated("allowed")):
        iam.answers("simulate_principal_policy", EvaluationResults=[decision])
    role = "arn:aws:iam::210987654321:role/dns"
    made = installation(
        {"sts": sts.client, "iam": iam.client},
        {"ZoneRoleArn": role, "ZoneRoleExternalId": "signpost-7", "HostedZoneIds": zone},
        {f"{step}FunctionRole": step for step in zones.NEEDS},
    )

    with route53.patched():
        facts = zones.read(made)
    findings = zones.check(made, replace(facts, zones=()))

    assert [one.name for one in facts.zones] == ["ecs.internal"]
    assert codes(findings) == ["zone-role"]
    assert f"PlanChange's role may not assume {role}" in findings[0].what


def test_a_zone_that_does_not_exist_and_one_that_may_not_be_read() -> None:
    route53 = Stub("route53")
    route53.fails("get_hosted_zone", "NoSuchHostedZone")
    route53.fails("get_hosted_zone", "AccessDenied", status=403)
    made = installation(
        {"route53": route53.client, "iam": None}, {"HostedZoneIds": "ZGONE,ZLOCKED"}
    )

    facts = zones.read(made)

    assert facts.missing == ("ZGONE",)
    assert [zone_id for zone_id, _ in facts.unread] == ["ZLOCKED"]


def evaluated(decision: str, **more: Any) -> dict[str, Any]:
    return {"EvalActionName": "route53:ChangeResourceRecordSets", "EvalDecision": decision, **more}


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (evaluated("allowed"), []),
        (evaluated("implicitDeny"), ["route53:ChangeResourceRecordSets (implicitDeny)"]),
        (
            evaluated(
                "explicitDeny", OrganizationsDecisionDetail={"AllowedByOrganizations": False}
            ),
            [
                "route53:ChangeResourceRecordSets (explicitDeny by the organization's policies)",
            ],
        ),
        (
            evaluated(
                "implicitDeny",
                PermissionsBoundaryDecisionDetail={"AllowedByPermissionsBoundary": False},
            ),
            ["route53:ChangeResourceRecordSets (implicitDeny by its permissions boundary)"],
        ),
    ],
)
def test_iams_word_for_what_a_role_may_not_do(result: dict[str, Any], told: list[str]) -> None:
    iam = Stub("iam")
    iam.answers("simulate_principal_policy", EvaluationResults=[result])

    assert (
        permissions.denials(iam.client, "arn:aws:iam::123456789012:role/r", ["sts:A"], "b") == told
    )


def test_a_simulation_that_is_not_allowed_is_no_permission() -> None:
    iam = Stub("iam")
    iam.fails("simulate_principal_policy", "AccessDenied", status=403)

    with pytest.raises(Unreadable, match="iam:SimulatePrincipalPolicy"):
        permissions.denials(iam.client, "arn:aws:iam::123456789012:role/r", ["sts:A"], "b")


def test_a_role_that_may_not_write_a_zone_is_named_with_the_zone() -> None:
    (finding,) = zones.judge_rights("ChangeRecord's role r", PROD, ["x (implicitDeny)"], AGAIN)
    assert (finding.code, finding.severity) == ("zone-access", Severity.STOPS)
    assert "ZPROD" in finding.what
