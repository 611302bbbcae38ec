"""The stack's hosted zones and the ledgers in them, read with the user's rights, or with the role
that the stack reads them with where the zones are in another account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from signpost.aws import route53
from signpost.ledger import ledger as ledgers
from signpost.ledger.ledger import Ledger
from signpost.ledger.listing import ListedLedger, ledgers_in
from signpost.model.zone import Zone
from signpost.settings import installation_of
from signpost_cli import zone_role
from signpost_cli.errors import CommandError, asking
from signpost_cli.target import CONFIG, Target


@dataclass
class ZoneAccess:
    """Reads ledgers for one stack."""

    target: Target

    @property
    def owner(self) -> str:
        """The parameter OwnerId."""
        return self._parameter("OwnerId")

    @property
    def installation(self) -> str:
        """What this stack writes into its ledgers to know them by."""
        _, _, _, region, account, *_ = self.target.state_machine_arn.split(":")
        return installation_of(account, region, self.owner)

    @cached_property
    def zones(self) -> list[Zone]:
        """The listed zones; one GetHostedZone each."""
        found = []
        for zone_id in self._parameter("HostedZoneIds").split(","):
            missing = "The zone is gone: correct the stack's parameter HostedZoneIds."
            with asking("route53:GetHostedZone", f"zone {zone_id.strip()}", missing):
                found.append(route53.get_zone(self._client, zone_id.strip()))
        return found

    def listed(self) -> Iterator[ListedLedger]:
        """What stands among the owner's ledgers, zone by zone; nothing else of a zone is read."""
        for zone in self.zones:
            with asking("route53:ListResourceRecordSets", f"zone {zone.name} ({zone.id})"):
                yield from ledgers_in(self._client, zone, self.owner)

    def ledger_of(self, zone: Zone, cluster: str, service: str) -> Ledger | None:
        """A service's ledger in a zone. Raises LedgerCorrupt where there is one of no use."""
        with asking("reading", "a ledger"):
            name = ledgers.ledger_name(
                service=service, cluster=cluster, owner=self.owner, zone_name=zone.name
            )
        with asking("route53:ListResourceRecordSets", f"zone {zone.name} ({zone.id})"):
            found = route53.find(self._client, zone.id, name, "TXT")
        if found is None:
            return None
        return ledgers.read(
            found,
            installation=self.installation,
            cluster=cluster,
            service=service,
            zone_name=zone.name,
        )

    def _parameter(self, name: str) -> str:
        value = self.target.parameters.get(name)
        if not value:
            raise CommandError(
                f"Stack {self.target.stack_name} has no parameter {name}: it is not a Signpost "
                "stack.\nName the stack with --stack-name."
            )
        return value

    @cached_property
    def _client(self) -> Any:
        role = self.target.parameters.get("ZoneReadRoleArn")
        if not role:
            return self.target.client("route53")
        try:
            external_id = self._external_id()
            with asking("sts:AssumeRole", role):
                sts = self.target.client("sts")
                session = zone_role.assume(sts, role, external_id, "signpost-command")
        except CommandError as error:
            raise CommandError(
                "The zones are in another account, read with the role of ZoneReadRoleArn.\n"
                f"{error}\nThe role's trust policy must allow you, beside the functions. Without "
                "it, `signpost history CLUSTER SERVICE --all` still finds executions."
            ) from error
        return session.client("route53", config=CONFIG)

    def _external_id(self) -> str:
        stack = self.target.stack_name
        with asking("cloudformation:DescribeStackResource", f"{zone_role.READER} of {stack}"):
            found = self.target.client("cloudformation").describe_stack_resource(
                StackName=stack, LogicalResourceId=zone_role.READER
            )
        function = found["StackResourceDetail"]["PhysicalResourceId"]
        with asking("lambda:GetFunctionConfiguration", function):
            return zone_role.external_id(self.target.client("lambda"), function)
