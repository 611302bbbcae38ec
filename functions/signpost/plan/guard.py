"""The last look at a batch before it is written: does it touch only what is ours, or may be? Pure.

The plan was made minutes ago by another function. What a batch is allowed is judged by nothing but
the batch itself, ledgers that this installation has signed, and the stack's parameters now.
"""

from __future__ import annotations

from signpost.errors import HostnameNotAllowed, LedgerCorrupt
from signpost.ledger import ledger as ledgers
from signpost.ledger.claims import is_claim, owner
from signpost.ledger.seal import Seal
from signpost.model.record_set import RecordSet
from signpost.model.service import Service
from signpost.model.trigger import Resign
from signpost.names.permitted import HostnameRules
from signpost.plan.adoption import says_the_same
from signpost.plan.batch import ZonePlan


def require_ours(
    plan: ZonePlan,
    service: Service,
    seal: Seal,
    hostnames: HostnameRules,
    resign: Resign | None = None,
) -> None:
    """Hold a batch against the two ledgers in it: the one that it takes away, and the new one.

    Both stand at the service's own place, are about it and signed. Each record set that goes or
    comes is listed by one of them; what is taken over is put back as it was. A name that the old
    one does not list has to be allowed, unless a person vouches for it (`resign`, which also names
    the unsigned ledgers that may be taken away). Raises LedgerCorrupt or HostnameNotAllowed.
    """
    expected = ledgers.ledger_name(
        service=service.name,
        cluster=service.cluster,
        label=seal.label,
        zone_name=plan.zone.name,
    )
    if plan.ledger_name != expected:
        raise LedgerCorrupt(
            f"The batch for zone {plan.zone} is about the ledger {plan.ledger_name}; this service "
            f"has {expected}. Nothing was changed."
        )
    resign = resign or Resign()
    gone, made = (
        {record for kind, record in plan.changes if kind == action and record.type != "TXT"}
        for action in ("DELETE", "CREATE")
    )
    old, new = (_listed(plan, action, service, seal, resign) for action in ("DELETE", "CREATE"))
    keys = {record.key for record in old}
    strange = made - new
    strange |= {
        record
        for record in gone
        if record.key not in keys and not any(says_the_same(record, one) for one in made)
    }
    if strange:
        raise LedgerCorrupt(
            f"The batch for zone {plan.zone} touches {', '.join(sorted(map(str, strange))[:3])}, "
            "which no ledger of it lists. Nothing was changed."
        )
    held = {record.name for record in old}
    for name in sorted({record.name for record in new} - held - set(resign.names)):
        why = hostnames.forbids(name, plan.zone, service)
        if why:
            raise HostnameNotAllowed(
                f"{why} Nothing was changed in zone {plan.zone}. Give the service another name, or "
                "allow this one in the stack's parameters."
            )


def _listed(
    plan: ZonePlan, action: str, service: Service, seal: Seal, resign: Resign
) -> set[RecordSet]:
    """What the service's ledger lists that a batch deletes or creates; nothing where it has none.

    A ledger that is taken away unsigned gives no rights; one that is made has to be signed.
    """
    found: set[RecordSet] = set()
    for kind, record in plan.changes:
        if kind != action or record.type != "TXT":
            continue
        if record.name == plan.ledger_name and ledgers.is_signed(record, plan.zone, seal):
            ledger = ledgers.read_any(record, plan.zone)
            if (ledger.cluster, ledger.service) == (service.cluster, service.name):
                found |= set(ledger.record_sets)
                continue
        if action == "CREATE" and _is_put_aside(record, plan, service, seal):
            continue
        if action == "DELETE" and _is_claim_of(record, plan, resign):
            continue
        if action == "CREATE" or record.name not in resign.ledgers:
            raise LedgerCorrupt(
                f"The batch for zone {plan.zone} has the TXT record {record.name}, which is no "
                "ledger of this service that this installation has signed. Nothing was changed."
            )
    return found


def _is_claim_of(record: RecordSet, plan: ZonePlan, resign: Resign) -> bool:
    """Whether it is a claim by a ledger that the batch signs anew."""
    by = {plan.ledger_name, *resign.ledgers} if resign.ledgers else set()
    return is_claim(record.name, plan.zone.name) and owner(record, plan.zone) in by


def _is_put_aside(record: RecordSet, plan: ZonePlan, service: Service, seal: Seal) -> bool:
    """Whether it is the unsigned ledger that the batch takes away, word for word, in its place."""
    place = ledgers.ledger_name(
        service=service.name,
        cluster=service.cluster,
        label=seal.label + ledgers.ASIDE,
        zone_name=plan.zone.name,
    )
    gone = {
        one.values for kind, one in plan.changes if (kind, one.name) == ("DELETE", plan.ledger_name)
    }
    return record.name == place and record.values in gone
