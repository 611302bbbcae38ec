"""Records of nobody that say what Signpost would write: taken over as they stand, in one batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from tests.search.histories import World, new_world
from tests.support.asl import Walk
from tests.support.fast_estate import FastService, FastTask
from tests.support.route53 import alias, simple

WEB = ("prod", "web")
SHOP = "shop.ecs.internal"


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with new_world() as world:
        monkeypatch.setenv("ADOPT_IDENTICAL", "true")
        world.route53.observers.clear()  # what is to be taken over is in no ledger before
        yield world


def create(world: World, *balancers: str, tasks: Sequence[FastTask] = ()) -> None:
    tags = {"signpost:hostname": "shop"} | ({} if balancers else {"signpost:target": "tasks"})
    world.estate.services[WEB] = FastService(balancers, tags, tasks=list(tasks))


def run(world: World, kind: str) -> Walk:
    return world.finish(world.start(WEB, kind))


def there(world: World) -> dict[str | None, str]:
    """The records of the name: identifier → where they lead."""
    return {
        one.set_identifier: one.alias.dns_name if one.alias else " ".join(one.values)
        for one in world.route53.records(world.private)
        if one.name == f"{SHOP}."
    }


@pytest.mark.parametrize("kind", ["CreateService", "manual"])
def test_what_the_console_or_the_cdk_wrote_is_taken_over(world: World, kind: str) -> None:
    create(world, "inside")
    run(world, "CreateService")
    (ours,) = [one for one in world.route53.records(world.private) if one.type == "A"]
    (ledger,) = [one for one in world.route53.records(world.private) if one.name.startswith("web.")]
    assert ours.alias
    theirs = alias(SHOP, "A", f"DualStack.{ours.alias.dns_name}", zone_id=ours.alias.hosted_zone_id)
    world.promised.clear()
    world.route53.edit(
        world.private,
        ("DELETE", ledger.as_boto()),
        ("DELETE", ours.as_boto()),
        ("CREATE", theirs),
    )

    walk = run(world, kind)

    assert (walk.outcome, there(world)) == ("RecordChanged", {None: ours.alias.dns_name})
    assert walk.output["before"][0]["alias"]["dns_name"].startswith("dualstack.")
    assert "CheckReadiness" not in walk.states


@pytest.mark.parametrize("identifier", ["10.0.0.{}", "task-{}"])
def test_answers_of_a_name_are_taken_over_together(world: World, identifier: str) -> None:
    for number in (2, 3):
        more = {"SetIdentifier": identifier.format(number), "MultiValueAnswer": True}
        world.route53.edit(
            world.private, ("CREATE", simple(SHOP, "A", f"10.0.0.{number}", ttl=60, **more))
        )
    create(world, tasks=[FastTask(1), FastTask(2)])

    walk = run(world, "manual")

    assert walk.outcome == "RecordChanged"
    assert there(world) == {"10.0.0.2": "10.0.0.2", "10.0.0.3": "10.0.0.3"}
    assert "Takes over shop.ecs.internal A" in walk.output["reason"]
