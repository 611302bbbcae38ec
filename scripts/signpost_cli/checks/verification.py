"""VerifyRecord: can it ask a DNS server that sees the private zones, and Route 53's API?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from signpost.errors import InvalidConfiguration, ResolverUnreachable
from signpost.model.zone import Zone
from signpost.proof import lookup
from signpost.proof.lookup import Server
from signpost_cli.checks import network
from signpost_cli.checks.catalogue import VERIFY
from signpost_cli.checks.findings import Finding, found, sound
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.network import Egress, Route
from signpost_cli.checks.reading import Missing, attempt
from signpost_cli.checks.zones import ZoneFacts

HTTPS, DNS = 443, 53


@dataclass(frozen=True)
class Wishes:
    """The parameters that decide how VerifyRecord proves a change."""

    mode: str  # auto, dns or insync
    servers: tuple[str, ...]  # DnsServers
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    region: str
    redeploy: str


@dataclass(frozen=True)
class Network:
    """Where VerifyRecord runs."""

    vpc: str
    routes: tuple[Route, ...]
    has_endpoint: bool  # an interface endpoint for Route 53's API
    egress: tuple[Egress, ...]


def check(installation: Installation, facts: ZoneFacts) -> list[Finding]:
    """The parameters first, then the network that they name."""
    wishes = Wishes(
        mode=installation.parameters.get("VerifyMode", "auto"),
        servers=installation.listed("DnsServers"),
        subnets=installation.listed("VpcSubnetIds"),
        groups=installation.listed("VpcSecurityGroupIds"),
        region=installation.region,
        redeploy=installation.redeploy,
    )
    zones = facts.zones
    findings = judge_way(wishes, zones)
    if installation.is_local:
        # The functions run on this machine, so what is asked from here is what they would see.
        findings += judge_silence(wishes, _silent(wishes, zones, installation))
    else:
        findings += judge_servers(wishes, zones)
    if wishes.subnets:
        findings += attempt(
            VERIFY,
            f"the network of VerifyRecord ({', '.join(wishes.subnets)})",
            lambda: _check_network(installation, wishes, zones),
        )
    return findings or [sound(VERIFY, told(wishes, zones, tried=installation.is_local))]


def told(wishes: Wishes, zones: Sequence[Zone], *, tried: bool) -> str:
    """How a change is proved, where nothing is wrong."""
    if wishes.mode == "insync":
        return "VerifyMode is insync: Route 53's INSYNC proves a change, DNS is not asked."
    if not any(zone.private for zone in zones):
        return "Public zones' own name servers are to be asked; that was not tried."
    if wishes.servers:
        servers = ", ".join(wishes.servers)
        if tried:
            one_of = "One of " if len(wishes.servers) > 1 else ""
            return f"{one_of}{servers} answers for each private zone."
        return f"{servers} can be reached as far as the settings tell; that was not tried."
    return "The VPC's resolver can be reached as far as the settings tell; that was not tried."


def judge_way(wishes: Wishes, zones: Sequence[Zone]) -> list[Finding]:
    """Whether the parameters name anybody who could see the private zones."""
    private = [zone.name for zone in zones if zone.private]
    if wishes.mode == "insync" or not private or wishes.servers or wishes.subnets:
        return []
    mend = (
        f"{wishes.redeploy}   # with VpcSubnetIds and VpcSecurityGroupIds in a VPC of the zones, "
        "or DnsServers"
    )
    what = f"Nothing that VerifyRecord can reach answers for {', '.join(private)}"
    if wishes.mode == "dns":
        return [found("verify-no-resolver", f"{what}, and VerifyMode is dns.", mend)]
    return [found("verify-insync-only", f"{what}: only Route 53's INSYNC is checked.", mend)]


def _servers(wishes: Wishes) -> list[Server]:
    return lookup.configured(wishes.servers)


def judge_servers(wishes: Wishes, zones: Sequence[Zone]) -> list[Finding]:
    """DnsServers that can't be read, or not be reached from where the function runs."""
    if not wishes.servers or wishes.mode == "insync":
        return []
    mend = f"{wishes.redeploy}   # with other DnsServers, or with VpcSubnetIds"
    try:
        servers = _servers(wishes)
    except InvalidConfiguration as wrong:
        return [found("verify-servers", str(wrong), mend)]
    outside = not wishes.subnets
    far = [
        server.name
        for server in servers
        if ip_address(server.address).is_loopback
        or (outside and ip_address(server.address).is_private)
    ]
    if not far or not any(zone.private for zone in zones):
        return []
    where = "outside of any VPC" if outside else "in Lambda"
    what = f"DnsServers has {', '.join(far)}, which a function {where} can't reach."
    all_far = len(far) == len(servers)
    if not all_far or wishes.mode == "auto":
        return [found("verify-servers-useless", what, mend)]
    return [found("verify-servers-unreachable", what, mend)]


def _silent(wishes: Wishes, zones: Sequence[Zone], installation: Installation) -> list[str]:
    """What no server answers, asked from this machine: a zone's SOA."""
    if wishes.mode == "insync" or not wishes.servers:
        return []
    silent = []
    for zone in (zone for zone in zones if zone.private):
        installation.progress(f"DNS of {zone.name}")
        refusals: list[str] = []
        for server in _servers(wishes):
            try:
                if lookup.ask(server, zone.name, "SOA"):
                    break
                refusals.append(f"{server.name} knows no {zone.name}.")
            except ResolverUnreachable as error:
                refusals.append(str(error))
        else:
            silent.append(f"{zone.name}: {' '.join(refusals)}")
    return silent


def judge_silence(wishes: Wishes, silent: Sequence[str]) -> list[Finding]:
    """Private zones for which no configured server gave an answer when it was asked."""
    mend = "signpost local down && signpost local up"
    code = "verify-servers-unreachable" if wishes.mode == "dns" else "verify-servers-useless"
    return [found(code, f"No DNS server answers for {zone}", mend) for zone in silent]


def _check_network(
    installation: Installation, wishes: Wishes, zones: Sequence[Zone]
) -> list[Finding]:
    ec2 = installation.client("ec2")
    try:
        vpcs = set(network.vpc_of_subnets(ec2, wishes.subnets).values())
    except Missing as error:
        what = f"VpcSubnetIds names a subnet that does not exist: {error}"
        return [found("verify-subnets", what, wishes.redeploy)]
    if len(vpcs) != 1:
        what = f"VpcSubnetIds names subnets of several VPCs: {', '.join(sorted(vpcs))}."
        return [found("verify-subnets", what, wishes.redeploy)]
    (vpc,) = vpcs
    try:
        rules = network.egress(ec2, wishes.groups)
    except Missing as error:
        what = f"VpcSecurityGroupIds names a group that does not exist: {error}"
        return [found("verify-subnets", what, wishes.redeploy)]
    has_endpoint = network.has_route53_endpoint(ec2, vpc)
    found_routes = network.routes(ec2, wishes.subnets, vpc)
    return judge_network(
        wishes, zones, Network(vpc, tuple(found_routes), has_endpoint, tuple(rules))
    )


def judge_network(wishes: Wishes, zones: Sequence[Zone], where: Network) -> list[Finding]:
    """Association, routes and egress of VerifyRecord's VPC."""
    return [
        *_judge_association(wishes, zones, where),
        *_judge_routes(where),
        *_judge_egress(wishes, zones, where),
    ]


def _judge_association(wishes: Wishes, zones: Sequence[Zone], where: Network) -> list[Finding]:
    if wishes.servers or wishes.mode == "insync":
        return []  # the VPC's resolver is not asked
    return [
        found(
            "verify-zone-unseen",
            f"VerifyRecord runs in {where.vpc}, which is not associated with {zone.name} "
            f"({zone.id}).",
            f"aws route53 associate-vpc-with-hosted-zone --hosted-zone-id {zone.id} "
            f"--vpc VPCRegion={wishes.region},VPCId={where.vpc}",
        )
        for zone in zones
        if zone.private and where.vpc not in zone.vpcs
    ]


def _judge_routes(where: Network) -> list[Finding]:
    if where.has_endpoint:
        return []
    return [
        found(
            "verify-no-route",
            f"Subnet {route.subnet} has "
            + (
                f"its default route through {route.target}, by which a function can't get out."
                if route.target
                else "no default route (0.0.0.0/0) that works."
            ),
            "aws ec2 create-route --route-table-id TABLE --destination-cidr-block 0.0.0.0/0 "
            "--nat-gateway-id NAT",
        )
        for route in where.routes
        if not route.leads_out
    ]


def _judge_egress(wishes: Wishes, zones: Sequence[Zone], where: Network) -> list[Finding]:
    """What the security groups must let out. The VPC's own resolver needs no rule: security groups
    do not filter what goes to it (VPC User Guide, "Security groups").
    """
    needed = [] if where.has_endpoint else [("tcp", HTTPS, network.ANYWHERE)]
    if wishes.mode != "insync":
        if any(zone.private for zone in zones):
            with suppress(InvalidConfiguration):  # judge_servers says so
                needed += _both(_cidr(server) for server in _servers(wishes))
        if any(not zone.private for zone in zones):
            needed += _both([(network.ANYWHERE, DNS)])
    closed = [
        (protocol, port, to)
        for protocol, port, to in needed
        if not any(rule.allows(protocol, port, to) for rule in where.egress)
    ]
    if not closed:
        return []
    told = "; ".join(f"{protocol.upper()} {port} to {to}" for protocol, port, to in closed)
    what = f"The security groups {', '.join(wishes.groups)} of VerifyRecord do not let out: {told}."
    mend = "\n".join(
        f"aws ec2 authorize-security-group-egress --group-id {wishes.groups[0]} "
        f"--protocol {protocol} --port {port} --cidr {to}"
        for protocol, port, to in closed
    )
    return [found("verify-egress", what, mend)]


def _both(targets: Iterable[tuple[str, int]]) -> list[tuple[str, int, str]]:
    """DNS is asked by UDP, and by TCP where the answer is too long for that."""
    return [(protocol, port, to) for to, port in targets for protocol in ("udp", "tcp")]


def _cidr(server: Server) -> tuple[str, int]:
    return str(ip_network(server.address)), server.port
