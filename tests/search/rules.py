"""What people, AWS and the network do in a history, and executions stepping in between.

`wider` has what comes with a wider estate.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.search import between, estates
from tests.search.estates import CHOICES, SERVICES, Design, DrawnZone, draws
from tests.search.histories import World, new_world, owned_in
from tests.search.wishes import Service
from tests.support.asl import Walk
from tests.support.fast_estate import FastTask, no_answer, server_error, throttle

EVENTS = ("CreateService", "UpdateService", "DeleteService", "deployment", "tasks", "manual")
# Tags that make no sense beside another one.
EXCLUDES = {"target": ("record", "min-healthy"), "record": ("target",), "min-healthy": ("target",)}
ECS_FAULTS = {"throttle": throttle, "server error": server_error, "no answer": no_answer}
ROUTE53_CALLS = ("ListResourceRecordSets", "ChangeResourceRecordSets", "GetChange", "GetHostedZone")
FAULTS = (
    *(("ecs", kind) for kind in ECS_FAULTS),
    *(
        (kind, call)
        for kind in ("throttle", "fail", "cut", "lose_answer")
        for call in ROUTE53_CALLS
    ),
    ("prior_request_not_complete", ""),
    *([("second write", "")] * 8 * draws("between calls")),
)

services = st.sampled_from(SERVICES)
numbers = st.integers(0, 7)
# How often the event of a change arrives at once; it may come later by the rule `event` too.
heard = st.sampled_from([0, 1, 1, 2])
HALTS = ("ChangeRecord", "VerifyRecord", "ConfirmService")
# Which executions step, one after another: the interleaving. From CRASH on, the step is done but
# its function dies before it answers, so that the step is tried again.
turns = st.lists(st.integers(0, 31), max_size=6)
CRASH = 29


class Rules(RuleBasedStateMachine):
    """One history: what people, AWS and the network do, and executions stepping in between.

    There are few rules and they do much, as Hypothesis leaves out some of them in each history:
    one without events or steps would show nothing.
    """

    reached: ClassVar[Counter[str]] = (
        Counter()
    )  # in how many histories a state was entered, or an outcome reached

    def __init__(self) -> None:
        super().__init__()
        self._open: Any = None
        self.world: World

    def _tell(self, service: Service, kind: str, times: int, turns: list[int]) -> None:
        """Events arrive, and some executions make some steps."""
        self.world.release(service)
        for _ in range(times):
            self.world.start(service, kind)
        self._step(turns)

    def _step(self, turns: list[int]) -> None:
        for turn in turns:
            if self.world.walks:
                self.world.step(self._walk(turn), lose=turn >= CRASH)

    def _walk(self, turn: int) -> Walk:
        return self.world.walks[turn % len(self.world.walks)]

    @initialize(
        designs=st.lists(estates.designs, min_size=1, max_size=len(SERVICES)),
        template=st.sampled_from(estates.TEMPLATES),
        done=st.booleans(),
        bare_refusals=st.booleans(),
        zones=estates.zones(),
        by_dns=st.booleans() if draws("dns") else st.just(False),
        ahead=st.sampled_from(estates.AHEAD),
    )
    def begin(
        self,
        designs: list[Design],
        template: str,
        done: bool,
        bare_refusals: bool,
        zones: list[DrawnZone],
        by_dns: bool,
        ahead: float,
    ) -> None:
        """Some services are there already, with or without their names."""
        self._open = new_world(zones)
        self.world = self._open.__enter__()
        if by_dns:
            self.world.set("VERIFY_MODE", "auto")
        self.world.route53.bare_refusals = bare_refusals
        self.world.ahead = ahead
        self.world.set("HOSTNAME_TEMPLATE", template)
        for service, design in zip(SERVICES, designs, strict=False):
            self.create(service, design, 1, [])
        while done and self.world.walks:
            self.world.finish(self.world.walks[0])

    @rule(
        service=services,
        design=estates.designs,
        heard=heard,
        turns=turns,
    )
    def create(self, service: Service, design: Design, heard: int, turns: list[int]) -> None:
        if service not in self.world.estate.services:
            self.world.estate.services[service] = design.service()
            self._tell(service, "CreateService", heard, turns)

    @rule(
        service=services,
        balancers=st.sampled_from(CHOICES),
        by=st.sampled_from(["", "", "express", "gateway"]),
        heard=heard,
        turns=turns,
    )
    def move(
        self, service: Service, balancers: tuple[str, ...], by: str, heard: int, turns: list[int]
    ) -> None:
        """To load balancers of one's own, or to such as Express Mode or a gateway makes. A gateway
        is looked for where a tag asks for names; Express Mode shows itself.
        """
        found = self.world.estate.services.get(service)
        if found:
            found.balancers = balancers
            found.led_by = by if balancers and (found.tags or by != "gateway") else ""
            self._tell(service, "UpdateService", heard, turns)

    @rule(
        service=services,
        tag=st.sampled_from(estates.TAGS),
        heard=heard,
        turns=turns,
    )
    def tag(self, service: Service, tag: tuple[str, str], heard: int, turns: list[int]) -> None:
        if service in self.world.estate.services:
            tags = self.world.estate.services[service].tags
            tags[f"signpost:{tag[0]}"] = tag[1]
            for excluded in EXCLUDES.get(tag[0], ()):
                tags.pop(f"signpost:{excluded}", None)
            self._tell(service, "UpdateService", heard, turns)

    @rule(
        service=services,
        running=st.sets(st.integers(0, 5), max_size=4),
        stopping=st.booleans(),
        heard=heard,
        turns=turns,
    )
    def scale(
        self, service: Service, running: set[int], stopping: bool, heard: int, turns: list[int]
    ) -> None:
        """Other tasks run; those that ran before are gone, or still there but about to stop."""
        found = self.world.estate.services.get(service)
        if found is None:
            return
        old = [task for task in found.tasks if task.number not in running] if stopping else []
        for task in old:
            task.desired = "STOPPED"
        found.tasks = [*old, *(FastTask(number) for number in sorted(running))]
        self._tell(service, "tasks", heard, turns)

    @rule(service=services, draining=st.booleans(), heard=heard, turns=turns)
    def delete(self, service: Service, draining: bool, heard: int, turns: list[int]) -> None:
        found = self.world.estate.services.get(service)
        if found and draining:
            found.status = "DRAINING"
        elif found:
            del self.world.estate.services[service]
        self._tell(service, "DeleteService", heard, turns)

    @rule(service=services, kind=st.sampled_from(EVENTS), turns=turns)
    def event(self, service: Service, kind: str, turns: list[int]) -> None:
        """An event arrives: true, late, repeated or never caused by anything."""
        self._tell(service, kind, 1, turns)

    @precondition(lambda self: self.world.walks)
    @rule(turn=numbers, how=st.sampled_from(["finish", "kill", "kill after", *HALTS]), turns=turns)
    def end(self, turn: int, how: str, turns: list[int]) -> None:
        """An execution runs to its end, or halts before a step, or is stopped for good before or
        after one is done.
        """
        self._step(turns)
        if not self.world.walks:
            return
        walk = self._walk(turn)
        if how == "finish" or how in HALTS:
            while walk.running and walk.state != how:
                self.world.step(walk)
            return
        if how == "kill after":
            self.world.step(walk, lose=True)
        if walk in self.world.walks:
            self.world.walks.remove(walk)

    @rule(faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=3), turns=turns)
    def break_calls(self, faults: list[tuple[str, str]], turns: list[int]) -> None:
        """The next calls of AWS fail."""
        for kind, call in faults:
            if kind == "second write":
                between.fail_second_write(self.world)
            elif kind == "ecs":
                self.world.estate.fail_once(ECS_FAULTS[call]())
            else:
                getattr(self.world.route53.faults, kind)(*[call] * bool(call))
        self._step(turns)

    @rule(balancer=st.sampled_from([one.name for one in estates.BALANCERS]), turns=turns)
    def change_health(self, balancer: str, turns: list[int]) -> None:
        self.world.estate.unhealthy ^= {balancer}
        self._step(turns)

    @rule(where=estates.foreign, turns=turns)
    def add_a_foreign_record(
        self, where: tuple[int, str, tuple[str, str]], turns: list[int]
    ) -> None:
        world, (number, label, kind) = self.world, where
        there = [zone for zone in world.zones if zone not in world.deleted]
        zone = there[number % len(there)]
        name = f"{label}.{world.zones[zone].name}".removeprefix(".")
        record = estates.record(name, kind, world.estate.balancers["inside"])
        if not self._may_stand(zone, name, kind):
            return
        before = set(world.route53.records(zone))
        world.route53.edit(zone, ("CREATE", record))
        for made in set(world.route53.records(zone)) - before:
            world.foreign[zone, made.key] = made
            world.promises.since[zone, made.key] = len(world.route53.calls)
        self._step(turns)

    def _may_stand(self, zone: str, name: str, kind: tuple[str, str]) -> bool:
        """Whether Route 53 takes it, and it is not in place of one of ours that was deleted by
        hand: that edits ours.
        """
        records = self.world.route53.records(zone)
        fqdn = name.replace("*", r"\052") + "."
        there = {record.type for record in records if record.name == fqdn}
        zone_name = self.world.zones[zone].name
        if kind[0] in there or "CNAME" in there or (kind[0] == "CNAME" and there):
            return False
        if name == zone_name and kind[0] in ("CNAME", "NS"):
            return False
        if "*" in name and kind[0] == "NS":
            return False
        listed = {
            (key.name.replace("*", r"\052"), key.type) for key in owned_in(records, zone_name)
        }
        return (fqdn, kind[0]) not in listed

    @rule(which=numbers, edit=st.booleans(), turns=turns)
    def interfere_by_hand(self, which: int, edit: bool, turns: list[int]) -> None:
        """Somebody edits or deletes a record of ours.

        Not deleted are names that several services may want: until its owner runs again, a deleted
        name is in its ledger and free for another service, which docs/guarantees.md says.
        """
        world = self.world
        ours = [
            (zone, record)
            for zone in world.zones
            if zone not in world.deleted
            for record in world.route53.records(zone)
            if "_signpost." not in record.name
            and "._claims" not in record.name
            and (zone, record.key) not in world.foreign
        ]
        if not ours:
            return
        zone, record = ours[which % len(ours)]
        shared = record.name.startswith(("shop.", "www."))
        if not edit and shared and not draws("deleted shared"):
            return
        changes: list[Any] = [("DELETE", record.as_boto())]
        if edit:
            value = {"A": "192.0.2.99", "AAAA": "2001:db8::99", "CNAME": "edited.example"}
            edited = {"Name": record.name, "Type": record.type, "TTL": record.ttl or 7}
            if record.set_identifier:
                edited |= {"SetIdentifier": record.set_identifier, "MultiValueAnswer": True}
            values = [{"Value": value[record.type]}]
            changes.append(("CREATE", {**edited, "ResourceRecords": values}))
        world.promised.pop((zone, record.name), None)
        world.route53.edit(zone, *changes)
        self._step(turns)

    def teardown(self) -> None:
        if self._open is None:
            return
        try:
            if not self.world.breaches:  # else that is what is told
                self.world.settle()
        finally:
            self._open.__exit__(None, None, None)
        ended = self.world.ended
        self.reached.update({name for walk in ended for name in (*walk.states, walk.outcome)})
