"""FindDrift: compares what services should have with what their ledgers say. Changes nothing."""

from datetime import UTC, datetime
from typing import Any

from signpost.aws.bounds import read_bounds
from signpost.aws.clients import client
from signpost.aws.ledger_key import ledger_key
from signpost.aws.zone_role import route53_client
from signpost.aws.zones import forget_zones, known_zones
from signpost.ledger import ownership
from signpost.ledger.seal import Seal
from signpost.observability import step
from signpost.settings import Settings
from signpost.sweep import drift, survey
from signpost.sweep.report import Request, found
from signpost.sweep.survey import Clients


@step
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The sweep's `input` → `drift`.

    Raises InvalidEvent, InvalidConfiguration, ZoneNotFound, Throttled, AwsUnavailable or
    AccessDenied.
    """
    settings, request = Settings.from_env(), Request.from_input(event["input"])
    seal = Seal(ledger_key(settings.ledger_key_arn), settings.label)
    bounds = read_bounds(settings.bounds_path, fresh=True)
    route53 = route53_client(event["execution"])
    forget_zones()  # once an hour is seldom enough to ask anew
    zones = known_zones(route53, bounds.hosted_zone_ids, datetime.now(UTC).timestamp())
    clients = Clients(
        ecs=client("ecs", patient=True),
        ec2=client("ec2", patient=True),
        elbv2=client("elbv2", patient=True),
        elb=client("elb", patient=True),
        route53=route53,
    )
    estate = survey.look(clients, zones.known, settings, seal, bounds.hostnames, deep=request.deep)
    unread = {**zones.unknown, **estate.unread}
    result = drift.find(estate.wishes, estate.owned, estate.zones, settings, unread)
    notes = ownership.left_alone(estate.owned, settings)
    looked_at = {
        "clusters": len(estate.clusters),
        "services": len(estate.listed),
        "zones": len(estate.zones),
        "ledgers": estate.owned.count,
    }
    return found(result, request, notes, looked_at, settings, event["execution"])
