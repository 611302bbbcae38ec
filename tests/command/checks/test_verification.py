"""`signpost doctor`: whom VerifyRecord asks, and whether its network lets it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from signpost.proof import lookup
from signpost_cli.checks import verification
from signpost_cli.checks.network import ANYWHERE, Egress, Route
from signpost_cli.checks.verification import Network, Wishes
from signpost_cli.checks.zones import ZoneFacts
from tests.support.doctor import AGAIN, codes, installation, stopping
from tests.support.stub import Stub
from tests.support.zones import DEV, PROD, PUBLIC

NOWHERE = Wishes("auto", servers=(), subnets=(), groups=(), region="eu-west-1", redeploy=AGAIN)
IN_VPC = replace(NOWHERE, subnets=("subnet-1",), groups=("sg-1",))
ALL_OUT = Egress("-1", 0, 65535, ANYWHERE)
GOOD = Network("vpc-prod", (Route("subnet-1", "nat-1", leads_out=True),), False, (ALL_OUT,))


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


def test_only_servers_that_were_asked_are_said_to_answer() -> None:
    one, two = replace(NOWHERE, servers=("9.9.9.9",)), replace(NOWHERE, servers=("a", "b"))

    assert verification.told(one, [PROD], tried=True) == "9.9.9.9 answers for each private zone."
    assert verification.told(two, [PROD], tried=True).startswith("One of a, b answers")
    for wishes, zones in ((one, [PROD]), (IN_VPC, [PROD]), (NOWHERE, [PUBLIC])):
        assert verification.told(wishes, zones, tried=False).endswith("that was not tried.")


def test_dns_is_asked_for_the_zones_themselves_and_for_no_name_in_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that is asked for may not be removed (ACTIVE_RECORD_CHECK): who looks must not ask."""
    asked: list[tuple[str, str]] = []

    def answer(_: Any, name: str, kind: str) -> list[str]:
        asked.append((name, kind))
        return ["an SOA"]

    monkeypatch.setattr(lookup, "ask", answer)
    clients = {"cloudformation": Stub("cloudformation").client}
    made = installation(clients, {"DnsServers": "127.0.0.1:5353"})
    made.is_local = True

    verification.check(made, ZoneFacts((PROD, PUBLIC), (), ()))

    assert asked == [("ecs.internal", "SOA")]


def test_no_other_part_of_the_command_asks_dns() -> None:
    command = Path(verification.__file__).parents[1]
    asking = {path.name for path in command.rglob("*.py") if "import lookup" in path.read_text()}
    assert asking == {"verification.py"}
