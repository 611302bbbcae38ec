"""PlanChange: what has to change in Route 53, zone by zone. Changes nothing."""

from datetime import UTC, datetime
from typing import Any

from signpost.aws.bounds import read_bounds
from signpost.aws.ledger_key import ledger_key
from signpost.aws.zone_role import route53_client
from signpost.aws.zones import forget_zones, known_zones
from signpost.errors import ZoneNotFound
from signpost.ledger.seal import Seal
from signpost.model.load_balancer import LoadBalancer
from signpost.model.service import Service
from signpost.model.trigger import Trigger
from signpost.names.running_tasks import RunningTasks
from signpost.observability import step
from signpost.plan.planner import make_plan
from signpost.plan.room import require_room
from signpost.plan.rounds import EarlierRounds
from signpost.plan.situation import Situation
from signpost.settings import Settings


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`service`, `load_balancers`, `tasks`, `trigger`, `round`; earlier `plan`, `change` → `plan`.

    Raises HostnameInvalid, HostnameNotAllowed, HostnameTaken, AmbiguousLoadBalancer,
    LoadBalancerNotFound, InvalidConfiguration, ZoneNotFound, LedgerCorrupt, NameDelegated,
    ZoneManagedByCloudMap, ChangeTooLarge, RoutingUnread, Throttled, AwsUnavailable or AccessDenied.
    """
    settings = Settings.from_env()
    trigger, earlier = Trigger.from_json(event["trigger"]), EarlierRounds()
    if event["round"]["number"] > 1:
        earlier = EarlierRounds.from_json(event["plan"], event["change"])
    bounds = read_bounds(settings.bounds_path, fresh=trigger.reads_records)
    situation = Situation(
        service=Service.from_json(event["service"]),
        load_balancers=tuple(map(LoadBalancer.from_json, event["load_balancers"]["found"])),
        tasks=RunningTasks.from_json(event["tasks"]),
        trigger=trigger,
        round=event["round"]["number"],
        execution=event["execution"],
        earlier=earlier,
        now=datetime.now(UTC),
        seal=Seal(ledger_key(settings.ledger_key_arn), settings.label),
        hostnames=bounds.hostnames,
    )
    route53 = route53_client(event["execution"])
    try:
        zones = known_zones(route53, bounds.hosted_zone_ids, fresh=trigger.kind == "manual")
        plan = make_plan(route53, zones, situation, settings)
    except ZoneNotFound:
        forget_zones()  # a zone may have been associated with the VPC since this function started
        zones = known_zones(route53, bounds.hosted_zone_ids)
        plan = make_plan(route53, zones, situation, settings)
    require_room(event, plan, settings.dns_servers)
    return plan.to_json()
