"""The services: would each get its name, and how many have theirs?"""

from __future__ import annotations

import re
import shlex
from collections import defaultdict
from collections.abc import Collection, Sequence

from signpost.errors import (
    AmbiguousLoadBalancer,
    HostnameInvalid,
    HostnameNotAllowed,
    InvalidConfiguration,
    LoadBalancerNotFound,
    LoadBalancerNotReady,
    SignpostError,
    ZoneNotFound,
)
from signpost.ledger.ownership import ServiceKey
from signpost.model.zone import Zone
from signpost.names import configuration
from signpost_cli.checks.catalogue import SERVICES
from signpost_cli.checks.findings import Finding, found, not_checked, note, sound
from signpost_cli.checks.standing import Names, Standings
from signpost_cli.checks.standing import told as told_of
from signpost_cli.checks.survey import Survey, Surveyed

_CODES: dict[type[SignpostError], str] = {
    HostnameInvalid: "service-hostname",
    InvalidConfiguration: "service-tags",
    LoadBalancerNotReady: "service-not-ready",
}
LISTENER = (
    "aws elbv2 create-listener --load-balancer-arn ARN --protocol HTTP --port 80 "
    "--default-actions Type=forward,TargetGroupArn=ARN"
)


def judge(
    survey: Survey,
    zones: Sequence[Zone],
    region: str,
    told: Collection[ServiceKey] = (),
) -> list[Finding]:
    """What is wrong with single services, and with VPCs that no zone looks after. Of those in
    `told` another finding says already that their load balancer is not there yet.
    """
    findings = [
        found(
            "cluster-missing",
            f"ClusterNames names {name}, and there is no such cluster.",
            f"aws ecs list-clusters --region {region}",
        )
        for name in survey.missing_clusters
    ]
    homeless: dict[str, list[Surveyed]] = defaultdict(list)
    for seen in survey.services:
        vpc = vpc_without_zone(seen, zones)
        if vpc:
            homeless[vpc].append(seen)
        elif isinstance(seen.error, LoadBalancerNotReady) and seen.key in told:
            continue
        elif seen.error:
            findings.append(_failing(seen, seen.error))
        elif seen.desired:
            findings += [_failing(seen, one.raised()) for one in seen.desired.refused]
            findings += [
                found(
                    "service-odd",
                    f"{seen.label}: {warning}",
                    f"signpost plan {seen.cluster} {seen.name}",
                )
                for warning in seen.desired.warnings
            ]
    findings += [_without_zone(vpc, seen, zones, region) for vpc, seen in homeless.items()]
    findings += [not_checked(SERVICES, what, reason) for what, reason in survey.unread]
    if not survey.zones_known and survey.services:
        findings.append(
            not_checked(SERVICES, "which names the services get", "not all zones could be read")
        )
    return findings


def summary(survey: Survey, standings: Standings, *, is_sound: bool) -> Finding:
    """How many services there are and how they stand, whatever else was found."""
    if not survey.services:
        text = "There is no service yet in the clusters that were looked at."
    else:
        text = told_of(standings.all)
    right = (Names.RIGHT, Names.UNWANTED)
    is_sound = is_sound and all(one.names in right for one in standings.all)
    return sound(SERVICES, text) if is_sound else note(SERVICES, text)


def _failing(seen: Surveyed, error: SignpostError) -> Finding:
    code = _CODES.get(type(error), "service-placement")
    return found(code, f"{seen.label}: {type(error).__name__}: {error}", _mend(seen, error))


def _mend(seen: Surveyed, error: SignpostError) -> str:
    tag = f"aws ecs tag-resource --resource-arn {seen.arn} --tags key=signpost:"
    again = f"signpost plan {seen.cluster} {seen.name}"
    match error:
        case HostnameInvalid() | HostnameNotAllowed():
            return f"{tag}hostname,value=NAME"
        case InvalidConfiguration():
            key = _tag_named_in(str(error))
            if key in configuration.KEYS:
                return f"{tag}{key},value=VALUE"
            unknown = shlex.quote(f"signpost:{key}")
            untag = f"aws ecs untag-resource --resource-arn {seen.arn} --tag-keys {unknown}"
            return untag if key else again
        case AmbiguousLoadBalancer():
            return f"{tag}load-balancer,value=NAME"
        case LoadBalancerNotFound():
            return (
                f"aws ecs update-service --cluster {seen.cluster} --service {seen.name} "
                f"--load-balancers targetGroupArn=ARN,containerName=NAME,containerPort=PORT"
            )
        case LoadBalancerNotReady():
            return LISTENER
        case _:
            return again


def _tag_named_in(text: str) -> str:
    """The first tag that an error names, without its prefix; in quotes where it may be any text."""
    named = re.search(r"'signpost:([^']+)'", text) or re.search(r"signpost:([a-z-]+)", text)
    return named[1] if named else ""


def vpc_without_zone(seen: Surveyed, zones: Sequence[Zone]) -> str | None:
    """The VPC of a service that fails because no private zone is associated with it."""
    if not isinstance(seen.error, ZoneNotFound) or not seen.vpcs:
        return None
    if seen.service and (seen.service.configuration.zone or seen.service.configuration.hostnames):
        return None  # its tags are the nearer reason
    covered = {vpc for zone in zones if zone.private for vpc in zone.vpcs}
    return None if covered & set(seen.vpcs) else min(seen.vpcs)


def _without_zone(
    vpc: str, seen: Sequence[Surveyed], zones: Sequence[Zone], region: str
) -> Finding:
    names = ", ".join(one.label for one in seen[:5])
    more = f" and {len(seen) - 5} more" if len(seen) > 5 else ""
    private = [zone for zone in zones if zone.private]
    zone_id = private[0].id if len(private) == 1 else "ZONE"
    return found(
        "vpc-without-zone",
        f"No listed zone is associated with {vpc}, in which these services are: {names}{more}.",
        f"aws route53 associate-vpc-with-hosted-zone --hosted-zone-id {zone_id} "
        f"--vpc VPCRegion={region},VPCId={vpc}",
    )
