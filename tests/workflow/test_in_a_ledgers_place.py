"""Something of somebody else stands where a service's ledger belongs: it is named, and stays."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.estate import Balancer
from tests.support.route53 import simple
from tests.workflow.conftest import World
from tests.workflow.forging import addresses, own

PLACE = own("web")
FOREIGN = {
    "a CNAME": (simple(PLACE, "CNAME", "their.example"), f"{PLACE} CNAME their.example"),
    "a TXT": (simple(PLACE, "TXT", '"v=spf1 -all"'), f'{PLACE} TXT "v=spf1 -all"'),
    "a weighted TXT": (
        simple(PLACE, "TXT", '"x"', SetIdentifier="blue", Weight=1),
        f'{PLACE} TXT "x" (TTL 60) (Weight=1)',
    ),
}


def event(world: World, balancer: Balancer, kind: str) -> Any:
    created = world.estate.create("web", balancer)
    if kind == "created":
        return created
    if kind == "by hand":
        return {"cluster": "prod", "service": "web"}
    return world.estate.delete("web")


@pytest.mark.parametrize("kind", ["created", "by hand", "deleted"])
@pytest.mark.parametrize("foreign", FOREIGN)
def test_what_lets_no_ledger_stand_there_is_said_by_name(
    world: World, balancer: Balancer, foreign: str, kind: str
) -> None:
    record, shown = FOREIGN[foreign]
    world.write("CREATE", **record)

    run = world.run(event(world, balancer, kind))
    swept = world.machine.sweep()

    assert swept.output is not None
    (problem,) = swept.output["problems"]
    assert run.error == problem["error"] == "LedgerCorrupt"
    for said in (str(run.cause), problem["reason"]):
        assert shown in said
        assert "Find out whose it is" in said
    assert addresses(world) == {}
    assert (PLACE, record["Type"]) in world.records()


@pytest.mark.parametrize("kind", ["created", "by hand"])
def test_what_a_ledger_can_stand_beside_stops_nothing_and_is_told_by_sweeps(
    world: World, balancer: Balancer, kind: str
) -> None:
    world.write("CREATE", **simple(PLACE, "A", "192.0.2.1"))

    run = world.run(event(world, balancer, kind))
    (name,) = [one for one in world.route53.records(world.zone) if one.name == "web.ecs.internal."]
    world.write("DELETE", **name.as_boto())
    swept = world.machine.sweep()

    assert swept.output is not None
    assert run.error is None
    assert [one["service"] for one in swept.output["findings"]] == ["web"]
    assert f"{PLACE} A 192.0.2.1" in swept.output["problems"][0]["reason"]
