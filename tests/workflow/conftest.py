"""The whole workflow in one process: an estate on moto, the real machine, handlers and ASL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws

from signpost import aws, zones
from tests.support.estate import ENVIRONMENT, REGION, Estate, client
from tests.support.machine import Machine, Run, running_machine

MOTO: Any = {"stepfunctions": {"execute_state_machine": True}, "lambda": {"use_docker": False}}


class World:
    """One estate with one private zone, and the machine that looks after it."""

    def __init__(self, estate: Estate, machine: Machine, zone: str) -> None:
        self.estate, self.machine, self.zone = estate, machine, zone
        self.route53 = client("route53")
        self.calls: Counter[str] = Counter()

    def run(self, event: Any) -> Run:
        """One execution from start to end; `calls` then counts its Route 53 calls."""
        self.calls.clear()
        return self.machine.run(event)

    @property
    def writes(self) -> int:
        return self.calls["ChangeResourceRecordSets"]

    @property
    def reads(self) -> int:
        return self.calls["ListResourceRecordSets"]

    def records(self) -> dict[tuple[str, str], str]:
        """What stands in the zone beside NS and SOA: (name, type) → where it points."""
        listed = self.route53.list_resource_record_sets(HostedZoneId=self.zone)
        return {
            (record["Name"].rstrip("."), record["Type"]): (
                record["AliasTarget"]["DNSName"].rstrip(".")
                if "AliasTarget" in record
                else " ".join(value["Value"] for value in record["ResourceRecords"])
            )
            for record in listed["ResourceRecordSets"]
            if record["Type"] not in ("NS", "SOA")
        }

    def names(self) -> dict[tuple[str, str], str]:
        """The records without the ledgers."""
        return {key: value for key, value in self.records().items() if "_signpost" not in key[0]}

    def ledger(self, service: str = "web", cluster: str = "prod") -> str | None:
        """A service's ledger, or None."""
        return self.records().get((f"{service}.{cluster}.signpost._signpost.ecs.internal", "TXT"))

    def write(self, action: str, **record_set: Any) -> None:
        """Change the zone by hand, behind Signpost's back."""
        self.route53.change_resource_record_sets(
            HostedZoneId=self.zone,
            ChangeBatch={"Changes": [{"Action": action, "ResourceRecordSet": record_set}]},
        )


@pytest.fixture
def parameters() -> dict[str, str]:
    """Parameters of the stack that a test wants to be other than the defaults."""
    return {}


@pytest.fixture
def world(parameters: dict[str, str]) -> Iterator[World]:
    """An estate, an empty private zone `ecs.internal` of its VPC, and the machine."""
    environment = ENVIRONMENT | parameters
    with pytest.MonkeyPatch.context() as patch, mock_aws(config=MOTO):
        for name, value in environment.items():
            patch.setenv(name, value)
        zones.forget_zones()
        estate = Estate()
        zone = client("route53").create_hosted_zone(
            Name="ecs.internal",
            CallerReference="1",
            HostedZoneConfig={"PrivateZone": True},
            VPC={"VPCRegion": REGION, "VPCId": estate.vpc},
        )["HostedZone"]["Id"]
        zone = zone.rpartition("/")[2]
        with running_machine(environment | {"HOSTED_ZONE_IDS": zone}) as machine:
            made = World(estate, machine, zone)
            events = aws.client("route53").meta.events
            count = lambda model, **_: made.calls.update([model.name])  # noqa: E731
            events.register("before-call.route53", count)
            yield made
            events.unregister("before-call.route53", count)
        zones.forget_zones()
