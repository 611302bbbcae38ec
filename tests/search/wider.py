"""What happens in a wider estate: zones come and go, parameters and clocks change, sweeps begin.

Each rule is there where its feature is: `estates.FEATURES`.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.search import between, estates, zone_changes
from tests.search.estates import OTHER, VPC, draws
from tests.search.rules import Rules, numbers, turns
from tests.search.sweeps import sweep


class Histories(Rules):
    """One history: the rules, and those of its features."""

    if draws("address types"):

        @rule(balancer=st.sampled_from([one.name for one in estates.BALANCERS]), turns=turns)
        def set_ip_address_type(self, balancer: str, turns: list[int]) -> None:
            balancers = self.world.estate.balancers
            balancers[balancer] = replace(
                balancers[balancer], dual_stack=not balancers[balancer].dual_stack
            )
            self._step(turns)

    if draws("rules"):

        @rule(
            balancer=st.sampled_from([one.name for one in estates.BALANCERS]),
            hosts=st.lists(st.sampled_from(estates.HOSTS), max_size=3, unique=True),
            turns=turns,
        )
        def change_rules(self, balancer: str, hosts: list[str], turns: list[int]) -> None:
            self.world.estate.hosts[balancer] = hosts
            self.world.release()
            self._step(turns)

    if draws("association"):

        @rule(which=numbers, vpcs=st.sampled_from([(OTHER,), (VPC, OTHER), (VPC,)]), turns=turns)
        def associate(self, which: int, vpcs: tuple[str, ...], turns: list[int]) -> None:
            world = self.world
            private = [
                id_
                for id_, zone in world.zones.items()
                if zone.private and id_ not in world.deleted
            ]
            zone = private[which % len(private)]
            others = {
                vpc
                for id_ in private
                if id_ != zone and world.zones[id_].name == world.zones[zone].name
                for vpc in world.zones[id_].vpcs
            }
            if not others & set(vpcs):
                zone_changes.associate(world, zone, vpcs)
                self._step(turns)

    if draws("trouble"):

        @rule(which=numbers, how=st.sampled_from(["deny", "deny", "delete"]), turns=turns)
        def trouble(self, which: int, how: str, turns: list[int]) -> None:
            world = self.world
            zone = list(world.zones)[which % len(world.zones)]
            if how == "deny":
                zone_changes.deny(world, zone)
            elif zone not in world.deleted:
                zone_changes.delete(world, zone)
            self._step(turns)

    if draws("parameters"):

        @rule(parameter=st.sampled_from(estates.PARAMETERS), turns=turns)
        def change_a_parameter(self, parameter: tuple[str, str], turns: list[int]) -> None:
            self.world.set(*parameter)
            self._step(turns)

    if draws("adoption"):

        @rule(value=st.sampled_from(["true", "false"]))
        def adopt_identical(self, value: str) -> None:
            self.world.set("ADOPT_IDENTICAL", value)

    if draws("dry-run"):

        @rule(value=st.sampled_from(["dry-run", "dry-run", "sync"]), turns=turns)
        def change_policy(self, value: str, turns: list[int]) -> None:
            self.world.set("POLICY", value)
            self._step(turns)

    if draws("sweeps"):

        @rule(turns=turns)
        def begin_a_sweep(self, turns: list[int]) -> None:
            found = sweep(self.world)
            if draws("repaired"):
                idle = found.idle()
                assert idle == [], f"a sweep repaired less than it says: {idle}"
            self._step(turns)

    if draws("between calls"):

        @rule(turn=numbers, after=st.booleans(), skip=st.integers(0, 5), turns=turns)
        def step_between_calls(self, turn: int, after: bool, skip: int, turns: list[int]) -> None:
            between.step_between(self.world, turn, skip, after=after)
            self._step(turns)

    if draws("ahead"):

        @rule(seconds=st.sampled_from(estates.AHEAD))
        def set_a_clock_ahead(self, seconds: float) -> None:
            self.world.ahead = seconds

    @rule(seconds=st.sampled_from([30.0, 100.0, 1000.0]))
    def wait(self, seconds: float) -> None:
        """What is remembered expires."""
        self.world.clock.advance(seconds)
