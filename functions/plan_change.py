"""PlanChange: what has to change in Route 53, zone by zone. Changes nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from signpost.aws.bounds import read_bounds
from signpost.aws.ledger_key import ledger_key
from signpost.aws.zone_role import route53_client
from signpost.aws.zones import forget_zones, known_zones
from signpost.errors import HeldByPolicy, ZoneNotFound
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
from signpost.plan.whole_plan import Plan
from signpost.plan.zone_reading import ATTEMPTS
from signpost.settings import Settings


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """`service`, `load_balancers`, `tasks`, `trigger`, `round`; earlier `plan`, `change` → `plan`.

    Raises HostnameInvalid, HostnameNotAllowed, HostnameTaken, AmbiguousLoadBalancer,
    LoadBalancerNotFound, InvalidConfiguration, ZoneNotFound, LedgerCorrupt, NameDelegated,
    ZoneManagedByCloudMap, ChangeTooLarge, RoutingUnread, Throttled, AwsUnavailable or AccessDenied.
    """
    settings = Settings.from_env()
    if event["round"]["because"] == HeldByPolicy.__name__:  # another function may see it earlier
        settings = replace(settings, policy="dry-run")
    trigger, earlier = Trigger.from_json(event["trigger"]), EarlierRounds()
    if event["plan"]["action"]:
        earlier = EarlierRounds.from_json(event["plan"], event["change"], event["round"]["because"])
    bounds = read_bounds(settings.bounds_path, fresh=trigger.reads_records)
    now, client = datetime.now(UTC), route53_client(event["execution"])

    def plan(since: float | None) -> Plan:
        zones = known_zones(client, bounds.hosted_zone_ids, now.timestamp(), since=since)
        if zones.new and event["attempt"] < ATTEMPTS:
            raise zones.new
        situation = Situation(
            service=Service.from_json(event["service"]),
            load_balancers=tuple(map(LoadBalancer.from_json, event["load_balancers"]["found"])),
            tasks=RunningTasks.from_json(event["tasks"]),
            trigger=trigger,
            round=event["round"]["number"],
            execution=event["execution"],
            earlier=earlier,
            now=now,
            seal=Seal(ledger_key(settings.ledger_key_arn), settings.label),
            hostnames=bounds.hostnames,
            unknown=zones.unknown,
            attempt=event["attempt"],
        )
        return make_plan(client, zones.known, situation, settings)

    made = _with_new_zones(plan, _since(trigger, now))
    require_room(event, made, settings.dns_servers)
    return made.to_json()


def _since(trigger: Trigger, now: datetime) -> float | None:
    """From when on what is known of zones is new enough: for a run by hand now, for one that a
    sweep started when that began, so that it is asked once for all of them.
    """
    if trigger.kind == "manual":
        return now.timestamp()
    return datetime.fromisoformat(trigger.time).timestamp() if trigger.kind == "sweep" else None


def _with_new_zones(plan: Callable[[float | None], Plan], since: float | None) -> Plan:
    """Where no zone is found for a name, a zone may have been associated with the VPC just now."""
    try:
        made = plan(since)
    except ZoneNotFound:
        forget_zones()
        return plan(since)
    if any(one.error == ZoneNotFound.__name__ for one in made.refused):
        forget_zones()
        return plan(since)
    return made
