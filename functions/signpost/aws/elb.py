"""Elastic Load Balancing, both generations: which load balancers serve a service, and their health.

Application, network and gateway load balancers are found through target groups (`elbv2`), classic
ones by name (`elb`). All functions may raise Throttled, AwsUnavailable or AccessDenied.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from botocore.exceptions import ClientError

from signpost.aws import elb_rules
from signpost.aws.clients import calling, code_of, in_pages, message_of
from signpost.errors import LoadBalancerNotFound, LoadBalancerNotReady
from signpost.model.load_balancer import LoadBalancer, load_balancer_of
from signpost.model.service import Service, TargetGroup
from signpost.settings import Settings

AT_ONCE = 20  # ARNs or names a describe call takes (API references of both generations)
MISSING_CODES = {
    "LoadBalancerNotFound",
    "TargetGroupNotFound",
    "AccessPointNotFound",
    "LoadBalancerNotFoundException",
}


def resolve(elbv2: Any, elb: Any, service: Service, settings: Settings) -> list[LoadBalancer]:
    """The load balancers in front of a service, sorted by name; with their listener rules, where
    the service's names come from these or are to be compared with them.

    Raises LoadBalancerNotFound for one (or a target group) that does not exist, and
    LoadBalancerNotReady while none serves production for one of its target groups.
    """
    if service.managed_by and not service.target_groups:
        raise LoadBalancerNotReady(
            f"{service.managed_by} has not made the service's load balancer, listener rule and "
            "target groups yet."
        )
    try:
        found = _by_target_groups(elbv2, service, settings)
    except LoadBalancerNotFound as missing:
        if not service.managed_by:
            raise
        # What ECS makes and takes away is nobody else's to correct.
        raise LoadBalancerNotReady(f"{service.managed_by} is being changed: {missing}") from missing
    if service.compares_with_rules or service.takes_names_from_rules(settings.hostname_source):
        found = [_with_rules(elbv2, balancer, service) for balancer in found]
    found += _classic(elb, service.classic_load_balancers)
    return sorted(found, key=lambda balancer: (balancer.name, balancer.id))


def _with_rules(elbv2: Any, balancer: LoadBalancer, service: Service) -> LoadBalancer:
    """Its own rules, and of all others those that may take a name of its tag from it: a load
    balancer can have thousands, and they travel from step to step.
    """
    if balancer.kind != "application" or balancer.arn is None:
        return balancer
    rules = elb_rules.read(elbv2, balancer.arn, balancer.target_groups)
    names = service.configuration.hostnames or (service.name,)
    kept = tuple(rule for rule in rules if rule.ours or rule.may_settle(names))
    return replace(balancer, rules=kept)


def _by_target_groups(elbv2: Any, service: Service, settings: Settings) -> list[LoadBalancer]:
    arns = [arn for group in service.target_groups for arn in group.arns()]
    described = {group["TargetGroupArn"]: group for group in _target_groups(elbv2, arns)}
    groups_of: dict[str, list[str]] = defaultdict(list)
    for group in service.target_groups:
        pairs = [
            (balancer, arn)
            for arn in group.arns()
            for balancer in described[arn]["LoadBalancerArns"]
            if _serves_production(group, balancer)
        ]
        if not pairs and not service.takes_names_from_rules(settings.hostname_source):
            raise _unused(group)
        for balancer, arn in pairs:
            if arn not in groups_of[balancer]:
                groups_of[balancer].append(arn)
    balancers = _load_balancers(elbv2, sorted(groups_of))
    missing = set(groups_of) - {balancer["LoadBalancerArn"] for balancer in balancers}
    if missing:
        raise LoadBalancerNotFound(f"Load balancer {', '.join(sorted(missing))} does not exist.")
    return [
        LoadBalancer(
            name=balancer["LoadBalancerName"],
            kind=balancer["Type"],
            dns_name=balancer.get("DNSName", "").lower(),
            hosted_zone_id=balancer.get("CanonicalHostedZoneId", ""),
            # Gateway load balancers have neither name nor scheme.
            scheme=balancer.get("Scheme", "internal"),
            # A target group's VPC is the one whose private zones clients of the service use.
            vpc_id=described[groups_of[balancer["LoadBalancerArn"]][0]].get("VpcId", ""),
            ip_address_type=balancer.get("IpAddressType", "ipv4"),
            arn=balancer["LoadBalancerArn"],
            target_groups=tuple(sorted(groups_of[balancer["LoadBalancerArn"]])),
        )
        for balancer in balancers
    ]


def _serves_production(group: TargetGroup, load_balancer_arn: str) -> bool:
    """With native blue/green, a group may be behind another load balancer for tests only."""
    rule = group.production_rule
    return rule is None or load_balancer_of(rule) == load_balancer_arn


def _unused(group: TargetGroup) -> LoadBalancerNotReady:
    groups = " or ".join(group.arns())
    if group.production_rule:
        return LoadBalancerNotReady(
            f"The load balancer of the production rule {group.production_rule} does not use the "
            f"target group {groups} yet."
        )
    return LoadBalancerNotReady(
        f"No load balancer uses the target group {groups} yet: create a listener or rule that "
        "forwards to it."
    )


def _target_groups(elbv2: Any, arns: Sequence[str]) -> list[dict[str, Any]]:
    found = []
    for page in in_pages(arns, AT_ONCE):
        try:
            with calling("elasticloadbalancing:DescribeTargetGroups", ", ".join(page)):
                found += elbv2.describe_target_groups(TargetGroupArns=page)["TargetGroups"]
        except ClientError as error:
            raise _missing(error, f"One of the target groups {', '.join(page)}") from error
    return found


def _load_balancers(elbv2: Any, arns: Sequence[str]) -> list[dict[str, Any]]:
    found = []
    for page in in_pages(arns, AT_ONCE):
        try:
            with calling("elasticloadbalancing:DescribeLoadBalancers", ", ".join(page)):
                found += elbv2.describe_load_balancers(LoadBalancerArns=page)["LoadBalancers"]
        except ClientError as error:
            raise _missing(error, f"One of the load balancers {', '.join(page)}") from error
    return found


def _classic(elb: Any, names: Sequence[str]) -> list[LoadBalancer]:
    found = []
    for page in in_pages(names, AT_ONCE):
        try:
            with calling("elasticloadbalancing:DescribeLoadBalancers", ", ".join(page)):
                described = elb.describe_load_balancers(LoadBalancerNames=page)
        except ClientError as error:
            raise _missing(error, f"One of the classic load balancers {', '.join(page)}") from error
        found += [
            LoadBalancer(
                name=balancer["LoadBalancerName"],
                kind="classic",
                dns_name=balancer["DNSName"].lower(),
                hosted_zone_id=balancer["CanonicalHostedZoneNameID"],
                scheme=balancer.get("Scheme", "internet-facing"),
                vpc_id=balancer.get("VPCId", ""),
                ip_address_type="ipv4",
                arn=None,
            )
            for balancer in described["LoadBalancerDescriptions"]
        ]
    return found


def states(elbv2: Any, balancers: Iterable[LoadBalancer]) -> dict[str, str]:
    """State code by load balancer ARN: provisioning, active, active_impaired or failed.

    Classic load balancers have no state and are left out.
    """
    arns = [balancer.arn for balancer in balancers if balancer.arn]
    return {
        found["LoadBalancerArn"]: found.get("State", {}).get("Code", "unknown")
        for found in _load_balancers(elbv2, arns)
    }


def target_health(elbv2: Any, elb: Any, balancer: LoadBalancer) -> Counter[str]:
    """How many targets of the service are in which state behind one load balancer.

    `healthy` counts those in service; where health checks are disabled, every registered target
    is (Target.HealthCheckDisabled). Classic: InService counts as healthy.
    """
    counted: Counter[str] = Counter()
    if balancer.arn is None:
        try:
            with calling("elasticloadbalancing:DescribeInstanceHealth", balancer.name):
                answer = elb.describe_instance_health(LoadBalancerName=balancer.name)
        except ClientError as error:
            raise _missing(error, f"The classic load balancer {balancer.name}") from error
        for instance in answer["InstanceStates"]:
            in_service = instance["State"] == "InService"
            counted["healthy" if in_service else instance["State"]] += 1
        return counted
    for group in balancer.target_groups:
        try:
            with calling("elasticloadbalancing:DescribeTargetHealth", group):
                answer = elbv2.describe_target_health(TargetGroupArn=group)
        except ClientError as error:
            raise _missing(error, f"The target group {group}") from error
        for target in answer["TargetHealthDescriptions"]:
            health = target["TargetHealth"]
            unchecked = health.get("Reason") == "Target.HealthCheckDisabled"
            counted["healthy" if unchecked else health["State"]] += 1
    return counted


def _missing(error: ClientError, what: str) -> Exception:
    if code_of(error) in MISSING_CODES:
        return LoadBalancerNotFound(
            f"{what} does not exist ({message_of(error)}): correct the service's load balancers."
        )
    return error
