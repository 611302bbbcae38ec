"""ChangeRecord: sends the planned batches, exactly as planned."""

from typing import Any

from signpost.aws import route53
from signpost.aws.bounds import read_bounds
from signpost.aws.ledger_key import ledger_key
from signpost.aws.zone_role import route53_client
from signpost.errors import ZoneNotFound
from signpost.ledger.seal import Seal
from signpost.model.load_balancer import LoadBalancer
from signpost.model.service import Service
from signpost.model.trigger import Trigger
from signpost.observability import step
from signpost.plan import guard, recheck
from signpost.plan.batch import zones_of
from signpost.plan.rounds import Sent, Written, sent_json
from signpost.settings import Settings


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`service`, `load_balancers` and `plan` → `change`: all zones that it has written so far.

    Raises ServiceChanged, RecordConflict, ZoneBusy, StillAsked, LoadBalancerNotReady,
    LoadBalancerNotFound, InvalidConfiguration, HostnameNotAllowed, LedgerCorrupt, ChangeRefused,
    RecordProtected, ZoneManagedByCloudMap, ZoneNotFound, Throttled, AwsUnavailable or AccessDenied.
    """
    settings, planned = Settings.from_env(), zones_of(event["plan"])
    service = Service.from_json(event["service"])
    recheck.require_unchanged(
        service,
        list(map(LoadBalancer.from_json, event["load_balancers"]["found"])),
        planned,
        settings,
    )
    trigger = Trigger.from_json(event["trigger"])
    bounds = read_bounds(settings.bounds_path, fresh=trigger.reads_records)
    seal = Seal(ledger_key(settings.ledger_key_arn), settings.label)
    for plan in planned:
        if plan.changes and plan.zone.id not in bounds.hosted_zone_ids:
            raise ZoneNotFound(
                f"Zone {plan.zone} is not in HostedZoneIds any more. Nothing was changed in it."
            )
        guard.require_ours(plan, service, seal, bounds.hostnames, trigger.resign)
    client53 = route53_client(event["execution"])
    comment = f"Signpost execution {event['execution']}"
    earlier = map(Written.from_json, event["plan"]["written"])
    zones = {one.plan.zone.id: sent_json(one.plan, one.sent) for one in earlier}
    for plan in planned:
        if plan.changes:
            sent = route53.change(client53, plan.zone.id, plan.changes, comment)
            zones[plan.zone.id] = sent_json(plan, Sent(sent.id, sent.submitted_at))
    return {"zones": list(zones.values())}
