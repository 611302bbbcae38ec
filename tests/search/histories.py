"""The world that a history is played in, and what must hold in it at every moment and at the end.

Promises, checked after every single Route 53 call:

- a foreign record set is as it was made;
- every other record set (beside the zones' own) is a ledger, or stands in one;
- a name that was right keeps having an address while its service is only moved between load
  balancers or record kinds. Deleting, disabling or renaming the service, or a hand that edits its
  records, ends that promise until the name has been right again.

At the end, when faults are over, targets are healthy, and one more run by hand has been made for
each service: its names are what ECS says and its ledgers list just these. A service that lost a
name to another one gets a second run, as the first may have come before the other let go.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from unittest import mock

from signpost import __version__
from signpost.ledger import ledger
from tests.search import receipts
from tests.search.receipts import Attempt
from tests.support.asl import Walk
from tests.support.estate import ENVIRONMENT, cloudtrail, deployment_completed, task_changed
from tests.support.fast_estate import FastBalancer, FastEstate, FastService, handlers_in
from tests.support.machine import ASL_FILE, MODULES
from tests.support.route53 import Clock, Key, RecordSet, Snapshot, StrictRoute53

VPC = "vpc-1"
SERVICES = (("prod", "web"), ("prod", "api"), ("dev", "web"))
BALANCERS = (
    FastBalancer("inside", "internal"),
    FastBalancer("dual", "internal", dual_stack=True),
    FastBalancer("outside", "internet-facing"),
)
CHOICES = (("inside",), ("dual",), ("outside",), ("inside", "outside"), ())
HOSTNAMES = (None, "shop", "shop www", "www")
DEFINITION = json.loads(ASL_FILE.read_text().replace("${Version}", __version__))
ADDRESSES = ("A", "AAAA", "CNAME")
# How an execution may end: done; a name is taken; or faults and sick targets outlasted its retries.
ENDS = {
    *("RecordChanged", "RecordRemoved", "PartlyChanged", "Unchanged", "Skipped"),
    "HostnameTaken",
    *("TargetsNotHealthy", "ServiceKeepsChanging"),
    *("Throttled", "AwsUnavailable", "ZoneBusy", "NotPropagated", "Lambda.Unknown"),
}

Service = tuple[str, str]
Name = tuple[str, str]  # zone id, name


class Killed(Exception):
    """An execution that ends without a trace, as a crashed function's does for its caller."""

    error_name = "Lambda.Unknown"


@dataclass
class World:
    """Zones, services and executions of one history."""

    route53: StrictRoute53
    clock: Clock
    estate: FastEstate
    private: str
    public: str
    walks: list[Walk] = field(default_factory=list)
    ended: list[Walk] = field(default_factory=list)
    foreign: dict[tuple[str, Key], RecordSet] = field(default_factory=dict)
    promised: dict[Name, Service] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    started: int = 0
    ends: frozenset[str] = frozenset(ENDS)

    @property
    def definition(self) -> dict[str, Any]:
        """The state machine's."""
        return dict(DEFINITION)

    @property
    def zone_names(self) -> dict[str, str]:
        """Zone id → name."""
        return {self.private: "ecs.internal", self.public: "example.com"}

    # --- what ECS says, in this test's own words -------------------------------------------

    def wanted(self, service: Service) -> dict[Name, dict[str, str]]:
        """(zone, name) → type → target, as the service should have it."""
        found = self.estate.services.get(service)
        if found is None or found.status != "ACTIVE":
            return {}
        if found.tags.get("signpost:enabled") == "false":
            return {}
        cluster, name = service
        if found.tags.get("signpost:target", "").startswith("tasks"):
            return self._wanted_of_tasks(found, f"{name}-{cluster}")
        if not found.balancers:
            return {}
        hostnames = found.tags.get("signpost:hostname", f"{name}-{cluster}").split()
        kind = found.tags.get("signpost:record", "alias")
        inside = [b for b in found.balancers if self.estate.balancers[b].scheme == "internal"]
        places = {(self.private, "ecs.internal"): (inside or list(found.balancers))[0]}
        if "outside" in found.balancers:
            places[(self.public, "example.com")] = "outside"
        only = found.tags.get("signpost:zone")
        names = {}
        for (zone, zone_name), balancer in places.items():
            if only not in (None, zone_name):
                continue
            facts = self.estate.balancers[balancer]
            types = ["CNAME"] if kind == "cname" else ["A"] + ["AAAA"] * facts.dual_stack
            for hostname in hostnames:
                names[(zone, f"{hostname}.{zone_name}.")] = dict.fromkeys(types, facts.dns_name)
        return names

    def _wanted_of_tasks(self, service: FastService, default: str) -> dict[Name, dict[str, str]]:
        addresses = sorted(task.address for task in service.tasks if task.desired == "RUNNING")
        if not addresses:
            return {}
        hostnames = service.tags.get("signpost:hostname", default).split()
        return {
            (self.private, f"{hostname}.ecs.internal."): {"A": " ".join(addresses)}
            for hostname in hostnames
        }

    # --- executions ------------------------------------------------------------------------

    def event(self, service: Service, kind: str) -> Any:
        """An event about a service, whether or not it is true."""
        cluster, name = service
        if kind == "manual":
            return {"cluster": cluster, "service": name}
        if kind == "deployment":
            return deployment_completed(name, cluster)
        if kind == "tasks":
            return task_changed(name, cluster)
        key = "serviceName" if kind == "CreateService" else "service"
        return cloudtrail(kind, {"cluster": cluster, key: name})

    def start(self, service: Service, kind: str) -> Walk:
        """An execution at its first step."""
        self.started += 1
        event = self.event(service, kind)
        walk = Walk(DEFINITION, event, f"run-{self.started}", self.clock.advance)
        self.walks.append(walk)
        return walk

    def step(self, walk: Walk, lose: bool = False) -> None:
        """One attempt of the walk's task; `lose`: it is done, but its answer never comes."""

        def invoke(function: str, payload: Any) -> Any:
            result = importlib.import_module(MODULES[function]).handler(payload, None)
            if lose:
                raise Killed("the answer was lost")
            return result

        self.clock.advance(1)
        before = len(self.route53.calls)
        with self.route53.tagged(walk.name):
            walk.step(invoke)
        function, _, result = walk.calls[-1]
        calls = [call for call in self.route53.calls if call.number > before]
        answered = not isinstance(result, Exception)
        self.attempts.append(Attempt(walk.name, function, calls, answered))
        assert not self.breaches, self.breaches  # which an execution may have survived
        if not walk.running:
            self.walks.remove(walk)
            self.ended.append(walk)
            assert walk.outcome in self.ends, f"{walk.error}: {walk.cause}"
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
        """From when an execution has ended, names that are right must not stop to answer."""
        for service in SERVICES:
            for (zone, name), types in self.wanted(service).items():
                records = self.route53.records(zone)
                owned = owned_in(records, self.zone_names[zone], only=service)
                there = _targets(
                    record for record in records if record.name == name and record.key in owned
                )
                if there.items() >= types.items():
                    self.promised[(zone, name)] = service

    def release(self, service: Service) -> None:
        """No promise any more for what the service does not want (now)."""
        wanted = self.wanted(service)
        for name in [n for n, owner in self.promised.items() if owner == service]:
            if name not in wanted:
                del self.promised[name]

    # --- what must hold --------------------------------------------------------------------

    def check(self, _: object, snapshot: Snapshot) -> None:
        """At every moment, whether or not an execution notices."""
        for (zone, key), made in self.foreign.items():
            now = [record for record in snapshot[zone] if record.key == key]
            if now != [made]:
                self.breaches.append(f"a foreign record was changed: {made} is now {now}")
        for zone, zone_name in self.zone_names.items():
            owned = owned_in(snapshot[zone], zone_name)
            for record in snapshot[zone]:
                if "_signpost." in record.name or (zone, record.key) in self.foreign:
                    continue
                if record.key not in owned:
                    self.breaches.append(f"{record} is in no ledger")
        for zone, name in self.promised:
            there = {record.type for record in snapshot[zone] if record.name == name}
            if not there & set(ADDRESSES):
                self.breaches.append(f"{name} stopped answering while it moved")

    def settle(self) -> None:
        """Everything comes to rest, one more run for each service, and all is right."""
        self.route53.faults.clear()
        self.estate.fault = lambda _: None
        self.estate.unhealthy.clear()
        for walk in list(self.walks):
            self.finish(walk)
        runs = {service: self.finish(self.start(service, "manual")) for service in SERVICES}
        for service in SERVICES:
            if runs[service].outcome == "HostnameTaken":
                runs[service] = self.finish(self.start(service, "manual"))
        taken = {service for service in SERVICES if runs[service].outcome == "HostnameTaken"}
        for service in SERVICES:
            if service in taken:
                assert self._collides(service), f"{service}: {runs[service].cause}"
                continue
            expected = {
                (zone, name, type_): target
                for (zone, name), types in self.wanted(service).items()
                for type_, target in types.items()
            }
            assert self._owned_by(service) == expected, (service, runs[service].outcome)
            assert runs[service].status == "SUCCEEDED", (service, runs[service].cause)
        self._check_receipts()

    def _check_receipts(self) -> None:
        """Each write is told by a receipt, and the ledgers lead to all of them."""
        written = receipts.writes(self.attempts, self.zone_names)
        untold = receipts.untold(self.ended, written)
        assert untold == [], untold
        ended = {walk.name: walk for walk in self.ended}
        for service, newest in written.newest.items():
            starts = [told.execution for told in newest.values()]
            reached = receipts.chain(starts, ended, written)
            missed = [name for name in written.in_line(service, ended) if name not in reached]
            assert missed == [], f"the chain of {service} does not lead to {missed}"

    def _owned_by(self, service: Service) -> dict[tuple[str, str, str], str]:
        """(zone, name, type) → target of all that the service's ledgers list, as it stands."""
        cluster, name = service
        found = {}
        for zone, zone_name in self.zone_names.items():
            records = self.route53.records(zone)
            listed = owned_in(records, zone_name, only=(cluster, name))
            standing = {record.key: record for record in records}
            for key in listed:
                assert key in standing, f"the ledger of {service} lists {key}, which is not there"
            for which in {(key.name, key.type) for key in listed}:
                mine = [standing[key] for key in listed if (key.name, key.type) == which]
                found[(zone, *which)] = _targets(mine)[which[1]]
        return found

    def _collides(self, service: Service) -> bool:
        """Whether somebody else has a record at a name that the service wants."""
        wanted = self.wanted(service)
        for zone, zone_name in self.zone_names.items():
            records = self.route53.records(zone)
            own = {key.name for key in owned_in(records, zone_name, only=service)}
            if any(
                (zone, record.name) in wanted
                and ((zone, record.key) in self.foreign or record.name not in own)
                for record in records
            ):
                return True
        return False


def owned_in(
    records: tuple[RecordSet, ...], zone_name: str, only: Service | None = None
) -> set[Key]:
    """The keys of all record sets in the ledgers of a zone."""
    owned = set()
    for record in records:
        if record.type == "TXT" and "._signpost." in record.name and "._claims." not in record.name:
            found = ledger.parse(ledger.from_txt(record.values[0]), zone_name)
            if only in (None, (found.cluster, found.service)):
                owned |= {
                    Key(f"{one.name}.", one.type, one.set_identifier) for one in found.record_sets
                }
    return owned


def _targets(records: Iterable[RecordSet]) -> dict[str, str]:
    """Type → where it leads to; several answers of one type are one text, in order."""
    found: dict[str, list[str]] = {}
    for record in records:
        leads_to = [record.alias.dns_name] if record.alias else record.values
        found.setdefault(record.type, []).extend(value.removesuffix(".") for value in leads_to)
    return {type_: " ".join(sorted(values)) for type_, values in found.items()}


@contextmanager
def new_world() -> Iterator[World]:
    """An empty world with a private and a public zone, in which the handlers run."""
    clock = Clock()
    route53 = StrictRoute53(propagation_seconds=20, clock=clock)
    private = route53.create_zone("ecs.internal", vpcs=(VPC,))
    public = route53.create_zone("example.com")
    estate = FastEstate(BALANCERS, VPC)
    world = World(route53, clock, estate, private, public)
    route53.observers.append(world.check)
    estate.may_write(private, public)
    environment = ENVIRONMENT | {
        "VERIFY_MODE": "insync",
        "HOSTNAME_TEMPLATE": "{service}-{cluster}.{zone}",
    }
    now = SimpleNamespace(now=lambda zone: datetime.fromtimestamp(clock.now(), zone))
    with (
        mock.patch.dict("os.environ", environment),
        mock.patch("plan_change.datetime", now),  # the ledgers' times follow from the seed too
        handlers_in(estate),
        route53.patched(),
    ):
        yield world
