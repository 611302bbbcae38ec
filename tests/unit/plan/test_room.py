"""What travels between the states is bounded, field by field, and what would not fit is refused.

LONGEST names a bound for each field of each dataclass in the payload: a field that is added without
one fails here with its name.
"""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Iterable
from types import UnionType
from typing import Any

import pytest

from signpost.errors import ChangeTooLarge, shortened
from signpost.ledger import ledger
from signpost.model.load_balancer import HostRule, LoadBalancer
from signpost.model.record_set import Alias, RecordSet
from signpost.model.service import Service, ServiceState
from signpost.model.trigger import Trigger
from signpost.model.zone import Zone
from signpost.names.naming import MAX_NAMES
from signpost.names.running_tasks import RunningTasks
from signpost.plan.batch import ZonePlan
from signpost.plan.room import LIMIT, at_its_largest, proof_of, require_fits, require_room, size
from signpost.plan.rounds import Sent, Written
from signpost.plan.whole_plan import REASON, REFUSED, WARNINGS, Plan
from signpost.proof.verification import Proof
from signpost.sweep.report import ENDING_BYTES
from signpost.triggers import runs
from tests.support.definitions import DEFINITIONS

TEXT = "\N{EURO SIGN}" * runs.MAX_TEXT  # of a trigger: three bytes a character
ARN = "a" * 200
NAME, LABEL = "n" * 253, "l" * 255  # of a host; of a service or cluster
TAG = "t" * 256  # a tag's whole value (Amazon ECS API Reference, "Tag")
EXECUTION = "e" * 80
# A value, or how many of the dataclasses that stand there.
LONGEST: dict[str, Any] = {
    "Service.cluster": LABEL,
    "Service.name": LABEL,
    "Service.state": ServiceState.WITHDRAWN,
    "Service.reason": "r" * 1000,
    "Service.target_groups": 5,  # of a service (Amazon ECS Developer Guide, "Service quotas")
    "Service.classic_load_balancers": ("l" * 32,) * 5,
    "Service.desired_count": 10_000,
    "Service.managed_by": ("gateway " + "g" * 255 + ", ") * 5,  # ECS's model: GatewayConnectionList
    "Service.by_revision": False,
    "Service.doubt": "r" * 1000,
    "TargetGroup.arn": ARN,
    "TargetGroup.alternate_arn": ARN,
    "TargetGroup.production_rule": ARN,
    "TargetGroup.other": False,
    "Configuration.hostnames": tuple(TAG[:12] for _ in range(MAX_NAMES)),
    "Configuration.from_listener_rules": True,
    "Configuration.target": "load-balancer",
    "Configuration.zone": TAG,
    "Configuration.record_kind": "ALIAS",
    "Configuration.ttl": 604_800,
    "Configuration.load_balancers": (TAG,),
    "Configuration.min_healthy": 1000,
    "Configuration.enabled": False,
    "LoadBalancer.name": "l" * 32,
    "LoadBalancer.kind": "application",
    "LoadBalancer.dns_name": "d" * 128,
    "LoadBalancer.hosted_zone_id": "Z" * 32,
    "LoadBalancer.scheme": "internet-facing",
    "LoadBalancer.vpc_id": "v" * 21,
    "LoadBalancer.ip_address_type": "dualstack-without-public-ipv4",
    "LoadBalancer.arn": ARN,
    "LoadBalancer.target_groups": (ARN,) * 10,
    "LoadBalancer.rules": 100,  # of a load balancer (its quota, which can be raised)
    "HostRule.listener": "f" * 16,
    "HostRule.hosts": ("h" * 128,) * 5,  # of a rule (the same quotas)
    "HostRule.ours": False,
    "HostRule.only_host": False,
    "HostRule.has_regex": False,
    "HostRule.arn": ARN,
    "LoadBalancer.certified": ("c" * 253,) * 100,  # aws/certificates.py
    "RunningTasks.published": 400,  # names/task_choice.py
    "RunningTasks.spare": 100,  # names/task_choice.py
    "RunningTasks.running": 10_000,
    "RunningTasks.without_address": 10_000,
    "Task.id": "t" * 36,
    "Task.vpc_id": "v" * 21,
    "Task.addresses": ("1" * 15,),
    "Trigger.kind": "listener-rules",
    "Trigger.name": TEXT,
    "Trigger.cluster": LABEL,
    "Trigger.service": LABEL,
    "Trigger.claimed": False,
    "Resign.ledgers": (NAME,) * runs.MAX_NAMES,
    "Resign.names": (NAME,) * runs.MAX_NAMES,
    "Trigger.time": "2026-11-24T12:00:00.000000+00:00",
    "Trigger.id": TEXT,
    "Trigger.actor": TEXT,
    "Trigger.reason": TEXT,
    "Trigger.dry_run": False,
    "Trigger.skip": TEXT,
    "Zone.id": "Z" * 32,
    "Zone.name": "z" * 200,
    "Zone.private": False,
    "Zone.vpcs": ("v" * 21,) * 300,  # of a zone (Route 53 Developer Guide, "Quotas")
    "Zone.name_servers": ("s" * 40,) * 4,
    "Zone.linked_service": "servicediscovery.amazonaws.com",
    "Zone.public_fallback": False,
    "RecordSet.name": NAME,
    "RecordSet.type": "AAAA",
    "RecordSet.ttl": 604_800,
    "RecordSet.values": ("a" * 39,) * 10,
    "RecordSet.set_identifier": "i" * 128,
    "RecordSet.routing": "r" * 200,
    "RecordSet.multivalue": True,
    "Alias.hosted_zone_id": "Z" * 32,
    "Alias.dns_name": "d" * 128,
    "Alias.evaluate_target_health": False,
    "ZonePlan.ledger_name": NAME,
    "ZonePlan.ledger_text": "t" * 4000,
    "ZonePlan.before": 2 * MAX_NAMES,
    "ZonePlan.after": 2 * MAX_NAMES,
    "ZonePlan.changes": (("DELETE", ledger.record_set(NAME, "t" * 4000)),),
    "ZonePlan.previous": EXECUTION,
    "ZonePlan.waits_for": ARN,
    "ZonePlan.comes_last": False,
    "ZonePlan.released": (NAME,) * MAX_NAMES,
    "ZonePlan.claimed": (NAME,) * MAX_NAMES,
    "Sent.change_id": "C" * 32,
    "Sent.submitted_at": "2026-11-24T12:00:00.000000+00:00",
    "Plan.action": "overtaken",
    "Plan.reason": "r" * 100_000,
    "Plan.error": "LoadBalancerNotReady",
    "Plan.dry_run": False,
    "Plan.wait_for_readiness": False,
    "Plan.load_balancers": (ARN,) * 10,
    "Plan.zones": 1,
    "Plan.before": {"Z" * 32: ()},
    "Plan.after": {"Z" * 32: ()},
    "Plan.previous_execution": EXECUTION,
    "Plan.warnings": ("w" * 5000,) * 500,
    "Plan.written": 1,
    "Plan.policy": "upsert-only",
    "Plan.refused": 1000,
    "Plan.told": False,
    "Plan.noted": False,
    "Refused.error": "LoadBalancerNotReady",
    "Refused.reason": "r" * 1000,
    "Refused.zone": "Z" * 32,
    "Refused.name": NAME,
    "Refused.record": "AAAA",
    "Refused.final": False,
    "Proof.zone": "Z" * 32,
    "Proof.method": "insync",
    "Proof.detail": "d" * 5000,
    "Proof.servers": ("s" * 40,) * 4,
    "Proof.answers": (),
}  # fmt: skip
ROOTS = (Service, LoadBalancer, RunningTasks, Trigger, Plan, Written, Proof)


def dataclass_in(hint: Any) -> tuple[Any, bool] | None:
    """The dataclass that a field holds, and whether it holds many."""
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) is UnionType:
        return next(filter(None, map(dataclass_in, arguments)), None)
    if typing.get_origin(hint) is tuple and arguments[-1] is Ellipsis:
        return (arguments[0], True) if dataclasses.is_dataclass(arguments[0]) else None
    return (hint, False) if dataclasses.is_dataclass(hint) else None


def longest(kind: Any) -> Any:
    """One with each field at its longest."""
    hints = typing.get_type_hints(kind)
    values: dict[str, Any] = {}
    for field in dataclasses.fields(kind):
        name, inner = f"{kind.__name__}.{field.name}", dataclass_in(hints[field.name])
        if inner and not inner[1]:
            values[field.name] = longest(inner[0])
            continue
        assert name in LONGEST, f"{name} travels in the payload: how long can it be?"
        many = inner and isinstance(LONGEST[name], int)
        values[field.name] = (longest(inner[0]),) * LONGEST[name] if many else LONGEST[name]  # type: ignore[index]
    return kind(**values)


def bounded(kinds: Iterable[Any]) -> set[str]:
    """The fields that need a bound of their own: all but those that hold one dataclass."""
    names: set[str] = set()
    for kind in kinds:
        for name, hint in typing.get_type_hints(kind).items():
            inner = dataclass_in(hint)
            names |= bounded([inner[0]]) if inner else set()
            names |= set() if inner and not inner[1] else {f"{kind.__name__}.{name}"}
    return names


def state(**more: Any) -> dict[str, Any]:
    """A state with all that is not the service's at its longest."""
    return {
        "trigger": longest(Trigger).to_json(),
        "service": longest(Service).to_json(),
        "load_balancers": {"found": []},
        "tasks": {"published": [], "spare": [], "running": 0, "without_address": 0},
    } | more


ZONE = Zone("Z" * 32, "z" * 60 + ".internal", private=False, name_servers=("s" * 40,) * 4)


def plan(names: int, zones: int = 1, **more: Any) -> Plan:
    """A plan that gives so many dual-stack names to each of so many zones."""
    alias = Alias("Z" * 32, "d" * 128)
    parts = []
    for number in range(zones):
        zone = dataclasses.replace(ZONE, id=f"{number:032d}")
        records = tuple(
            RecordSet(f"{name:03d}.{zone.name}", kind, alias=alias)
            for name in range(names)
            for kind in ("A", "AAAA")
        )
        changes = tuple(("CREATE", record) for record in records)
        parts.append(ZonePlan(zone, f"ledger.{zone.name}", "t" * 3000, (), records, changes))
    blank: Plan = dataclasses.replace(
        longest(Plan), **{"written": (), "warnings": (), "reason": ""} | more
    )
    after = {part.zone.id: part.after for part in parts}
    return dataclasses.replace(blank, zones=tuple(parts), before={}, after=after)


def test_each_field_that_travels_has_a_bound_and_each_bound_a_field() -> None:
    travelling = bounded(ROOTS)
    assert not travelling - LONGEST.keys(), "how long can they be?"
    assert not LONGEST.keys() - travelling


def test_with_all_else_at_its_longest_a_service_of_one_load_balancer_has_its_names() -> None:
    balancer = longest(LoadBalancer).to_json()
    require_room(state(load_balancers={"found": [balancer]}), plan(1), ())


def test_with_all_else_at_its_longest_a_service_of_400_tasks_has_its_name() -> None:
    require_room(state(tasks=longest(RunningTasks).to_json()), plan(1), ())


def test_rules_that_leave_no_room_are_refused_by_name_and_numbers() -> None:
    balancers = [longest(LoadBalancer).to_json()] * 5
    with pytest.raises(ChangeTooLarge, match=r"rules take [0-9,]+ bytes.*load_balancers [0-9,]+"):
        require_fits(state(load_balancers={"found": balancers}), "The service's listener rules")


def test_names_that_leave_no_room_are_refused_by_name_and_numbers() -> None:
    with pytest.raises(ChangeTooLarge, match=r"400 record sets of 20 names in 10 zones .*[0-9,]+"):
        require_room(state(), plan(MAX_NAMES, zones=10), ())


def test_what_is_published_can_be_moved() -> None:
    """A first publication is refused already where its move would be."""
    first = plan(MAX_NAMES, zones=3)
    moved = dataclasses.replace(first, before=first.after)
    imagined = at_its_largest(state(), first, ())
    assert size(imagined["plan"]["before"]) == size(moved.to_json()["before"])
    assert size(imagined) >= size(at_its_largest(state(), moved, ())) - size(moved.to_json()) // 10


def test_sentences_are_bounded_and_say_so() -> None:
    told = longest(Plan).to_json()
    assert len(told["reason"]) == REASON
    assert "100,000 characters in all" in told["reason"]
    assert sum(map(len, told["warnings"][:-1])) <= WARNINGS
    assert told["warnings"][-1] == f"There are {500 - len(told['warnings']) + 1} more warnings."
    assert len(told["refused"]) == REFUSED
    assert told["refused"][-1]["reason"].endswith(f"There are {1000 - REFUSED} more.")
    assert len(str(ChangeTooLarge("x" * 5000))) <= 1000 < ENDING_BYTES
    assert shortened("a" * 600 + "b" * 600).startswith("aaa")
    assert shortened("a" * 600 + "b" * 600).endswith("bbb")


# --- the imagined state holds all that the state machine puts into the real one -------------


STATES = {
    name: found
    for name, found in DEFINITIONS["ServiceChange"]["States"].items()
    if found["Type"] in ("Task", "Pass")
}


def imagined() -> dict[str, Any]:
    return at_its_largest(state(), plan(1, written=(longest(Written),)), ())


@pytest.mark.parametrize("name", STATES)
def test_each_result_of_a_state_has_its_place(name: str) -> None:
    found = STATES[name]
    whole = imagined()
    paths = {found.get("ResultPath", "$")} | {one["ResultPath"] for one in found.get("Catch", ())
                                              if "ResultPath" in one}  # fmt: skip
    for path in paths - {"$"}:
        (top, *rest) = re.findall(r"\w+", path)
        assert top in whole, f"{name} puts {path} into the state: how large can it be?"
        assert not rest or rest[0] in whole[top]
    place = found.get("ResultPath", "$").removeprefix("$.")
    put = found.get("ResultSelector") or (found.get("Parameters") if place != "$" else None) or {}
    if place in ("error", "round", "plan.reason"):
        return  # texts, imagined at their longest
    there = whole if place == "$" else whole[place]
    missing = {key.removesuffix(".$") for key in put} - there.keys() - {"FunctionName", "Payload"}
    assert not missing, f"{name} puts {missing} into {place}: how large can it be?"


def test_a_proof_is_imagined_as_it_is_told() -> None:
    told, whole = longest(Proof).to_json(), proof_of(longest(ZonePlan), ())
    assert told.keys() == whole.keys()
    assert len(told["detail"]) <= len(whole["detail"])


def test_what_is_imagined_of_a_round_that_has_written_holds_its_batches() -> None:
    sent = Sent("C" * 20, "2026-11-24T12:00:00Z")
    first = plan(5)
    again = dataclasses.replace(first, written=(Written(first.zones[0], sent),))
    assert size(at_its_largest(state(), first, ())) >= size(again.to_json()) + size(state())
    assert size(imagined()) < LIMIT


def test_a_load_balancers_rules_are_kept_only_where_they_can_settle_a_name() -> None:
    rule = HostRule("listener", ("api.example.com",), ours=False)
    assert rule.may_settle(["api"])
    assert rule.may_settle(["api.example.com."])
    assert not rule.may_settle(["web", "ap", "pi.example.com"])
    assert dataclasses.replace(rule, hosts=("*.example.com",)).may_settle(["web"])
    assert dataclasses.replace(rule, hosts=("a?i.x",)).may_settle(["api"])
    assert not dataclasses.replace(rule, only_host=False).may_settle(["api"])
    assert not dataclasses.replace(rule, has_regex=True).may_settle(["api"])


def test_what_starts_an_execution_for_events_is_far_below() -> None:
    assert size(runs.cause("listener-rules", longest(Trigger))) < LIMIT // 10
