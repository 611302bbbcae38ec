"""`signpost doctor`: subnets, routes and security groups as EC2 has them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from signpost_cli.checks import network
from signpost_cli.checks.network import ANYWHERE, Vpc
from signpost_cli.checks.reading import Missing
from tests.support.estate import client
from tests.support.stub import Stub


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
