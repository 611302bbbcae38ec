"""FindDrift: compares what services should have with what their ledgers say. Changes nothing."""

from typing import Any

from signpost.aws.clients import client
from signpost.aws.zone_role import route53_client
from signpost.aws.zones import forget_zones, known_zones
from signpost.ledger import ownership
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
    route53 = route53_client(event["execution"])
    forget_zones()  # once an hour is seldom enough to ask anew
    zones = known_zones(route53, settings.hosted_zone_ids)
    clients = Clients(
        ecs=client("ecs", patient=True),
        ec2=client("ec2", patient=True),
        elbv2=client("elbv2", patient=True),
        elb=client("elb", patient=True),
        route53=route53,
    )
    estate = survey.look(clients, zones, settings, deep=request.deep)
    result = drift.find(estate.wishes, estate.owned, estate.zones, settings)
    notes = ownership.left_alone(estate.owned, estate.listed, settings)
    looked_at = {
        "clusters": len(estate.clusters),
        "services": len(estate.listed),
        "zones": len(zones),
        "ledgers": estate.owned.count,
    }
    return found(result, request, notes, looked_at, settings, event["execution"])
