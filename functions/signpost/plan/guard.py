"""The last look at a batch before it is written: does it touch only what is ours, or may be? Pure.

The plan was made minutes ago by another function. What a batch is allowed is judged by nothing but
the batch itself, ledgers that this installation has signed, and the stack's parameters now.
"""

from __future__ import annotations

from collections.abc import Sequence

from signpost.errors import HostnameNotAllowed, LedgerCorrupt
from signpost.ledger import ledger as ledgers
from signpost.ledger.seal import Seal
from signpost.model.record_set import RecordSet
from signpost.model.service import Service
from signpost.names.hostnames import is_in
from signpost.names.permitted import HostnameRules
from signpost.plan.batch import ZonePlan
from signpost.plan.zone_changes import says_the_same


def require_ours(
    plan: ZonePlan,
    service: Service,
    seal: Seal,
    hostnames: HostnameRules,
    vouched: Sequence[str] = (),
) -> None:
    """Hold a batch against the two ledgers in it: the one that it takes away, and the new one.

    Each record set that goes or comes is listed by one of them; what is taken over is put back as
    it was. The new ledger is signed. A name that the old one does not list has to be allowed,
    or `vouched` for: signed anew because a person has named it.
    Raises LedgerCorrupt or HostnameNotAllowed.
    """
    gone, made = (
        {record for kind, record in plan.changes if kind == action and record.type != "TXT"}
        for action in ("DELETE", "CREATE")
    )
    old, new = (_listed(plan, action, seal) for action in ("DELETE", "CREATE"))
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
    for name in sorted({record.name for record in new} - held - set(vouched)):
        why = hostnames.forbids(name, plan.zone, service)
        if why:
            raise HostnameNotAllowed(
                f"{why} Nothing was changed in zone {plan.zone}. Give the service another name, or "
                "allow this one in the stack's parameters."
            )


def _listed(plan: ZonePlan, action: str, seal: Seal) -> set[RecordSet]:
    """What the ledger lists that a batch deletes or creates; nothing where it has none.

    A ledger that is taken away unsigned gives no rights; one that is made has to be signed.
    """
    found: set[RecordSet] = set()
    for kind, record in plan.changes:
        if kind != action or record.type != "TXT":
            continue
        if record.name == plan.ledger_name and ledgers.is_signed(record, plan.zone, seal):
            found |= set(ledgers.read_any(record, plan.zone).record_sets)
        elif action == "CREATE" or not is_in(record.name, f"{ledgers.SUBTREE}.{plan.zone.name}"):
            raise LedgerCorrupt(
                f"The batch for zone {plan.zone} has the TXT record {record.name}, which is no "
                "ledger that this installation has signed. Nothing was changed."
            )
    return found
