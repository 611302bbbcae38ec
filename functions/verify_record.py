"""VerifyRecord: DNS (or Route 53's INSYNC) shows what was planned."""

from datetime import UTC, datetime
from typing import Any

from signpost.aws.zone_role import route53_client
from signpost.errors import shortened
from signpost.observability import step
from signpost.plan.batch import zones_of
from signpost.plan.room import DETAILS
from signpost.proof.asking import Asking
from signpost.proof.verification import METHODS, verify_zone
from signpost.settings import Settings


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`trigger`, `plan`, `change` and `attempt` → `verification`.

    Raises NotPropagated or ResolverUnreachable (retried), RecordConflict where another execution
    has changed the names since, WrongAnswer, InvalidConfiguration, ZoneNotFound, Throttled,
    AwsUnavailable or AccessDenied.
    """
    settings = Settings.from_env()
    client = route53_client(event["execution"])
    now = datetime.now(UTC)
    change = event["change"]
    changes = {zone["id"]: zone for zone in change["zones"]}
    unwritten = {*change["pending"], *(one["zone"] for one in change["refused"])}
    asking = Asking()
    proofs = [
        verify_zone(
            client,
            plan,
            changes.get(plan.zone.id, {}).get("change_id"),
            settings,
            asking,
            _seconds_since(changes.get(plan.zone.id, {}).get("submitted_at"), now),
            event["attempt"],
        )
        for plan in zones_of(event["plan"])
        if not plan.changes or plan.zone.id not in unwritten
    ]
    now = datetime.now(UTC)
    begun = datetime.fromisoformat(event["trigger"]["time"])
    return {
        "method": max((proof.method for proof in proofs), key=METHODS.index, default="none"),
        "detail": shortened(" ".join(dict.fromkeys(proof.detail for proof in proofs)), DETAILS),
        "zones": [proof.to_json() for proof in proofs],
        "attempts": event["attempt"] + 1,
        "verified_at": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        # An event's clock may be ahead of ours.
        "seconds": max(0.0, round((now - begun).total_seconds(), 3)),
    }


def _seconds_since(submitted_at: str | None, now: datetime) -> float:
    """How long ago Route 53 took a change; 0 where its answer was lost, or there was none."""
    if submitted_at is None:
        return 0.0
    return (now - datetime.fromisoformat(submitted_at)).total_seconds()
