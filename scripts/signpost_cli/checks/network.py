"""Facts about VPCs, subnets, routes and security groups, as EC2 has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any

from signpost_cli.checks.reading import Missing, pages, reading

ANYWHERE = "0.0.0.0/0"
# Route targets through which a function in a subnet can reach the Internet. A function has no
# public address, so an Internet gateway (igw-) leads nowhere (Lambda Developer Guide, "Internet
# access for VPC-connected functions").
_GATEWAYS = (
    "NatGatewayId",
    "TransitGatewayId",
    "NetworkInterfaceId",
    "InstanceId",
    "VpcPeeringConnectionId",
    "CoreNetworkArn",
)
_NO_VPC = ("InvalidVpcID.NotFound", "InvalidVpcId.NotFound")
_NO_SUBNET = ("InvalidSubnetID.NotFound", "InvalidSubnetId.NotFound")
_NO_GROUP = ("InvalidGroup.NotFound", "InvalidGroupId.NotFound", "InvalidGroupId.Malformed")


@dataclass(frozen=True)
class Route:
    """Where a subnet sends what is for the Internet; `target` is None without such a route."""

    subnet: str
    target: str | None
    leads_out: bool


@dataclass(frozen=True)
class Vpc:
    """A VPC's two DNS attributes."""

    id: str
    dns_support: bool
    dns_hostnames: bool


@dataclass(frozen=True)
class Egress:
    """One outgoing rule of a security group; `protocol` -1 is all of them."""

    protocol: str
    first: int
    last: int
    to: str  # a CIDR; a prefix list or another group by its id

    def allows(self, protocol: str, port: int, to: str) -> bool:
        """Whether it lets packets out to every address of a CIDR. Where a rule names a prefix list
        or a group, nobody here knows what is in it: it counts as allowing.
        """
        if self.protocol not in ("-1", protocol):
            return False
        if self.protocol != "-1" and not self.first <= port <= self.last:
            return False
        if "/" not in self.to:
            return True
        mine, wanted = ip_network(self.to, strict=False), ip_network(to, strict=False)
        if isinstance(mine, IPv4Network) and isinstance(wanted, IPv4Network):
            return wanted.subnet_of(mine)
        if isinstance(mine, IPv6Network) and isinstance(wanted, IPv6Network):
            return wanted.subnet_of(mine)
        return False


def vpc_of_subnets(ec2: Any, subnets: Sequence[str]) -> dict[str, str]:
    """VPC id by subnet id. Raises Missing or Unreadable."""
    if not subnets:
        return {}
    with reading("ec2:DescribeSubnets", ", ".join(subnets), _NO_SUBNET):
        described = pages(ec2.describe_subnets, "Subnets", SubnetIds=list(subnets))
        return {subnet["SubnetId"]: subnet["VpcId"] for subnet in described}


def vpc(ec2: Any, vpc_id: str) -> Vpc:
    """A VPC's DNS attributes. Raises Missing or Unreadable."""
    with reading("ec2:DescribeVpcAttribute", vpc_id, _NO_VPC):
        support, hostnames = (
            ec2.describe_vpc_attribute(VpcId=vpc_id, Attribute=attribute)
            for attribute in ("enableDnsSupport", "enableDnsHostnames")
        )
        return Vpc(
            vpc_id,
            bool(support["EnableDnsSupport"]["Value"]),
            bool(hostnames["EnableDnsHostnames"]["Value"]),
        )


def routes(ec2: Any, subnets: Iterable[str], vpc_id: str) -> list[Route]:
    """The default route of each subnet: of its own route table, else of the VPC's main one."""
    with reading("ec2:DescribeRouteTables", vpc_id):
        tables = list(
            pages(
                ec2.describe_route_tables,
                "RouteTables",
                Filters=[{"Name": "vpc-id", "Values": [vpc_id]}],
            )
        )
        return [_default_route(subnet, _table_of(subnet, tables)) for subnet in subnets]


def _table_of(subnet: str, tables: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    main: Mapping[str, Any] = {}
    for table in tables:
        for association in table.get("Associations", []):
            if association.get("SubnetId") == subnet:
                return table
            if association.get("Main"):
                main = table
    return main


def _default_route(subnet: str, table: Mapping[str, Any]) -> Route:
    for route in table.get("Routes", []):
        if route.get("DestinationCidrBlock") != ANYWHERE or route.get("State") == "blackhole":
            continue
        target = next((route[name] for name in _GATEWAYS if route.get(name)), None)
        gateway = str(route.get("GatewayId", ""))
        # A virtual private gateway or a gateway load balancer's endpoint may lead out.
        leads_out = target is not None or gateway.startswith(("vgw-", "vpce-"))
        return Route(subnet, str(target or gateway), leads_out)
    return Route(subnet, None, leads_out=False)


def has_route53_endpoint(ec2: Any, vpc_id: str) -> bool:
    """Whether the VPC has an interface endpoint for Route 53's own API."""
    with reading("ec2:DescribeVpcEndpoints", vpc_id):
        endpoints = pages(
            ec2.describe_vpc_endpoints,
            "VpcEndpoints",
            Filters=[{"Name": "vpc-id", "Values": [vpc_id]}],
        )
        return any(str(one["ServiceName"]).endswith(".route53") for one in endpoints)


def egress(ec2: Any, groups: Sequence[str]) -> list[Egress]:
    """All outgoing rules of the groups together. Raises Missing or Unreadable."""
    found: list[Egress] = []
    with reading("ec2:DescribeSecurityGroups", ", ".join(groups), _NO_GROUP):
        described = list(
            pages(ec2.describe_security_groups, "SecurityGroups", GroupIds=list(groups))
        )
        for group in described:
            for rule in group.get("IpPermissionsEgress", []):
                found += _rules(rule)
    if len(described) < len(set(groups)):
        raise Missing(f"some of {', '.join(groups)} do not exist")
    return found


def _rules(rule: Mapping[str, Any]) -> Iterable[Egress]:
    targets = [one["CidrIp"] for one in rule.get("IpRanges", [])]
    targets += [one["CidrIpv6"] for one in rule.get("Ipv6Ranges", [])]
    targets += [one["PrefixListId"] for one in rule.get("PrefixListIds", [])]
    targets += [one["GroupId"] for one in rule.get("UserIdGroupPairs", [])]
    for target in targets:
        yield Egress(
            str(rule["IpProtocol"]),
            int(rule.get("FromPort", 0)),
            int(rule.get("ToPort", 65535)),
            target,
        )
