"""What the emulator's Route 53 refuses of a batch, in the words of the strict stand-in."""

from __future__ import annotations

from typing import Any

import pytest

from local_aws.emulated.records import refusals
from tests.support.route53 import record_sets, zones

ZONE = "ecs.internal."


def record(name: str = "web.ecs.internal.", kind: str = "A", **more: Any) -> dict[str, Any]:
    value = "b.ecs.internal." if kind == "CNAME" else "192.0.2.1"
    return {"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": [{"Value": value}], **more}


MULTIVALUE: dict[str, Any] = {"SetIdentifier": "1", "MultiValueAnswer": True}
WEIGHTED: dict[str, Any] = {"SetIdentifier": "2", "Weight": 0}
REFUSED = [
    pytest.param(record(), record(kind="CNAME"), id="a CNAME beside another"),
    pytest.param(record(kind="CNAME"), record(), id="another beside a CNAME"),
    pytest.param(None, record(ZONE, "CNAME"), id="a CNAME at the apex"),
    pytest.param(None, record("web.example.com."), id="outside of the zone"),
    pytest.param(None, record("webecs.internal."), id="outside of the zone by a dot"),
    pytest.param(record(), record(**MULTIVALUE), id="multivalue beside simple"),
    pytest.param(record(**MULTIVALUE), record(), id="simple beside multivalue"),
    pytest.param(record(**MULTIVALUE), record(**WEIGHTED), id="weighted beside multivalue"),
    pytest.param(record(**WEIGHTED), record(**MULTIVALUE), id="multivalue beside weighted"),
]


@pytest.mark.parametrize(("before", "new"), REFUSED)
def test_it_refuses_as_the_strict_stand_in_does(before: Any, new: dict[str, Any]) -> None:
    there = [record_sets.from_boto(before)] if before else []
    expected = zones.refusals_to_place(
        ZONE, {one.key: one for one in there}, record_sets.from_boto(new)
    )

    found = refusals(ZONE, [before] if before else [], [("CREATE", new)])

    assert found == expected != []


def test_what_a_batch_deletes_first_is_in_nobodys_way() -> None:
    old, new = record(kind="CNAME"), record()

    assert refusals(ZONE, [old], [("DELETE", old), ("CREATE", new)]) == []
    assert refusals(ZONE, [old], [("CREATE", new), ("DELETE", old)]) != []


def test_record_sets_that_go_together_are_taken() -> None:
    batch = [
        record(),
        record(kind="TXT"),
        record("*.ecs.internal.", "CNAME"),
        record("a.ecs.internal.", **MULTIVALUE),
        record("a.ecs.internal.", **{**MULTIVALUE, "SetIdentifier": "2"}),
    ]

    assert refusals(ZONE, [record()], [("UPSERT", one) for one in batch]) == []


@pytest.mark.parametrize("policy", ["AZAffinity", "GeoProximityLocation", "CidrRoutingConfig"])
def test_every_routing_policy_counts_as_one(policy: str) -> None:
    routed: dict[str, Any] = record(SetIdentifier="1") | {policy: {}}

    assert refusals(ZONE, [routed], [("CREATE", record(SetIdentifier="2"))]) != []
    assert refusals(ZONE, [routed], [("CREATE", routed | {"SetIdentifier": "2"})]) == []
