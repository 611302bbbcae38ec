"""The VPCs of the services: do private zones work there, and is each zone of use to somebody?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from signpost.model.zone import Zone
from signpost_cli.checks import network
from signpost_cli.checks.catalogue import VPCS
from signpost_cli.checks.findings import Finding, found, not_checked, note, sound
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.network import Vpc
from signpost_cli.checks.reading import Missing, Unreadable
from signpost_cli.checks.survey import Survey
from signpost_cli.checks.words import some


def check(installation: Installation, survey: Survey, zones: Sequence[Zone]) -> list[Finding]:
    """The DNS attributes of every VPC that a private zone is associated with."""
    private = [zone for zone in zones if zone.private]
    if not private:
        return [sound(VPCS, "There is no private zone, so nothing depends on a VPC's DNS.")]
    ec2 = installation.client("ec2")
    used, findings = _used(ec2, survey)
    answered: list[str] = []
    elsewhere: list[str] = []
    for vpc in sorted({vpc for zone in private for vpc in zone.vpcs}):
        installation.progress(vpc)
        try:
            wrong = judge_dns(network.vpc(ec2, vpc))
        except Missing as error:
            # A zone may be associated with VPCs of other regions and accounts, too.
            wrong = [_unread(vpc, str(error))] if vpc in used else []
            elsewhere.append(vpc)
        except Unreadable as error:
            wrong = [_unread(vpc, str(error))]
        else:
            answered += [] if wrong else [vpc]
        findings += wrong
    findings += judge_use(private, used, installation.region)
    if not survey.complete:
        what = "the VPCs of services that could not be looked at"
        findings.append(not_checked(VPCS, what, "see services above"))
    return findings or [told(answered, elsewhere)]


def told(answered: Sequence[str], elsewhere: Sequence[str]) -> Finding:
    """What was looked at, where nothing is wrong with it."""
    parts = [f"{some(answered)}: DNS is on, as private zones need it."] if answered else []
    if elsewhere:
        parts.append(f"Of another region or account, so not looked at: {some(elsewhere)}.")
    if not parts:
        return note(VPCS, "The private zones are associated with no VPC.")
    return sound(VPCS, " ".join(parts)) if answered else note(VPCS, parts[0])


def _unread(vpc: str, reason: str) -> Finding:
    return not_checked(VPCS, f"whether the private zones are answered in {vpc}", reason)


def _used(ec2: object, survey: Survey) -> tuple[set[str], list[Finding]]:
    """The VPCs of services that want names."""
    wanting = [seen for seen in survey.services if seen.service and seen.service.publishes]
    used = {vpc for seen in wanting for vpc in seen.vpcs}
    # Its load balancers or tasks tell a service's VPC; where there is none, its subnets do.
    subnets = {subnet for seen in wanting if not seen.vpcs for subnet in seen.subnets}
    findings = []
    for subnet in sorted(subnets):
        try:
            used |= set(network.vpc_of_subnets(ec2, [subnet]).values())
        except (Missing, Unreadable) as error:
            findings.append(not_checked(VPCS, f"the VPC of {subnet}", str(error)))
    return used, findings


def judge_dns(vpc: Vpc) -> list[Finding]:
    """Private zones need both attributes (Route 53 Developer Guide, "Considerations when working
    with a private hosted zone").
    """
    off = [
        (name, option)
        for name, option, is_on in (
            ("enableDnsSupport", "--enable-dns-support", vpc.dns_support),
            ("enableDnsHostnames", "--enable-dns-hostnames", vpc.dns_hostnames),
        )
        if not is_on
    ]
    return [
        found(
            "vpc-dns",
            f"{name} is off in {vpc.id}.",
            f"aws ec2 modify-vpc-attribute --vpc-id {vpc.id} {option} Value=true",
        )
        for name, option in off
    ]


def judge_use(zones: Iterable[Zone], used: set[str], region: str) -> list[Finding]:
    """Private zones in whose VPCs no service is, while there are services elsewhere."""
    if not used:
        return []
    return [
        found(
            "zone-idle",
            f"{zone.name} ({zone.id}) is associated with {', '.join(zone.vpcs) or 'no VPC'}; the "
            f"services are in {', '.join(sorted(used))}.",
            f"aws route53 associate-vpc-with-hosted-zone --hosted-zone-id {zone.id} "
            f"--vpc VPCRegion={region},VPCId={min(used)}",
        )
        for zone in zones
        if not used & set(zone.vpcs)
    ]
