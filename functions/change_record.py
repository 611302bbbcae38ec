"""ChangeRecord: sends the planned batches, exactly as planned."""

from typing import Any

from signpost import ecs, elb, route53
from signpost.aws import client
from signpost.batch import zones_of
from signpost.errors import ServiceChanged
from signpost.model import LoadBalancer, Service
from signpost.observability import step
from signpost.settings import Settings
from signpost.zone_role import route53_client


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`service`, `load_balancers` and `plan` → `change`.

    The service and its load balancers are described once more right before the write. The ledger
    was read before that and is part of the batch, so a plan from older facts can't undo a newer
    execution's change.

    Raises ServiceChanged, RecordConflict, ZoneBusy, LoadBalancerNotReady, LoadBalancerNotFound,
    ChangeRefused, ZoneNotFound, Throttled, AwsUnavailable or AccessDenied.
    """
    settings, planned = Settings.from_env(), Service.from_json(event["service"])
    now = ecs.describe(client("ecs"), planned.cluster, planned.name, settings)
    differences = planned.differences(now)
    if differences:
        raise ServiceChanged(f"The service changed before the write: {'; '.join(differences)}.")
    if planned.publishes:
        found = elb.resolve(client("elbv2"), client("elb"), now, settings)
        if found != list(map(LoadBalancer.from_json, event["load_balancers"]["found"])):
            raise ServiceChanged("The service's load balancers changed before the write.")
    client53, zones = route53_client(settings, event["execution"]), []
    for plan in zones_of(event["plan"]):
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
