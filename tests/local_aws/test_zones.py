"""The `--zone` option of the local AWS."""

from __future__ import annotations

import pytest
from moto import mock_aws

from local_aws.errors import LocalAwsError
from local_aws.zones import ZoneOption, create_zones, keys_of, parse_zone
from tests.support.estate import REGION, client


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ecs.internal", ("ecs.internal", None)),
        ("ECS.Internal.", ("ecs.internal", None)),
        ("example.com@public", ("example.com", "public")),
        ("ecs.internal@vpc-00000001", ("ecs.internal", "vpc-00000001")),
    ],
)
def test_a_zone_is_a_name_and_where(text: str, expected: tuple[str, str | None]) -> None:
    assert parse_zone(text) == ZoneOption(text, *expected)


@pytest.mark.parametrize(
    "text", ["", "a b", "-a.com", "a..com", "a.com@", "a.com@nowhere", "a.com@vpc-", "@public"]
)
def test_anything_else_is_refused_by_value(text: str) -> None:
    with pytest.raises(LocalAwsError, match="Use NAME"):
        parse_zone(text)


def test_zones_of_one_name_have_keys_of_their_own() -> None:
    texts = ["a.b", "a.b@vpc-1", "a.b@public", "a.b", "a.b", "c.d@public"]

    keys = keys_of([parse_zone(text) for text in texts])

    assert keys == ["a.b", "a.b@vpc-1", "a.b@public", "a.b#2", "a.b#3", "c.d"]


def test_a_zone_is_public_or_of_a_new_vpc_in_which_it_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    options = [parse_zone("ecs.internal"), parse_zone("example.com@public")]
    with mock_aws():
        route53, ec2 = client("route53"), client("ec2")
        private, public = create_zones(options, route53, ec2, REGION)

        (vpc,) = route53.get_hosted_zone(Id=private.id)["VPCs"]
        names = ec2.describe_vpc_attribute(VpcId=private.vpc_id, Attribute="enableDnsHostnames")
        assert vpc == {"VPCRegion": REGION, "VPCId": private.vpc_id}
        assert names["EnableDnsHostnames"] == {"Value": True}
        for zone in (private, public):
            records = route53.list_resource_record_sets(HostedZoneId=zone.id)["ResourceRecordSets"]
            assert [one["TTL"] for one in records if one["Type"] == "SOA"] == [60]
        assert not route53.get_hosted_zone(Id=public.id)["HostedZone"]["Config"]["PrivateZone"]
