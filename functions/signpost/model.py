"""The values that travel between the steps, and their JSON form in the execution's payload.

Hostnames and DNS names are lower-case and without a trailing dot everywhere in here; only
`signpost.route53` knows how Route 53 writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from signpost.host_rules import HostRule

Json = dict[str, Any]

# What names may lead to instead of a load balancer: the running tasks' private or public addresses
# as multivalue answers, or all their private addresses in one record set.
TASK_TARGETS = ("tasks", "tasks-public", "tasks-all")


class ServiceState(StrEnum):
    """What ECS and the configuration together say about a service."""

    PRESENT = "present"  # it runs behind a load balancer and wants names
    WITHDRAWN = "withdrawn"  # it exists but wants no names (disabled, untagged, no load balancer)
    ABSENT = "absent"  # ECS has no such service any more
    NOT_OURS = "not-ours"  # outside of what this installation looks after


@dataclass(frozen=True)
class Trigger:
    """Why an execution runs: a normalised event or a run by hand."""

    kind: str  # cloudtrail, deployment, service-action, tasks, listener-rules, sweep or manual
    name: str  # the API call or event name, "Run" by hand
    cluster: str | None
    service: str | None
    time: str  # ISO 8601, when it happened
    id: str | None = None
    actor: str | None = None
    reason: str | None = None
    dry_run: bool = False
    skip: str | None = None  # why there is nothing to do, None when there is

    @property
    def reads_records(self) -> bool:
        """Whether its run looks at the records too, beside the ledger that events trust."""
        return self.kind in ("manual", "sweep")

    def to_json(self) -> Json:
        """All fields, for the payload."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(**value)


@dataclass(frozen=True)
class TargetGroup:
    """A target group of the service. `alternate_arn` is the other colour of a blue/green pair, and
    `production_rule` the listener rule (or a network load balancer's listener) that leads
    production to one of the two.
    """

    arn: str
    alternate_arn: str | None = None
    production_rule: str | None = None

    def arns(self) -> tuple[str, ...]:
        """Both colours."""
        return (self.arn,) if self.alternate_arn is None else (self.arn, self.alternate_arn)


@dataclass(frozen=True)
class Configuration:
    """What the `signpost:` tags of a service say; None where a tag is not set."""

    hostnames: tuple[str, ...] = ()
    from_listener_rules: bool = False  # the names are those of the load balancer's rules (too)
    target: str = "load-balancer"  # or one of TASK_TARGETS
    zone: str | None = None
    record_kind: str | None = None  # ALIAS or CNAME
    ttl: int | None = None  # seconds
    load_balancers: tuple[str, ...] = ()
    min_healthy: int = 1
    enabled: bool = True

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `dataclasses.asdict`."""
        return cls(
            **{
                **value,
                "hostnames": tuple(value["hostnames"]),
                "load_balancers": tuple(value["load_balancers"]),
            }
        )


@dataclass(frozen=True)
class Service:
    """An ECS service as far as its names depend on it."""

    cluster: str
    name: str
    state: ServiceState
    reason: str
    configuration: Configuration = field(default_factory=Configuration)
    target_groups: tuple[TargetGroup, ...] = ()
    classic_load_balancers: tuple[str, ...] = ()
    desired_count: int = 0

    def to_json(self) -> Json:
        """All fields, for the payload."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(
            **{
                **value,
                "state": ServiceState(value["state"]),
                "configuration": Configuration.from_json(value["configuration"]),
                "target_groups": tuple(TargetGroup(**group) for group in value["target_groups"]),
                "classic_load_balancers": tuple(value["classic_load_balancers"]),
            }
        )

    @property
    def publishes(self) -> bool:
        """Whether the service should have names."""
        return self.state is ServiceState.PRESENT

    @property
    def names_its_tasks(self) -> bool:
        """Whether its names lead to its tasks, not to a load balancer."""
        return self.configuration.target in TASK_TARGETS

    def takes_names_from_rules(self, source: str) -> bool:
        """Whether listener rules give it names; `source` is the parameter HostnameSource."""
        wishes = self.configuration
        by_default = source == "listener-rules" and not self.names_its_tasks
        return wishes.from_listener_rules or (by_default and not wishes.hostnames)

    def differences(self, now: Service) -> list[str]:
        """What of the facts that make a plan is another in `now`; empty when a plan still holds.

        The desired count is not one of them: it decides when to publish, not what.
        """
        if not self.publishes and not now.publishes:
            return []
        facts = ("state", "configuration", "target_groups", "classic_load_balancers")
        return [
            f"{fact} was {_brief(getattr(self, fact))}, is {_brief(getattr(now, fact))}"
            for fact in facts
            if getattr(self, fact) != getattr(now, fact)
        ]


def _brief(value: object) -> str:
    if isinstance(value, Configuration):
        return ", ".join(f"{key}={item}" for key, item in asdict(value).items() if item)
    if isinstance(value, tuple):
        return "[" + ", ".join(getattr(item, "arn", str(item)) for item in value) + "]"
    return str(value)


@dataclass(frozen=True)
class LoadBalancer:
    """A load balancer that serves the service, of whatever generation."""

    name: str
    kind: str  # application, network, gateway or classic
    dns_name: str
    hosted_zone_id: str
    scheme: str  # internet-facing or internal
    vpc_id: str  # of the target group (classic: of the load balancer)
    ip_address_type: str
    arn: str | None  # classic load balancers have none
    target_groups: tuple[str, ...] = ()
    rules: tuple[HostRule, ...] | None = None  # None where they were not asked for

    @property
    def id(self) -> str:
        """What identifies it within an account and region: the ARN, or a classic one's name."""
        return self.arn or self.name

    @property
    def dual_stack(self) -> bool:
        """Whether its name has AAAA answers too (`dualstack`, `dualstack-without-public-ipv4`)."""
        return self.ip_address_type.startswith("dualstack")

    def to_json(self) -> Json:
        """All fields, for the payload."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        rules = value["rules"]
        return cls(
            **{
                **value,
                "target_groups": tuple(value["target_groups"]),
                "rules": None if rules is None else tuple(map(HostRule.from_json, rules)),
            }
        )


@dataclass(frozen=True)
class Zone:
    """A hosted zone as GetHostedZone tells of it."""

    id: str
    name: str
    private: bool
    vpcs: tuple[str, ...] = ()
    name_servers: tuple[str, ...] = ()

    def __str__(self) -> str:
        """For messages: `ecs.internal (Z123, private, vpc-1)`."""
        view = "private, " + ", ".join(self.vpcs) if self.private else "public"
        return f"{self.name} ({self.id}, {view})"

    def to_json(self) -> Json:
        """All fields, for the payload."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        return cls(
            **{
                **value,
                "vpcs": tuple(value["vpcs"]),
                "name_servers": tuple(value["name_servers"]),
            }
        )


@dataclass(frozen=True)
class Alias:
    """The target of an ALIAS record set."""

    hosted_zone_id: str
    dns_name: str
    evaluate_target_health: bool = False


@dataclass(frozen=True)
class RecordSet:
    """A record set: either `alias`, or `ttl` (seconds) and `values` (sorted, as Route 53 has them).

    `routing` keeps what a record set of somebody else has beyond that (weights, regions, health
    checks), so that it can be shown and compared; Signpost's own have none.
    """

    name: str
    type: str
    ttl: int | None = None
    values: tuple[str, ...] = ()
    alias: Alias | None = None
    set_identifier: str | None = None
    routing: str | None = None
    multivalue: bool = False  # one of several answers to a name, with its value as identifier

    @property
    def key(self) -> tuple[str, str, str | None]:
        """What may exist once in a zone."""
        return (self.name, self.type, self.set_identifier)

    @property
    def target(self) -> str:
        """Where it points, for comparison and messages."""
        return self.alias.dns_name if self.alias else " ".join(self.values)

    def __str__(self) -> str:
        """For messages: `web.ecs.internal A alias to lb.example`."""
        if self.alias:
            return f"{self.name} {self.type} alias to {self.alias.dns_name}"
        return f"{self.name} {self.type} {self.target} (TTL {self.ttl})"

    def to_json(self) -> Json:
        """All fields, for the payload and the receipt."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        alias = value["alias"]
        return cls(
            **{
                **value,
                "values": tuple(value["values"]),
                "alias": Alias(**alias) if alias else None,
            }
        )
