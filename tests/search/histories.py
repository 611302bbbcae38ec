"""The world that a history is played in: its zones, services and executions.

What must hold in it at every moment says `promises`, and what at the end `endings`.
"""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest import mock

from signpost import __version__, moments
from tests.search import dns_proof
from tests.search.estates import (
    BALANCERS,
    CHOICES,
    FEATURES,
    FIRST,
    HOSTNAMES,
    SERVICES,
    TEMPLATE,
    VPC,
    DrawnZone,
    draws,
)
from tests.search.promises import Promises, owned_in, targets
from tests.search.receipts import Attempt
from tests.search.virtual_time import virtual_time
from tests.search.warm import Warm
from tests.search.wishes import Name, Parameters, Service, Targets, Wishes, wishes
from tests.support.asl import Walk
from tests.support.estate import ENVIRONMENT, cloudtrail, deployment_completed, task_changed
from tests.support.fast_estate import FastEstate, handlers_in
from tests.support.machine import ASL_FILE, MODULES
from tests.support.route53 import Clock, Key, RecordSet, StrictRoute53
from tests.support.status_change import status_change

__all__ = [
    "CHOICES",
    "HOSTNAMES",
    "SERVICES",
    "Killed",
    "Service",
    "World",
    "new_world",
    "owned_in",
]

DEFINITION = json.loads(ASL_FILE.read_text().replace("${Version}", __version__))
# How an execution may end: done; a name is taken; or faults and sick targets outlasted its retries.
ENDS = {
    *("RecordChanged", "RecordRemoved", "PartlyChanged", "Unchanged", "Skipped"),
    "HostnameTaken",
    *("TargetsNotHealthy", "ServiceKeepsChanging", "WrongAnswer"),
    *("Throttled", "AwsUnavailable", "ZoneBusy", "NotPropagated", "Lambda.Unknown"),
}
# And what a wider estate adds: a name can't be, several load balancers fit, a zone is in trouble.
WIDER_ENDS = {
    *("PartlyChanged", "DryRun", "AmbiguousLoadBalancer", "ZoneNotFound", "HostnameNotAllowed"),
    *("InvalidConfiguration", "NameDelegated", "AccessDenied"),
}


class Killed(Exception):
    """An execution that ends without a trace, as a crashed function's does for its caller."""

    error_name = "Lambda.Unknown"


@dataclass
class World:
    """Zones, services and executions of one history."""

    route53: StrictRoute53
    clock: Clock
    estate: FastEstate
    zones: dict[str, DrawnZone]
    promises: Promises
    walks: list[Walk] = field(default_factory=list)
    ended: list[Walk] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    listed: tuple[str, ...] = ()  # zone ids
    denied: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    started: int = 0
    ahead: float = 0.0  # seconds of an event's time
    warm: Warm = field(default_factory=Warm)
    active: list[str] = field(default_factory=list)  # executions in a step
    resting: bool = False
    ends: frozenset[str] = frozenset(ENDS)

    @property
    def definition(self) -> dict[str, Any]:
        """The state machine's."""
        return dict(DEFINITION)

    @property
    def private(self) -> str:
        """The id of the first zone."""
        return next(iter(self.zones))

    @property
    def public(self) -> str:
        """The id of the second zone."""
        return list(self.zones)[1]

    @property
    def zone_names(self) -> dict[str, str]:
        """Zone id → name."""
        return {id_: zone.name for id_, zone in self.zones.items()}

    @property
    def foreign(self) -> dict[tuple[str, Key], RecordSet]:
        """Record sets of others."""
        return self.promises.foreign

    @property
    def promised(self) -> dict[Name, Service]:
        """Names that may not stop to answer, and whose they are."""
        return self.promises.promised

    # --- what ECS and the parameters say ---------------------------------------------------

    def wishes(self, service: Service) -> Wishes:
        """What a service should have now."""
        stack = Parameters(os.environ["HOSTNAME_TEMPLATE"], os.environ["RECORD_KIND"], self.listed)
        return wishes(service, self.estate, self.zones, stack)

    def wanted(self, service: Service) -> dict[Name, Targets]:
        """The names of `wishes`, and where they should lead to."""
        return dict(self.wishes(service).names)

    def set(self, parameter: str, value: str) -> None:
        """The stack is deployed with another parameter."""
        if parameter == "HostedZoneIds":
            every = tuple(self.zones)
            self.listed = {"all": every, "first": every[:1], "but the first": every[1:]}[value]
            self.estate.may_write(*self.listed)
        else:
            os.environ[parameter] = value
            self.estate.bounds[parameter] = value
        self.release()

    # --- executions ------------------------------------------------------------------------

    def event(self, service: Service, kind: str) -> Any:
        """An event about a service, whether or not it is true."""
        cluster, name = service
        if kind == "manual":
            return {"cluster": cluster, "service": name}
        if kind == "deployment":
            made = deployment_completed(name, cluster)
        elif kind == "tasks":
            made = task_changed(name, cluster)
        else:
            key = "serviceName" if kind == "CreateService" else "service"
            made = cloudtrail(kind, {"cluster": cluster, key: name})
        at = moments.iso(self.now() + timedelta(seconds=self.ahead))
        made["time"] = at
        for key in ("eventTime", "updatedAt"):
            if key in made["detail"]:
                made["detail"][key] = at
        return made

    def now(self) -> datetime:
        """The time of the functions' clocks."""
        return datetime.fromtimestamp(self.clock.now(), UTC)

    def start(self, service: Service, kind: str) -> Walk:
        """An execution at its first step."""
        self.started += 1
        return self.begin(self.event(service, kind), f"run-{self.started}")

    def begin(self, given: Any, name: str) -> Walk:
        """An execution of an input."""
        walk = Walk(DEFINITION, given, name, self.clock.advance, self.now())
        self.walks.append(walk)
        return walk

    def call(self, module: str, payload: Any) -> Any:
        """Invoke a function, which is warm from its last call."""
        with self.warm.function(module):
            return importlib.import_module(module).handler(payload, None)

    def step(self, walk: Walk, lose: bool = False) -> None:
        """One attempt of the walk's task; `lose`: it is done, but its answer never comes."""

        def invoke(function: str, payload: Any) -> Any:
            result = self.call(MODULES[function], payload)
            if lose:
                raise Killed("the answer was lost")
            return result

        self.clock.advance(1)
        before = len(self.route53.calls)
        if walk.state == "PlanChange":
            self.promises.planned[walk.name] = before
        self.active.append(walk.name)
        with self.route53.tagged(walk.name):
            walk.step(invoke)
        self.active.remove(walk.name)
        function, _, result = walk.calls[-1]
        since = self.route53.calls.since(before)
        calls = [call for call in since if call.tag == walk.name]
        answered = not isinstance(result, Exception)
        self.attempts.append(
            Attempt(walk.name, function, calls, answered, end=len(self.route53.calls))
        )
        if not walk.running:
            self._note_end(walk)
        if not self.active:  # an execution may survive a breach, and the one that it is a step of
            assert not self.breaches, self.breaches

    @property
    def breaches(self) -> list[str]:
        """What is wrong."""
        return self.promises.breaches

    def _note_end(self, walk: Walk) -> None:
        self.walks.remove(walk)
        self.ended.append(walk)
        if walk.outcome not in self.ends:
            self.breaches.append(f"{walk.name} ended: {walk.error}: {walk.cause}")
        if draws("announced"):
            event = status_change(
                walk.status,
                name=walk.name,
                input=walk.event,
                output=walk.output,
                error=walk.error,
                cause=walk.cause,
            )
            self.call("report_execution", event)
        self._promise()

    def until(self, walk: Walk, state: str) -> Walk:
        """Step until it has entered a state."""
        while walk.state != state:
            self.step(walk)
        return walk

    def finish(self, walk: Walk) -> Walk:
        """Step to the end."""
        while walk.running:
            self.step(walk)
        return walk

    def _promise(self) -> None:
        """From when an execution has ended, names that are right must not stop to answer.

        Not while another one is about to write: it has looked at its service before.
        """
        if self.active:
            return
        for service in SERVICES:
            for (zone, name), types in self.wanted(service).items():
                if zone in self.deleted:
                    continue
                records = self.route53.records(zone)
                owned = owned_in(records, self.zones[zone].name, only=service)
                there = targets(
                    record for record in records if record.name == name and record.key in owned
                )
                if there.items() >= types.items():
                    self.promised[(zone, name)] = service

    def release(self, service: Service | None = None) -> None:
        """No promise any more for what the service (each, if none is given) does not want now."""
        wanted = {one: self.wanted(one) for one in ([service] if service else SERVICES)}
        for name, owner in list(self.promised.items()):
            if owner in wanted and name not in wanted[owner]:
                del self.promised[name]

    def settle(self) -> None:
        """Everything comes to rest, one more run for each service, and all is right."""
        from tests.search import endings

        endings.settle(self)


@contextmanager
def new_world(drawn: Sequence[DrawnZone] = FIRST) -> Iterator[World]:
    """An empty world in which the handlers run; of its zones the first two are always there."""
    clock = Clock()
    route53 = StrictRoute53(propagation_seconds=20, clock=clock)
    zones = {route53.create_zone(zone.name, vpcs=zone.vpcs): zone for zone in drawn}
    estate = FastEstate(BALANCERS, VPC)
    promises = Promises(zones, lambda: os.environ)
    world = World(route53, clock, estate, zones, promises)
    if FEATURES:
        world.ends |= WIDER_ENDS
    route53.observers.append(promises.check)
    environment = ENVIRONMENT | {
        "VERIFY_MODE": "insync",
        "HOSTNAME_TEMPLATE": TEMPLATE,
        "DNS_SERVERS": dns_proof.SERVERS if draws("dns") else "",
    }
    with (
        mock.patch.dict("os.environ", environment),
        handlers_in(estate),
        virtual_time(clock),  # the ledgers' times follow from the seed too
        dns_proof.answered_by(route53),
        route53.patched(),
    ):
        world.set("HostedZoneIds", "all")
        yield world
