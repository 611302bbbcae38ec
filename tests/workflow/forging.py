"""Ledgers as whoever may write TXT records can make them."""

from __future__ import annotations

from typing import Any

from signpost.ledger import ledger as ledgers
from signpost.ledger.seal import Seal
from signpost.model.record_set import RecordSet
from tests.support.estate import Balancer
from tests.support.ledgers import ledger_of
from tests.support.parameters import SETTINGS
from tests.support.route53 import simple
from tests.workflow.conftest import LABEL, World

MARK = "._signpost.ecs.internal"


def name_of(record: RecordSet) -> dict[str, Any]:
    """A TXT record as boto3 has it."""
    return simple(record.name, "TXT", *record.values, TTL=record.ttl)


def forge(world: World, service: str, *names: str, as_if: Any = SETTINGS, **more: Any) -> str:
    """A ledger in every detail but the signature, which nobody can make without the key."""
    records = tuple(RecordSet(f"{name}.ecs.internal", "A", 60, ("192.0.2.1",)) for name in names)
    forged = ledger_of(
        service,
        as_if.label,
        installation=as_if.installation,
        records=records,
        zone_id=world.zone,
        seal=Seal(b"guessed", ""),
        **more,
    )
    world.write("CREATE", **name_of(forged))
    return forged.name


def put_foreign(world: World, name: str, address: str = "192.0.2.1") -> None:
    world.write("CREATE", **simple(f"{name}.ecs.internal", "A", address))


def addresses(world: World) -> dict[str, str]:
    return {name.removesuffix(".ecs.internal"): to for (name, _), to in world.names().items()}


def alias(balancer: Balancer) -> dict[str, Any]:
    return {
        "HostedZoneId": balancer.zone_id,
        "DNSName": balancer.dns_name,
        "EvaluateTargetHealth": False,
    }


def listed(world: World, service: str) -> RecordSet:
    (found,) = [
        one
        for one in world.route53.records(world.zone)
        if one.type == "TXT" and one.name.startswith(f"{service}.prod.")
    ]
    return RecordSet(found.name.rstrip("."), "TXT", ledgers.TTL_SECONDS, tuple(found.values))


def own(service: str, label: str = LABEL) -> str:
    return f"{service}.prod.{label}{MARK}"
