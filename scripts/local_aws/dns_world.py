"""Reads the zones, records and load balancers to answer from, anew for every question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from local_aws.clients import CONFIG, LocalSession
from local_aws.dns_answers import RecordSet, World, Zone

if TYPE_CHECKING:
    from mypy_boto3_elbv2 import ElasticLoadBalancingv2Client
    from mypy_boto3_route53 import Route53Client

# A header of the calls that tell the emulator's Route 53 what was asked for; its guardrails refuse
# the removal of such records.
QUESTION = "x-dns-question"


class Reader:
    """Gives the state of the emulator's Route 53 at one moment."""

    def __init__(self, session: LocalSession) -> None:
        endpoint = session.endpoint
        self._route53: Route53Client = session.client(
            "route53", endpoint_url=endpoint, config=CONFIG
        )
        self._telling: Route53Client = session.client(
            "route53", endpoint_url=endpoint, config=CONFIG
        )
        self._telling.meta.events.register("before-call.route53", _with_header)
        self._elb: ElasticLoadBalancingv2Client = session.client(
            "elbv2", endpoint_url=endpoint, config=CONFIG
        )
        self._classic = session.client("elb", endpoint_url=endpoint, config=CONFIG)

    def read(self) -> World:
        """The zones now; their records and the load balancers follow when they are needed."""
        return World(
            zones=self._zones(),
            records=cache(self._records),
            load_balancers=cache(self._load_balancers),
            asked=self._tell,
        )

    def _zones(self) -> list[Zone]:
        pages = self._route53.get_paginator("list_hosted_zones").paginate()
        return [
            Zone(
                id=zone["Id"].rpartition("/")[2],
                name=plain(zone["Name"]),
                vpc_ids=self._vpcs(zone["Id"]) if zone["Config"]["PrivateZone"] else frozenset(),
                **features(zone),
            )
            for page in pages
            for zone in page["HostedZones"]
        ]

    def _vpcs(self, zone_id: str) -> frozenset[str]:
        answer = self._route53.get_hosted_zone(Id=zone_id)
        return frozenset(vpc["VPCId"] for vpc in answer.get("VPCs", [])) or frozenset({"none"})

    def _tell(self, zone: Zone, name: str, kind: str) -> None:
        self._telling.list_resource_record_sets(
            HostedZoneId=zone.id,
            StartRecordName=name,
            StartRecordType=kind,  # type: ignore[arg-type]
            MaxItems="1",
        )

    def _records(self, zone: Zone) -> Sequence[RecordSet]:
        pages = self._route53.get_paginator("list_resource_record_sets").paginate(
            HostedZoneId=zone.id
        )
        return [record_set(one) for page in pages for one in page["ResourceRecordSets"]]

    def _load_balancers(self) -> Mapping[str, bool]:
        classic = self._classic.describe_load_balancers()["LoadBalancerDescriptions"]
        pages = self._elb.get_paginator("describe_load_balancers").paginate()
        return {lb["DNSName"].lower(): False for lb in classic} | {
            lb["DNSName"].lower(): lb.get("IpAddressType", "ipv4").startswith("dualstack")
            for page in pages
            for lb in page["LoadBalancers"]
        }


def features(zone: Mapping[str, Any]) -> dict[str, bool]:
    """What of a hosted zone's features a DNS server has to know, as arguments of a `Zone`."""
    told = zone.get("Features", {})
    on = [one["Name"] for one in told.get("ChangeGuardrails", []) if one["Status"] == "ENABLED"]
    return {
        "public_fallback": told.get("PublicDNSFallbackStatus") == "ENABLED",
        "is_watched": "ACTIVE_RECORD_CHECK" in on,
    }


def _with_header(params: dict[str, Any], **_: Any) -> None:
    params["headers"][QUESTION] = "1"


def record_set(one: Mapping[str, Any]) -> RecordSet:
    """A record set as Route 53's API gives it, in the form that answers are made from."""
    alias = one.get("AliasTarget")
    return RecordSet(
        name=plain(one["Name"]),
        type=one["Type"],
        ttl=int(one.get("TTL", 0)),
        values=tuple(record["Value"] for record in one.get("ResourceRecords", [])),
        alias=plain(alias["DNSName"]) if alias else None,
        is_multivalue=bool(one.get("MultiValueAnswer")),
    )


def plain(name: str) -> str:
    """A name lower-case, without the trailing dot, and with Route 53's escaped `*` as one."""
    return name.lower().rstrip(".").replace("\\052", "*")
