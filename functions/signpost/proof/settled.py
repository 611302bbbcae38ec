"""What Route 53's API says of a zone before DNS is asked, or where it can't be."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from signpost.aws import route53
from signpost.errors import NotPropagated, RecordConflict
from signpost.ledger import ledger
from signpost.plan.batch import ZonePlan

# "Generally within 60 seconds" a change is on all servers (Route 53 API Reference,
# "ChangeResourceRecordSets").
_SPREADING_SECONDS = 60


def require_settled(client: Any, plan: ZonePlan, change_id: str | None) -> None:
    """Raise NotPropagated until all of Route 53's servers have the change; where none is known of,
    RecordConflict unless the zone lists what it made.
    """
    if change_id is None:
        require_ledger(client, plan)
    elif not route53.is_in_sync(client, change_id):
        raise NotPropagated(f"Route 53 reports change {change_id} of {plan.zone.name} PENDING.")


def require_ledger(client: Any, plan: ZonePlan) -> None:
    """Raise RecordConflict where Route 53 does not list the ledger that is planned, or lists one
    where none is.
    """
    stands = route53.find(client, plan.zone.id, plan.ledger_name, "TXT")
    if plan.ledger_text is None and stands:
        raise RecordConflict(f"{plan.ledger_name} exists again: another execution wrote it.")
    if plan.ledger_text is not None and (
        stands is None or stands.values != (ledger.to_txt(plan.ledger_text),)
    ):
        raise RecordConflict(
            f"The ledger {plan.ledger_name} is not the one that was planned any more: another "
            "execution changed the service's names."
        )


def require_old_enough(plan: ZonePlan) -> None:
    """Raise NotPropagated while a ledger may not be on all servers yet that another execution has
    just written: that one knew the change's id, this one knows only when the ledger was written.
    """
    try:
        at = datetime.fromisoformat(ledger.parse(plan.ledger_text or "", plan.zone.name).at)
        age = (datetime.now(UTC) - at).total_seconds()
    except (ValueError, TypeError):
        return  # none, or one without a time
    if 0 <= age < _SPREADING_SECONDS:
        raise NotPropagated(
            f"The ledger {plan.ledger_name} was written {age:.0f} seconds ago: it is too early to "
            "ask a resolver."
        )
