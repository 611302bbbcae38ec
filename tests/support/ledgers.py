"""Ledgers as they are written, and a zone to put them into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from signpost.aws import route53
from signpost.ledger import ledger
from signpost.ledger.ledger import Ledger
from signpost.ledger.seal import Seal
from signpost.model.record_set import Alias, RecordSet
from signpost.model.zone import Zone
from tests.support.parameters import MAC, SEAL, SETTINGS
from tests.support.route53 import StrictRoute53
from tests.support.stub import Stub

NAME = "ecs.internal"


def ledger_of(
    service: str,
    label: str = SETTINGS.label,
    *,
    cluster: str = "prod",
    at: str | None = None,
    installation: str = SETTINGS.installation,
    records: Sequence[RecordSet] = (),
    zone_id: str = "Z1",
    seal: Seal = SEAL,
) -> RecordSet:
    """A ledger as it is written; `at` puts it under the name of another service's. Without
    `records` it lists an ALIAS of the service's own name.
    """
    alias = Alias("Z32O12XQLNTSW2", "lb.eu-west-1.elb.amazonaws.com")
    written = Ledger(
        installation=installation,
        region=SETTINGS.region,
        cluster=cluster,
        service=service,
        execution="run-2",
        previous="run-1",
        at="2026-11-24T12:00:00Z",
        record_sets=tuple(records) or (RecordSet(f"{service}.{NAME}", "A", alias=alias),),
    )
    name = ledger.ledger_name(service=at or service, cluster=cluster, label=label, zone_name=NAME)
    zone = Zone(zone_id, NAME, private=True)
    return ledger.record_set(name, ledger.render(written, zone=zone, name=name, seal=seal))


def kms() -> Any:
    """A KMS with the key of SEAL, whose user may use it."""
    stub = Stub("kms")
    stub.answers("generate_mac", Mac=MAC, MacAlgorithm="HMAC_SHA_256", KeyId="mac-key")
    return stub.client


class LedgerEstate:
    """A strict Route 53 with one private zone, which a test fills."""

    def __init__(self, *records: RecordSet) -> None:
        self.aws = StrictRoute53()
        self.zone = Zone(self.aws.create_zone(NAME, vpcs=("vpc-1",)), NAME, private=True)
        self.put(*records)

    def put(self, *records: RecordSet) -> None:
        """Create record sets."""
        changes = [("CREATE", route53.to_wire(record)) for record in records]
        for start in range(0, len(changes), 50):  # a batch holds 32,000 characters of values
            self.aws.edit(self.zone.id, *changes[start : start + 50])
