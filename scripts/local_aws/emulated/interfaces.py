"""Elastic network interfaces of tasks in the emulator's EC2, and how EC2 shows them.

MiniStack's network interfaces know no public and no IPv6 address, its DescribeNetworkInterfaces
no filter and no page, and its subnets no IPv6 block.
"""

from __future__ import annotations

import ipaddress
import itertools
import re
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ministack.core.responses import get_account_id, get_region, now_iso
from ministack.services import ec2

MAX_FILTER_VALUES = 200  # of one call (Amazon EC2 API Reference: Filter)
_MAX_RESULTS = 1000
_RESERVED = 4  # the first addresses of a subnet are AWS's own, and the last one of IPv4
_PUBLIC = ipaddress.ip_network("198.18.0.0/15")  # kept for tests of networks (RFC 2544)

Interface = dict[str, Any]
Params = Mapping[str, Any]
HttpAnswer = tuple[int, dict[str, str], bytes]

_FILTERS: dict[str, Callable[[Interface], Sequence[str]]] = {
    "network-interface-id": lambda one: [one["NetworkInterfaceId"]],
    "subnet-id": lambda one: [one["SubnetId"]],
    "vpc-id": lambda one: [one["VpcId"]],
    "status": lambda one: [one["Status"]],
    "description": lambda one: [one["Description"]],
    "private-ip-address": lambda one: [one["PrivateIpAddress"]],
    "addresses.private-ip-address": lambda one: [one["PrivateIpAddress"]],
    "association.public-ip": lambda one: [one.get("PublicIp") or ""],
    "ipv6-addresses.ipv6-address": lambda one: [one.get("Ipv6Address") or ""],
    "group-id": lambda one: [group["GroupId"] for group in one["Groups"]],
}

_lock = threading.Lock()
_last: dict[tuple[str, str], str] = {}
_public_numbers = itertools.count(1)


class NoInterfaceError(Exception):
    """There is no network interface to be had; the text says why, as ECS says it."""


def free_address(block: str, used: set[str], last: str | None) -> str | None:
    """The next free address of a subnet's block after the last one given; None if all are used.

    Going round keeps a released address from coming back at once, and lets it come back.
    """
    network = ipaddress.ip_network(block)
    first = int(network.network_address) + _RESERVED
    end = int(network.broadcast_address) + (network.version == 6)
    begin = int(ipaddress.ip_address(last)) + 1 if last else first
    for number in itertools.chain(range(begin, end), range(first, min(begin, end))):
        address = str(type(network.network_address)(number))
        if address not in used:
            return address
    return None


def create(
    subnet_ids: Sequence[str], groups: Sequence[str], is_public: bool, description: str
) -> Interface:
    """A network interface in the subnet that has the fewest, as EC2 keeps it.

    Raises NoInterfaceError for an unknown subnet or one without a free address.
    """
    ec2._ensure_defaults_initialized()
    unknown = [one for one in subnet_ids if ec2._subnets.get(one) is None]
    if unknown:
        raise NoInterfaceError(f"The subnet ID '{unknown[0]}' does not exist")
    with _lock:
        there = list(ec2._network_interfaces.values())
        subnet_id = min(subnet_ids, key=lambda one: sum(i["SubnetId"] == one for i in there))
        subnet = ec2._subnets.get(subnet_id)
        neighbours = [one for one in there if one["SubnetId"] == subnet_id]
        address = _next(subnet_id, subnet["CidrBlock"], {n["PrivateIpAddress"] for n in neighbours})
        block = subnet.get("Ipv6CidrBlock")
        interface: Interface = {
            "NetworkInterfaceId": f"eni-{secrets.token_hex(9)[:17]}",
            "SubnetId": subnet_id,
            "VpcId": subnet["VpcId"],
            "AvailabilityZone": subnet["AvailabilityZone"],
            "Description": description,
            "OwnerId": get_account_id(),
            "Status": "in-use",
            "PrivateIpAddress": address,
            "PrivateDnsName": _dns_name(address),
            "PublicIp": _public_address() if is_public else None,
            "Ipv6Address": _next(subnet_id, block, {n.get("Ipv6Address") for n in neighbours})
            if block
            else None,
            "InterfaceType": "interface",
            "SourceDestCheck": True,
            "MacAddress": ":".join(["0a", *re.findall("..", secrets.token_hex(5))]),
            "Groups": [_group(one) for one in groups or _default_groups(subnet["VpcId"])],
            "Attachment": {
                "AttachmentId": f"ela-attach-{secrets.token_hex(9)[:17]}",
                "DeviceIndex": 1,
                "Status": "attached",
                "AttachTime": now_iso(),
            },
        }
        ec2._network_interfaces[interface["NetworkInterfaceId"]] = interface
    return interface


def delete(interface_id: str) -> None:
    """Remove a network interface; one that is gone already is no error."""
    ec2._network_interfaces.pop(interface_id, None)


def describe(params: Params) -> HttpAnswer:
    """DescribeNetworkInterfaces with its filters and pages.

    Ids that are asked for must exist; ids in a filter that don't are just not there (Amazon EC2
    API Reference: DescribeNetworkInterfaces).
    """
    found: list[Interface] = list(ec2._network_interfaces.values())
    ids = ec2._parse_member_list(params, "NetworkInterfaceId")
    filters: dict[str, list[str]] = ec2._parse_filters(params)
    problem = _problem(ids, {one["NetworkInterfaceId"] for one in found}, filters)
    if problem:
        return ec2._error(*problem, 400)  # type: ignore[no-any-return]
    found = [
        one
        for one in found
        if (not ids or one["NetworkInterfaceId"] in ids) and _matches(one, filters)
    ]
    start = int(ec2._p(params, "NextToken") or 0)
    end = start + int(ec2._p(params, "MaxResults") or _MAX_RESULTS)
    items = "".join(ec2._eni_fields_xml(one) for one in found[start:end])
    token = f"<nextToken>{end}</nextToken>" if len(found) > end else ""
    return ec2._xml(  # type: ignore[no-any-return]
        200,
        "DescribeNetworkInterfacesResponse",
        f"<networkInterfaceSet>{items}</networkInterfaceSet>{token}",
    )


def install() -> None:
    """Let the emulator's EC2 show all of this."""
    ec2._ACTION_MAP["DescribeNetworkInterfaces"] = describe
    ec2._eni_fields_xml = _with_addresses(ec2._eni_fields_xml)
    ec2._subnet_fields_xml = _with_ipv6_block(ec2._subnet_fields_xml)
    ec2._ACTION_MAP["CreateSubnet"] = _keeping_ipv6_block(ec2._create_subnet)


def _problem(
    ids: Sequence[str], existing: set[str], filters: Mapping[str, Sequence[str]]
) -> tuple[str, str] | None:
    for one in ids:
        if one not in existing:
            return (
                "InvalidNetworkInterfaceID.NotFound",
                f"The networkInterface ID '{one}' does not exist",
            )
    for name, wanted in filters.items():
        if name not in _FILTERS and not name.startswith("tag"):
            return ("InvalidParameterValue", f"The filter '{name}' is invalid")
        if len(wanted) > MAX_FILTER_VALUES:
            return (
                "FilterLimitExceeded",
                "The maximum number of filter values specified on a single call is"
                f" {MAX_FILTER_VALUES}",
            )
    return None


def _matches(interface: Interface, filters: Mapping[str, Sequence[str]]) -> bool:
    if not ec2._resource_matches_tag_filters(interface["NetworkInterfaceId"], filters):
        return False
    return all(
        any(ec2._glob_match(one, value) for one in wanted for value in _FILTERS[name](interface))
        for name, wanted in filters.items()
        if name in _FILTERS
    )


def _next(subnet_id: str, block: str, used: set[str]) -> str:
    address = free_address(block, used, _last.get((subnet_id, block)))
    if address is None:
        raise NoInterfaceError(f"insufficient free addresses in subnet {subnet_id}")
    _last[subnet_id, block] = address
    return address


def _public_address() -> str:
    return str(_PUBLIC[next(_public_numbers) % _PUBLIC.num_addresses])


def _dns_name(address: str) -> str:
    region = get_region()
    domain = "ec2.internal" if region == "us-east-1" else f"{region}.compute.internal"
    return f"ip-{address.replace('.', '-')}.{domain}"


def _default_groups(vpc_id: str) -> list[str]:
    vpc = ec2._vpcs.get(vpc_id) or {}
    return [vpc["DefaultSecurityGroupId"]] if vpc.get("DefaultSecurityGroupId") else []


def _group(group_id: str) -> dict[str, str]:
    known = ec2._security_groups.get(group_id) or {}
    return {"GroupId": group_id, "GroupName": known.get("GroupName", group_id)}


def _with_addresses(original: Callable[..., str]) -> Callable[..., str]:
    def fields(interface: Interface, tag: str = "item") -> str:
        text = original(interface, tag)
        public, ipv6 = interface.get("PublicIp"), interface.get("Ipv6Address")
        name = interface.get("PrivateDnsName")
        more = f"<privateDnsName>{name}</privateDnsName>" if name else ""
        if public:
            association = (
                f"<association><publicIp>{public}</publicIp>"
                "<ipOwnerId>amazon</ipOwnerId></association>"
            )
            text = text.replace("<primary>true</primary>", f"<primary>true</primary>{association}")
            more += association
        if ipv6:
            item = f"<item><ipv6Address>{ipv6}</ipv6Address></item>"
            more += f"<ipv6AddressesSet>{item}</ipv6AddressesSet>"
        body, end, rest = text.rpartition(f"</{tag}>")
        return f"{body}{more}{end}{rest}"

    return fields


def _with_ipv6_block(original: Callable[..., str]) -> Callable[..., str]:
    def fields(subnet: Mapping[str, Any], tag: str = "item") -> str:
        text = original(subnet, tag=tag)
        if not subnet.get("Ipv6CidrBlock"):
            return text
        body, end, rest = text.rpartition(f"</{tag}>")
        item = (
            f"<ipv6CidrBlock>{subnet['Ipv6CidrBlock']}</ipv6CidrBlock>"
            "<ipv6CidrBlockState><state>associated</state></ipv6CidrBlockState>"
        )
        more = f"<ipv6CidrBlockAssociationSet><item>{item}</item></ipv6CidrBlockAssociationSet>"
        return f"{body}{more}{end}{rest}"

    return fields


def _keeping_ipv6_block(original: Callable[[Params], HttpAnswer]) -> Callable[[Params], HttpAnswer]:
    def create_subnet(params: Params) -> HttpAnswer:
        answer = original(params)
        block = ec2._p(params, "Ipv6CidrBlock")
        made = re.search(rb"<subnetId>([^<]+)</subnetId>", answer[2])
        if not block or made is None:
            return answer
        subnet = ec2._subnets[made[1].decode()]
        subnet["Ipv6CidrBlock"] = str(ipaddress.ip_network(block))
        text = ec2._subnet_fields_xml(subnet, tag="subnet")
        return ec2._xml(200, "CreateSubnetResponse", text)  # type: ignore[no-any-return]

    return create_subnet
