"""The `--zone` option: which hosted zones to make, and in which VPCs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from local_aws.errors import LocalAwsError, LocalAwsUsageError

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_route53 import Route53Client

PUBLIC = "public"
NEGATIVE_TTL = 60  # seconds that a resolver may keep the answer that a name is not there

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_VPC_ID = re.compile(r"vpc-[0-9a-z]+")
_HINT = "Use NAME, NAME@VPCID or NAME@public."


@dataclass(frozen=True)
class ZoneOption:
    """One `--zone`: a name, and a VPC's id, `public`, or None for a new VPC."""

    text: str
    name: str
    where: str | None


@dataclass(frozen=True)
class CreatedZone:
    """A hosted zone of the local AWS; `vpc_id` is None for a public one."""

    id: str
    name: str
    vpc_id: str | None


def parse_zone(text: str) -> ZoneOption:
    """Read one `--zone` value: `NAME`, `NAME@VPCID` or `NAME@public`.

    Raises LocalAwsError naming the value.
    """
    name, at, where = text.strip().partition("@")
    name = name.lower().rstrip(".")
    if not _NAME.fullmatch(name) or len(name) > 253:
        raise LocalAwsUsageError(f"--zone {text!r}: {name!r} is not a domain name. {_HINT}")
    if at and where != PUBLIC and not _VPC_ID.fullmatch(where):
        raise LocalAwsUsageError(
            f"--zone {text!r}: {where!r} is neither a VPC's id nor public. {_HINT}"
        )
    return ZoneOption(text.strip(), name, where or None)


def keys_of(options: Sequence[ZoneOption]) -> list[str]:
    """A unique key for each zone: its name, or for a further one of that name its whole option.

    Where that is taken as well (twice the same new-VPC option), a number is added.
    """
    keys: list[str] = []
    for option in options:
        key, count = option.name, 1
        if key in keys:
            key = option.text
        while key in keys:
            count += 1
            key = f"{option.text}#{count}"
        keys.append(key)
    return keys


def create_zones(
    options: Sequence[ZoneOption], route53: Route53Client, ec2: EC2Client, region: str
) -> list[CreatedZone]:
    """Make the hosted zones, and a new VPC for each that names none.

    A given VPC need not exist in the emulator's EC2, which can't make one of a given id: what
    counts is that zones, target groups and load balancers name the same one.
    Raises LocalAwsError when a VPC already has a zone of that name.
    """
    zones = [
        _create(option, number, route53, ec2, region) for number, option in enumerate(options, 1)
    ]
    for zone in zones:
        _shorten_negative_answers(zone, route53)
    return zones


def _shorten_negative_answers(zone: CreatedZone, route53: Route53Client) -> None:
    """As docs/doctor.md advises: Route 53 makes zones whose SOA hides new names for 15 minutes."""
    page = route53.list_resource_record_sets(
        HostedZoneId=zone.id, StartRecordName=zone.name, StartRecordType="SOA", MaxItems="1"
    )
    (soa,) = page["ResourceRecordSets"]
    route53.change_resource_record_sets(
        HostedZoneId=zone.id,
        ChangeBatch={
            "Changes": [
                {"Action": "UPSERT", "ResourceRecordSet": {**soa, "TTL": NEGATIVE_TTL}},
            ]
        },
    )


def _create(
    option: ZoneOption, number: int, route53: Route53Client, ec2: EC2Client, region: str
) -> CreatedZone:
    reference = f"signpost-local-{number}"
    if option.where == PUBLIC:
        zone = route53.create_hosted_zone(Name=option.name, CallerReference=reference)
        return CreatedZone(_bare(zone["HostedZone"]["Id"]), option.name, None)
    vpc_id = option.where or _new_vpc(ec2, number, option.name)
    try:
        zone = route53.create_hosted_zone(
            Name=option.name,
            CallerReference=reference,
            VPC={"VPCRegion": region, "VPCId": vpc_id},  # type: ignore[typeddict-item]
            HostedZoneConfig={"PrivateZone": True},
        )
    except ClientError as error:
        reason = error.response["Error"]["Message"]
        raise LocalAwsError(f"--zone {option.text!r}: {reason}") from error
    return CreatedZone(_bare(zone["HostedZone"]["Id"]), option.name, vpc_id)


def _new_vpc(ec2: EC2Client, number: int, name: str) -> str:
    vpc_id = ec2.create_vpc(
        CidrBlock=f"10.{number % 250}.0.0/16",
        TagSpecifications=[
            {"ResourceType": "vpc", "Tags": [{"Key": "Name", "Value": name}]},
        ],
    )["Vpc"]["VpcId"]
    # A private zone answers only in a VPC that has both.
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsSupport={"Value": True})
    ec2.modify_vpc_attribute(VpcId=vpc_id, EnableDnsHostnames={"Value": True})
    return vpc_id


def _bare(zone_id: str) -> str:
    return zone_id.rpartition("/")[2]
