"""An ECS service as far as its names depend on it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Self

from signpost.model import Json

# What names may lead to instead of a load balancer: the running tasks' private or public addresses
# as multivalue answers, or all their private addresses in one record set.
TASK_TARGETS = ("tasks", "tasks-public", "tasks-all")


class ServiceState(StrEnum):
    """What ECS and the configuration together say about a service."""

    PRESENT = "present"  # it runs behind a load balancer and wants names
    WITHDRAWN = "withdrawn"  # it exists but wants no names (disabled, untagged, no load balancer)
    UNROUTED = "unrouted"  # it shows no load balancer; its service revision, not read yet, may
    UNCLEAR = "unclear"  # what leads to it is not understood, so its names stay as they are
    ABSENT = "absent"  # ECS has no such service any more
    MISSING = "missing"  # ECS knows nothing of it: it never was, or was removed long ago
    NOT_OURS = "not-ours"  # outside of what this installation looks after


@dataclass(frozen=True)
class TargetGroup:
    """A target group of the service. `alternate_arn` is the other colour of a blue/green pair, and
    `production_rule` the listener rule (or a network load balancer's listener) that leads
    production to one of the two. An `other` way, such as a gateway, serves only where none of the
    service's own load balancers can.
    """

    arn: str
    alternate_arn: str | None = None
    production_rule: str | None = None
    other: bool = False

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
    managed_by: str = ""  # what of ECS makes its load balancers: Express Mode, or a gateway
    by_revision: bool = False  # its service revision was read, or it has none
    # Of one that is present: what else may lead to it and is not understood. Where its own load
    # balancers serve it, that concerns nobody.
    doubt: str = ""

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
    def is_gone(self) -> bool:
        """Whether ECS says that there is no such service."""
        return self.state in (ServiceState.ABSENT, ServiceState.MISSING)

    @property
    def publishes(self) -> bool:
        """Whether the service should have names."""
        return self.state is ServiceState.PRESENT

    @property
    def left_alone(self) -> str:
        """What is said where its names are left as they are; empty where no way is in doubt."""
        if self.state is ServiceState.UNCLEAR:
            return (
                f"What leads to the service is not understood: {self.reason} Names that it has are "
                "left as they are, and it gets no new ones. If they are to go, set the tag "
                "signpost:enabled=false."
            )
        return self.doubt and (
            f"What leads to the service beside its load balancers is not understood: {self.doubt} "
            "Names in zones that can take none of these load balancers are left as they are. If "
            "they are to go, end that other way, or name the zone of the others in the tag "
            "signpost:zone."
        )

    def keeps(self, zone_id: str, unfit: Collection[str]) -> bool:
        """Whether its names in a zone stay as they are; `unfit` zones can take none of its load
        balancers.
        """
        if self.state in (ServiceState.UNCLEAR, ServiceState.NOT_OURS):
            return True
        return bool(self.doubt and zone_id in unfit)

    @property
    def names_its_tasks(self) -> bool:
        """Whether its names lead to its tasks, not to a load balancer."""
        return self.configuration.target in TASK_TARGETS

    @property
    def may_have_other_ways(self) -> bool:
        """Whether its service revision, not read yet, may tell of more ways to it."""
        behind = self.state is ServiceState.PRESENT and not self.names_its_tasks
        return self.state is ServiceState.UNROUTED or (behind and not self.by_revision)

    @property
    def compares_with_rules(self) -> bool:
        """Whether listener rules may not take its names: such as somebody chose, and any where ECS
        made the rule for a host of its own.
        """
        return bool(self.configuration.hostnames or self.managed_by)

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
            doubt = {ServiceState.UNROUTED, ServiceState.UNCLEAR} & {self.state, now.state}
            return [f"state was {self.state}, is {now.state}"] if doubt - {self.state} else []
        facts = ("state", "configuration", "target_groups", "classic_load_balancers", "doubt")
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
