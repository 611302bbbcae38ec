"""The stack's hosted zones and the ledgers in them, read with the user's rights, or with the role
that the stack reads them with where the zones are in another account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from signpost.aws import route53
from signpost.aws.ledger_key import derive
from signpost.errors import LedgerCorrupt
from signpost.ledger import ledger as ledgers
from signpost.ledger.ledger import Ledger
from signpost.ledger.listing import ListedLedger, ledgers_in, understood
from signpost.ledger.seal import Seal
from signpost.model.zone import Zone
from signpost.settings import installation_of, label_of
from signpost_cli import zone_role
from signpost_cli.errors import CommandError, asking
from signpost_cli.target import CONFIG, Target


def seal_of(target: Target, label: str) -> tuple[Seal | None, str]:
    """What checks the signatures of a stack's ledgers; where the user may not use its key, none,
    and the sentence that says so.
    """
    arn = target.outputs.get("LedgerKeyArn", "")
    try:
        with asking("kms:GenerateMac", arn or "the stack's key"):
            return Seal(derive(target.client("kms"), arn), label), ""
    except CommandError as error:
        return None, f"The signatures of the ledgers were not checked. {error}"


@dataclass
class ZoneAccess:
    """Reads ledgers for one stack."""

    target: Target

    @property
    def installation(self) -> str:
        """What this stack writes into its ledgers to know them by."""
        return installation_of(self.target.stack["StackId"])

    @property
    def label(self) -> str:
        """The label that its ledgers stand under."""
        return label_of(self._parameter("OwnerId"), self.installation)

    @cached_property
    def seal(self) -> Seal | None:
        """What checks the ledgers' signatures; None where the user may not use the key."""
        return self._seal[0]

    @property
    def unchecked(self) -> str:
        """Why signatures are not checked, in a sentence; empty where they are."""
        return self._seal[1]

    @cached_property
    def _seal(self) -> tuple[Seal | None, str]:
        return seal_of(self.target, self.label)

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
        """What stands among the ledgers of the stack and its OwnerId, zone by zone; nothing else
        of a zone is read.
        """
        owner = self._parameter("OwnerId")
        for zone in self.zones:
            with asking("route53:ListResourceRecordSets", f"zone {zone.name} ({zone.id})"):
                for one in ledgers_in(self._client, zone, self.seal):
                    by_us = one.ledger and one.ledger.installation == self.installation
                    if by_us or one.label.rpartition("-")[0] == owner:
                        yield one

    def ledger_of(self, zone: Zone, cluster: str, service: str) -> Ledger | None:
        """A service's ledger in a zone. Raises LedgerCorrupt where there is one of no use."""
        with asking("reading", "a ledger"):
            name = ledgers.ledger_name(
                service=service, cluster=cluster, label=self.label, zone_name=zone.name
            )
        with asking("route53:ListResourceRecordSets", f"zone {zone.name} ({zone.id})"):
            found = route53.find(self._client, zone.id, name, "TXT")
        listed = found and understood(zone, found, self.seal)
        if listed and listed.problem:
            raise LedgerCorrupt(listed.problem)
        return listed.ledger if listed else None

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
