"""ChangeRecord: sends the planned batches, exactly as planned."""

from typing import Any

from signpost import recheck, route53
from signpost.batch import zones_of
from signpost.model import LoadBalancer, Service
from signpost.observability import step
from signpost.settings import Settings
from signpost.zone_role import route53_client


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`service`, `load_balancers` and `plan` → `change`.

    Raises ServiceChanged, RecordConflict, ZoneBusy, LoadBalancerNotReady, LoadBalancerNotFound,
    InvalidConfiguration, ChangeRefused, ZoneNotFound, Throttled, AwsUnavailable or AccessDenied.
    """
    settings, planned = Settings.from_env(), zones_of(event["plan"])
    recheck.require_unchanged(
        Service.from_json(event["service"]),
        list(map(LoadBalancer.from_json, event["load_balancers"]["found"])),
        planned,
        settings,
    )
    client53, zones = route53_client(settings, event["execution"]), []
    for plan in planned:
        sent = None
        if plan.changes:
            comment = f"Signpost execution {event['execution']}"
            sent = route53.change(client53, plan.zone.id, plan.changes, comment)
        zones.append(
            {
                "id": plan.zone.id,
                "name": plan.zone.name,
                "change_id": sent.id if sent else None,
                "submitted_at": sent.submitted_at if sent else None,
            }
        )
    return {"zones": zones}
