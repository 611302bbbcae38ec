"""Convergence, by search: whatever happens in whatever order, the records end up right, and
nothing that is not ours is ever touched. `tests/search/histories.py` says what exactly holds.

SIGNPOST_HISTORIES says how many, 2,000 if it does not; `make night` makes 50,000.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from tests.search.histories import (
    CHOICES,
    HOSTNAMES,
    SERVICES,
    Service,
    create,
    new_world,
    owned_in,
)
from tests.support.fast_estate import no_answer, server_error, throttle

PARTS = 8  # so that several processes share the work
HISTORIES = int(os.environ.get("SIGNPOST_HISTORIES", "2000"))
EVENTS = ("CreateService", "UpdateService", "DeleteService", "deployment", "manual")
ECS_FAULTS = {"throttle": throttle, "server error": server_error, "no answer": no_answer}

services = st.sampled_from(SERVICES)
numbers = st.integers(0, 7)


class Histories(RuleBasedStateMachine):
    """One history: what people, AWS and the network do, and executions stepping in between."""

    def __init__(self) -> None:
        super().__init__()
        self._open = new_world()
        self.world = self._open.__enter__()

    @rule(service=services, balancers=st.sampled_from(CHOICES), name=st.sampled_from(HOSTNAMES))
    def create(self, service: Service, balancers: tuple[str, ...], name: str | None) -> None:
        create(self.world, service, balancers, name)

    @rule(service=services, balancers=st.sampled_from(CHOICES))
    def move(self, service: Service, balancers: tuple[str, ...]) -> None:
        if service in self.world.estate.services:
            self.world.estate.services[service].balancers = balancers
            self.world.release(service)

    @rule(
        service=services,
        tag=st.sampled_from(
            [
                ("hostname", "shop"),
                ("hostname", "www shop"),
                ("record", "cname"),
                ("record", "alias"),
                ("enabled", "false"),
                ("enabled", "true"),
                ("min-healthy", "1"),
            ]
        ),
    )
    def tag(self, service: Service, tag: tuple[str, str]) -> None:
        if service in self.world.estate.services:
            self.world.estate.services[service].tags[f"signpost:{tag[0]}"] = tag[1]
            self.world.release(service)

    @rule(service=services, draining=st.booleans())
    def delete(self, service: Service, draining: bool) -> None:
        found = self.world.estate.services.get(service)
        if found and draining:
            found.status = "DRAINING"
        elif found:
            del self.world.estate.services[service]
        self.world.release(service)

    @rule(service=services, kind=st.sampled_from(EVENTS))
    def event(self, service: Service, kind: str) -> None:
        """An event arrives: true, late, repeated or never caused by anything."""
        self.world.start(service, kind)

    @rule(which=numbers, steps=st.integers(1, 4))
    def step(self, which: int, steps: int) -> None:
        for _ in range(steps):
            if self.world.walks:
                self.world.step(self.world.walks[which % len(self.world.walks)])

    @rule(which=numbers)
    def finish(self, which: int) -> None:
        if self.world.walks:
            self.world.finish(self.world.walks[which % len(self.world.walks)])

    @rule(which=numbers, after=st.booleans())
    def kill(self, which: int, after: bool) -> None:
        """An execution ends for good, between two steps or right after one was done."""
        if self.world.walks:
            walk = self.world.walks[which % len(self.world.walks)]
            if after:
                self.world.step(walk, lose=True)
            if walk in self.world.walks:
                self.world.walks.remove(walk)

    @rule(which=numbers)
    def crash(self, which: int) -> None:
        """A function does its work and dies before it answers; the machine tries again."""
        if self.world.walks:
            self.world.step(self.world.walks[which % len(self.world.walks)], lose=True)

    @rule(kind=st.sampled_from(sorted(ECS_FAULTS)))
    def break_a_describe_call(self, kind: str) -> None:
        left = [1]

        def fault(_: str) -> None:
            if left:
                left.clear()
                raise ECS_FAULTS[kind]()

        self.world.estate.fault = fault

    @rule(
        kind=st.sampled_from(["throttle", "fail", "cut", "lose_answer"]),
        operation=st.sampled_from(
            ["ListResourceRecordSets", "ChangeResourceRecordSets", "GetChange", "GetHostedZone"]
        ),
    )
    def break_route_53(self, kind: str, operation: str) -> None:
        getattr(self.world.route53.faults, kind)(operation)

    @rule()
    def keep_the_zone_busy(self) -> None:
        self.world.route53.faults.prior_request_not_complete()

    @rule(balancer=st.sampled_from(["inside", "dual", "outside"]), healthy=st.booleans())
    def change_health(self, balancer: str, healthy: bool) -> None:
        if healthy:
            self.world.estate.unhealthy.discard(balancer)
        else:
            self.world.estate.unhealthy.add(balancer)

    @rule(
        name=st.sampled_from(["shop.ecs.internal", "web-prod.ecs.internal", "other.ecs.internal"]),
        kind=st.sampled_from(["A", "TXT", "CNAME"]),
    )
    def add_a_foreign_record(self, name: str, kind: str) -> None:
        world = self.world
        records = world.route53.records(world.private)
        there = {record.type for record in records if record.name == f"{name}."}
        if kind in there or "CNAME" in there or (kind == "CNAME" and there):
            return
        if (f"{name}.", kind) in owned_in(records, "ecs.internal"):
            return  # in place of one of ours that was deleted by hand: that edits ours
        value = {"A": "192.0.2.66", "TXT": '"not yours"', "CNAME": "elsewhere.example"}[kind]
        record = {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}]}
        world.route53.edit(world.private, ("CREATE", record))
        for made in world.route53.records(world.private):
            if (made.name, made.type) == (f"{name}.", kind):
                world.foreign[(world.private, made.key)] = made

    @rule(which=numbers, edit=st.booleans())
    def interfere_by_hand(self, which: int, edit: bool) -> None:
        """Somebody edits or deletes a record of ours.

        Not deleted are names that several services may want: until its owner runs again, a deleted
        name is in its ledger and free for another service, which docs/guarantees.md says.
        """
        world = self.world
        ours = [
            (zone, record)
            for zone in (world.private, world.public)
            for record in world.route53.records(zone)
            if "_signpost." not in record.name and (zone, record.key) not in world.foreign
        ]
        if not ours:
            return
        zone, record = ours[which % len(ours)]
        if not edit and record.name.startswith(("shop.", "www.")):
            return
        changes: list[Any] = [("DELETE", record.as_boto())]
        if edit:
            value = {"A": "192.0.2.99", "AAAA": "2001:db8::99", "CNAME": "edited.example"}
            edited = {"Name": record.name, "Type": record.type, "TTL": 7}
            values = [{"Value": value[record.type]}]
            changes.append(("CREATE", {**edited, "ResourceRecords": values}))
        world.promised.pop((zone, record.name), None)
        world.route53.edit(zone, *changes)

    def teardown(self) -> None:
        try:
            self.world.settle()
        finally:
            self._open.__exit__(None, None, None)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_history_ends_right(part: int) -> None:
    run_state_machine_as_test(
        Histories,
        settings=settings(
            max_examples=HISTORIES // PARTS,
            stateful_step_count=25,
            deadline=None,
            print_blob=True,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
