"""With every parameter at its longest, the stack stays within what AWS takes."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from signpost_cli.checks.bounds import MOST_CHARACTERS
from tests.support.estate import ACCOUNT
from tests.support.rendered import render, size
from tests.support.template import ROOT, TEMPLATE

ENVIRONMENT = 4096  # bytes of keys and values (Lambda Developer Guide, "Lambda quotas")
# Characters of a role's inline policies, without whitespace (IAM User Guide, "IAM and STS quotas").
INLINE = 10_240
PARAMETER = 4096  # bytes of a parameter's value (CloudFormation User Guide, "Quotas")
STANDARD = 4096  # bytes of a standard parameter (Systems Manager User Guide, "Parameter tiers")
REGION, STACK = "us-gov-west-1", "s" * 128
LISTS = 650  # characters of ClusterNames and DnsServers together, which docs/parameters.md promises
USUAL, LONGEST_ID = 21, 32  # characters of a hosted zone's id
MOST_ZONES = {USUAL: 186, LONGEST_ID: 124}
PARAMETERS: dict[str, dict[str, Any]] = TEMPLATE["Parameters"]
ROLE = "arn:aws-us-gov:iam::123456789012:role/" + "p" * 511 + "/" + "r" * 64


def zones(count: int, length: int) -> str:
    return ",".join(f"Z{number:0{length - 1}d}" for number in range(count))


def words(characters: int) -> str:
    """A list of so many characters in all."""
    return ("w" * 40 + "," + "x" * characters)[:characters]


TEXTS = {
    "HostedZoneIds": zones(150, LONGEST_ID),
    "AllowedHostnames": words(PARAMETER),
    "DeniedHostnames": words(PARAMETER),
    "OwnerId": "o" * 32,
    "ClusterNames": words(LISTS - 50),
    "DnsServers": words(50),
    "VpcSubnetIds": ",".join(f"subnet-{number:017x}" for number in range(16)),
    "VpcSecurityGroupIds": ",".join(f"sg-{number:017x}" for number in range(5)),
    "ZoneRoleExternalId": "e" * 1224,
    "SweepSchedule": "rate(10000 minutes)",
    "AlertEmail": "a" * 250 + "@b.cc",
}


def longest(name: str) -> str:
    """A parameter's longest value. A new one needs a bound, in the template or in TEXTS."""
    parameter = PARAMETERS[name]
    if "AllowedValues" in parameter:
        return max(map(str, parameter["AllowedValues"]), key=len)
    if "MaxValue" in parameter:
        return str(parameter["MaxValue"])
    if "MaxLength" in parameter:
        return "m" * int(parameter["MaxLength"])
    return ROLE if name.endswith("RoleArn") else TEXTS[name]


Resources = dict[str, dict[str, Any]]


def made_as(name: str) -> str:
    """An ARN longer than any that the template's policies name."""
    return f"arn:aws-us-gov:lambda:{REGION}:{ACCOUNT}:function:{STACK}-{name}-0123456789AB"


def of_type(resources: Resources, kind: str) -> Resources:
    """The properties of all resources of a type."""
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}


@cache
def stack(with_zone_role: bool) -> Resources:
    """Of the two ways to write zones, one has a list of them, the other a role's name."""
    values = {name: longest(name) for name in PARAMETERS}
    roles = {name: "" for name in PARAMETERS if name.endswith("RoleArn")}
    return render(REGION, STACK, made_as, **values | ({} if with_zone_role else roles))


EITHER = pytest.mark.parametrize("with_zone_role", [False, True], ids=["here", "by a role"])


def of_policies(role: dict[str, Any]) -> int:
    documents = (policy["PolicyDocument"] for policy in role.get("Policies", ()))
    return sum(map(size, documents))


@EITHER
def test_each_functions_environment_has_room(with_zone_role: bool) -> None:
    functions = of_type(stack(with_zone_role), "AWS::Lambda::Function")
    sizes = {
        name: sum(len(f"{key}{value}".encode()) for key, value in variables.items())
        for name, function in functions.items()
        for variables in [function["Environment"]["Variables"]]
    }
    assert len(sizes) == len([r for r in TEMPLATE["Resources"].values() if "Function" in r["Type"]])
    assert {name: size for name, size in sizes.items() if size > ENVIRONMENT} == {}


@EITHER
def test_each_roles_inline_policies_have_room_for_150_zones(with_zone_role: bool) -> None:
    roles = of_type(stack(with_zone_role), "AWS::IAM::Role")
    sizes = {name: of_policies(role) for name, role in roles.items()}
    assert with_zone_role or max(sizes.values()) > 150 * LONGEST_ID
    assert {name: size for name, size in sizes.items() if size > INLINE} == {}


@pytest.mark.parametrize("length", MOST_ZONES)
def test_of_all_limits_cloudformations_comes_first(length: int) -> None:
    """Systems Manager's is as long; a role has room for more zones."""
    most, one_more = (len(zones(MOST_ZONES[length] + more, length)) for more in (0, 1))
    assert most <= PARAMETER < one_more
    assert PARAMETER == STANDARD == MOST_CHARACTERS
    named = render(REGION, STACK, made_as, HostedZoneIds=zones(MOST_ZONES[length], length))
    roles = of_type(named, "AWS::IAM::Role").values()
    assert max(map(of_policies, roles)) <= INLINE
    (value,) = (
        parameter["Value"]
        for name, parameter in of_type(named, "AWS::SSM::Parameter").items()
        if name.startswith("HostedZoneIds")
    )
    assert len(value) == most


def test_a_parameter_of_systems_manager_is_a_standard_one() -> None:
    for parameter in of_type(stack(with_zone_role=False), "AWS::SSM::Parameter").values():
        assert parameter.get("Tier", "Standard") == "Standard"


@pytest.mark.parametrize("length", MOST_ZONES)
def test_the_largest_number_is_said_where_the_zones_are_given(length: int) -> None:
    said = f"{MOST_ZONES[length]} ids of {length} characters"
    described = PARAMETERS["HostedZoneIds"]["Description"]
    (row,) = (
        line
        for line in (ROOT / "docs" / "parameters.md").read_text().splitlines()
        if line.startswith("| `HostedZoneIds` |")
    )
    assert said in described
    assert said in row
    assert str(LISTS) in PARAMETERS["ClusterNames"]["Description"]
