"""ChangeRecord: sends the planned batches, exactly as planned."""

from typing import Any

from signpost.aws.bounds import read_bounds
from signpost.aws.ledger_key import ledger_key
from signpost.aws.zone_role import route53_client
from signpost.errors import PermanentError, RetryableError
from signpost.ledger.seal import Seal
from signpost.model.load_balancer import LoadBalancer
from signpost.model.service import Service
from signpost.model.trigger import Trigger
from signpost.observability import step
from signpost.plan import recheck
from signpost.plan.batch import zones_of
from signpost.plan.rounds import Written, sent_json
from signpost.plan.writing import Writer
from signpost.settings import Settings


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`service`, `load_balancers`, `readiness`, `plan`, `attempt` and the earlier `change` →
    `change`: all zones that it has written so far, those that are `refused`, and those `pending`,
    which the next plan is for.

    Where it writes nothing, it raises what was in the way: RecordConflict, OutcomeUnknown,
    ZoneBusy, StillAsked, LoadBalancerNotReady, HostnameNotAllowed, LedgerCorrupt, ChangeRefused,
    RecordProtected, ZoneManagedByCloudMap, ZoneNotFound, Throttled, AwsUnavailable or AccessDenied.
    Before that it raises HeldByPolicy, ServiceChanged, LoadBalancerNotFound or
    InvalidConfiguration.
    """
    settings, plan = Settings.from_env(), event["plan"]
    planned, service = zones_of(plan), Service.from_json(event["service"])
    if any(one.changes for one in planned):
        recheck.require_policy(plan["policy"], settings)
    recheck.require_unchanged(
        service,
        list(map(LoadBalancer.from_json, event["load_balancers"]["found"])),
        planned,
        settings,
    )
    trigger = Trigger.from_json(event["trigger"])
    writer = Writer(
        client=route53_client(event["execution"]),
        service=service,
        seal=Seal(ledger_key(settings.ledger_key_arn), settings.label),
        bounds=read_bounds(settings.bounds_path, fresh=trigger.reads_records),
        resign=trigger.resign,
        comment=f"Signpost execution {event['execution']}",
    )
    waiting = event["readiness"]["waiting"] if plan["wait_for_readiness"] else []
    result = writer.write(planned, waiting)
    earlier = map(Written.from_json, plan["written"])
    zones = {one.plan.zone.id: sent_json(one.plan, one.sent) for one in earlier}
    if not result.written:
        if event["attempt"]:  # what is refused now may have been done by then
            result.doubt_conflicts()
        result.raise_trouble(RetryableError)
    if not (result.written or zones or plan["noted"]):
        result.raise_trouble(PermanentError)
    zones |= {one.plan.zone.id: sent_json(one.plan, one.sent) for one in result.written}
    return {
        "zones": list(zones.values()),
        "refused": [one.to_json() for one in result.refused],
        "pending": result.pending,
        "wrote": bool(zones),
        "unfinished": bool(result.pending or result.refused),
        "gave_up": event["change"]["gave_up"],
    }
