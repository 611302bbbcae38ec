"""One owner for each name: what Route 53 would let stand side by side, claims keep apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

import pytest

from signpost.ledger import ledger as ledgers
from signpost.ledger.seal import Seal
from signpost.model.record_set import Alias, RecordSet
from signpost.settings import Settings
from tests.search.histories import World, new_world
from tests.support.asl import Walk
from tests.support.estate import ENVIRONMENT
from tests.support.fast_estate import FastService, FastTask
from tests.support.ledgers import ledger_of
from tests.support.parameters import MAC
from tests.support.route53 import simple

WEB, API = ("prod", "web"), ("prod", "api")
SHOP = "shop.ecs.internal"
CLAIM = "shop._claims._signpost.ecs.internal."


@pytest.fixture
def world() -> Iterator[World]:
    with new_world() as made:
        yield made


def behind(world: World, service: tuple[str, str], balancer: str, hostname: str = "shop") -> None:
    world.estate.services[service] = FastService((balancer,), {"signpost:hostname": hostname})


def with_tasks(world: World, service: tuple[str, str], *tasks: int, hostname: str = "shop") -> None:
    tags = {"signpost:hostname": hostname, "signpost:target": "tasks"}
    made = [FastTask(number) for number in tasks]
    world.estate.services[service] = FastService((), tags, tasks=made)


def run(world: World, service: tuple[str, str], kind: str = "CreateService") -> Walk:
    world.release(service)
    return world.finish(world.start(service, kind))


def addresses(world: World, name: str = SHOP) -> set[str]:
    return {
        value
        for one in world.route53.records(world.private)
        if one.name == f"{name}." and one.type in ("A", "AAAA")
        for value in (one.values or [one.alias.dns_name if one.alias else ""])
    }


def test_two_services_tasks_are_never_answers_of_one_name(world: World) -> None:
    with_tasks(world, WEB, 1, 2)
    with_tasks(world, API, 3)

    first, second = run(world, WEB), run(world, API)
    world.estate.services[WEB].tasks.append(FastTask(4))
    scaled = run(world, WEB, "tasks")

    assert (first.outcome, second.outcome, scaled.outcome) == (
        *("RecordChanged", "HostnameTaken", "RecordChanged"),
    )
    assert addresses(world) == {"10.0.0.2", "10.0.0.3", "10.0.0.5"}


@pytest.mark.parametrize("kind", ["UpdateService", "tasks", "manual"])
def test_nor_by_a_rename_or_any_other_event(world: World, kind: str) -> None:
    with_tasks(world, WEB, 1)
    with_tasks(world, API, 3, hostname="www")
    run(world, WEB)
    run(world, API)
    world.estate.services[API].tags["signpost:hostname"] = "shop"

    walk = run(world, API, kind)

    assert walk.outcome == "HostnameTaken"
    assert addresses(world) == {"10.0.0.2"}
    assert addresses(world, "www.ecs.internal") == {"10.0.0.4"}


@pytest.mark.parametrize("steps", sorted(set(permutations("wwwaaa"))))
def test_whoever_writes_first_has_it_however_the_steps_fall(
    world: World, steps: tuple[str, ...]
) -> None:
    """Both have planned before either has written, or not: Route 53 would take both."""
    with_tasks(world, WEB, 1)
    with_tasks(world, API, 3)
    walks = {"w": world.start(WEB, "CreateService"), "a": world.start(API, "CreateService")}
    for walk in walks.values():
        world.until(walk, "ResolveTasks")

    for who in steps:
        if walks[who].running:
            world.step(walks[who])
    for walk in walks.values():
        world.finish(walk)

    assert sorted(walk.outcome for walk in walks.values()) == ["HostnameTaken", "RecordChanged"]
    assert addresses(world) in ({"10.0.0.2"}, {"10.0.0.4"})


@pytest.mark.parametrize(
    "record",
    [
        simple(SHOP, "A", "192.0.2.7", SetIdentifier="theirs", MultiValueAnswer=True),
        simple(SHOP, "A", "192.0.2.7", SetIdentifier="theirs", Weight=1),
        simple(SHOP, "AAAA", "2001:db8::7"),
        simple(SHOP, "CNAME", "elsewhere.example"),
    ],
    ids=["multivalue", "weighted", "AAAA", "CNAME"],
)
@pytest.mark.parametrize("kind", ["CreateService", "UpdateService", "manual"])
@pytest.mark.parametrize("leads", ["tasks", "balancer"])
def test_what_somebody_else_has_is_seen_before_the_first_write(
    world: World, record: dict[str, object], kind: str, leads: str
) -> None:
    world.route53.edit(world.private, ("CREATE", record))
    (made,) = [one for one in world.route53.records(world.private) if one.name == f"{SHOP}."]
    world.foreign[(world.private, made.key)] = made
    if leads == "tasks":
        with_tasks(world, WEB, 1)
    else:
        behind(world, WEB, "inside")

    walk = run(world, WEB, kind)

    assert walk.outcome == "HostnameTaken"
    assert world.route53.calls.count("ChangeResourceRecordSets") == 0


def claim(world: World) -> list[str]:
    return [one.name for one in world.route53.records(world.private) if one.name == CLAIM]


def test_a_claim_comes_and_goes_with_its_name(world: World) -> None:
    behind(world, WEB, "inside")
    run(world, WEB)
    first = claim(world)
    world.estate.services[WEB].tags["signpost:hostname"] = "www"
    run(world, WEB, "UpdateService")

    assert (first, claim(world)) == ([CLAIM], [])
    del world.estate.services[WEB]
    run(world, WEB, "DeleteService")
    assert world.route53.records(world.private) == ()


def test_a_claim_that_was_deleted_by_hand_comes_with_the_next_change(world: World) -> None:
    behind(world, WEB, "inside")
    run(world, WEB)
    (there,) = [one for one in world.route53.records(world.private) if one.name == CLAIM]
    world.route53.edit(world.private, ("DELETE", there.as_boto()))
    world.estate.services[WEB].balancers = ("dual",)

    walk = run(world, WEB, "UpdateService")

    assert walk.outcome == "RecordChanged"
    assert claim(world) == [CLAIM]


@pytest.mark.parametrize("what", ["removed", "moved"])
def test_of_two_ledgers_that_list_one_record_only_the_claims_owner_changes_it(
    world: World, what: str
) -> None:
    """Such as of a text that was put back: it is signed all the same."""
    behind(world, WEB, "inside")
    run(world, WEB)
    settings = Settings.from_env(ENVIRONMENT)
    target = Alias("Z32O12XQLNTSW2", world.estate.balancers["inside"].dns_name)
    record = RecordSet(SHOP, "A", alias=target)
    also = ledger_of(
        "api",
        settings.label,
        installation=settings.installation,
        records=(record,),
        zone_id=world.private,
        seal=Seal(MAC, settings.label),
    )
    text = {"Name": also.name, "Type": "TXT", "TTL": ledgers.TTL_SECONDS}
    text["ResourceRecords"] = [{"Value": value} for value in also.values]
    world.route53.edit(world.private, ("CREATE", text))
    if what == "moved":
        behind(world, API, "dual")
    world.promised.clear()
    world.started = 10  # the text names executions of its own

    walk = run(world, API, "UpdateService" if what == "moved" else "DeleteService")

    assert walk.outcome == ("HostnameTaken" if what == "moved" else "RecordRemoved")
    assert addresses(world) == {f"{target.dns_name}."}
    assert claim(world) == [CLAIM]
