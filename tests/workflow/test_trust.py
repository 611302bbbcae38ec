"""Hostile neighbours who may write TXT records: a ledger of theirs gives no rights."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest

from signpost.aws.ledger_key import derive
from signpost.ledger import ledger as ledgers
from signpost.ledger.seal import Seal
from signpost.model.record_set import Alias, RecordSet
from signpost.model.zone import Zone
from tests.support.estate import Balancer, client
from tests.support.parameters import SETTINGS
from tests.support.route53 import simple
from tests.workflow.conftest import LABEL, World
from tests.workflow.forging import MARK, addresses, alias, forge, listed, name_of, own, put_foreign

FORGERS = [SETTINGS, replace(SETTINGS, stack_id="another stack"), replace(SETTINGS, owner_id="x")]


@pytest.mark.parametrize("as_if", FORGERS, ids=["this stack", "another stack", "another owner"])
def test_a_forged_ledger_deletes_nothing(world: World, as_if: Any) -> None:
    """Of a service that is gone, which a sweep would clean up after."""
    put_foreign(world, "www")
    name = forge(world, "gone", "www", as_if=as_if)

    swept = world.machine.sweep()
    by_hand = world.run({"cluster": "prod", "service": "gone"})

    assert addresses(world) == {"www": "192.0.2.1"}
    assert (name, "TXT") in world.records()
    if as_if is SETTINGS:
        assert swept.output is not None
        (problem,) = swept.output["problems"]
        assert problem["error"] == by_hand.error == "LedgerCorrupt"
        assert "somebody else wrote it" in problem["reason"]
        assert "somebody else wrote it" in str(by_hand.cause)


@pytest.mark.parametrize("kind", ["manual", "DeleteService"])
def test_a_forged_ledger_in_place_of_a_services_own_stops_it(
    world: World, balancer: Balancer, kind: str
) -> None:
    put_foreign(world, "www")
    forge(world, "web", "www")
    created = world.run(world.estate.create("web", balancer))
    event = {"cluster": "prod", "service": "web"}

    run = world.run(event if kind == "manual" else world.estate.delete("web"))

    # Its own batch was refused, since something stands there; then it was read.
    assert created.error == run.error == "LedgerCorrupt"
    assert addresses(world) == {"www": "192.0.2.1"}


def test_an_own_ledger_that_was_changed_by_another_hand_is_not_acted_on(
    world: World, balancer: Balancer
) -> None:
    world.run(world.estate.create("web", balancer))
    put_foreign(world, "www")
    (own,) = [one for one in world.route53.records(world.zone) if LABEL in one.name]
    changed = own.as_boto()
    value = changed["ResourceRecords"][0]["Value"].replace("/web mac=", "/web,www mac=")
    world.write("DELETE", **own.as_boto())
    world.write("CREATE", **changed | {"ResourceRecords": [{"Value": value}]})

    removed = world.run(world.estate.delete("web"))

    assert removed.error == "LedgerCorrupt"
    assert addresses(world).keys() == {"web", "www"}


def test_a_signed_text_is_worth_nothing_at_another_place(world: World, balancer: Balancer) -> None:
    """Copied from the ledger of a service, to that of one that is gone."""
    world.run(world.estate.create("web", balancer))
    text = world.ledger()
    assert text is not None
    for at in ("gone.prod", "web.dev"):
        world.write("CREATE", **simple(f"{at}.{LABEL}{MARK}", "TXT", text))

    swept = world.machine.sweep()

    assert swept.output is not None
    assert [one["error"] for one in swept.output["problems"]] == ["LedgerCorrupt"] * 2
    assert swept.output["findings"] == []
    assert addresses(world).keys() == {"web"}


@pytest.mark.parametrize("parameters", [{"ADOPT_IDENTICAL": "true"}])
@pytest.mark.parametrize("as_if", FORGERS, ids=["this stack", "another stack", "another owner"])
def test_what_a_forged_ledger_may_list_is_not_taken_over(
    world: World, balancer: Balancer, as_if: Any
) -> None:
    same = RecordSet("web.ecs.internal", "A", alias=Alias(balancer.zone_id, balancer.dns_name))
    wire = {"Name": same.name, "Type": "A", "AliasTarget": alias(balancer)}
    world.write("CREATE", **wire)
    forge(world, "other", "web", as_if=as_if)

    run = world.run(world.estate.create("web", balancer))

    assert run.error == "HostnameTaken"
    assert "service other of cluster prod" in str(run.cause)
    world.write("DELETE", **name_of(listed(world, "other")))
    assert world.run({"cluster": "prod", "service": "web"}).outcome == "RecordChanged"


def test_what_is_ours_stays_ours_whatever_a_forged_ledger_says(
    world: World, balancer: Balancer
) -> None:
    """Edited by hand, it is restored; moved and removed, as ever."""
    event = world.estate.create("web", balancer)
    world.run(event)
    forge(world, "other", "web")
    by_hand = {"cluster": "prod", "service": "web"}
    ours = world.ours()
    world.write("DELETE", **ours)
    world.write("CREATE", **simple("web.ecs.internal", "A", "192.0.2.9"))

    restored = world.run(by_hand)

    assert restored.outcome == "RecordChanged"
    assert addresses(world) == {"web": balancer.dns_name}
    world.estate.move("web", world.estate.balancer("new-alb"))
    assert world.run(by_hand).outcome == "RecordChanged"
    assert world.run(world.estate.delete("web")).outcome == "RecordRemoved"
    assert addresses(world) == {}


def test_what_a_later_version_has_noted_is_written_again(world: World, balancer: Balancer) -> None:
    world.run(world.estate.create("web", balancer))
    key = derive(client("kms"), os.environ["LEDGER_KEY_ARN"])
    zone = Zone(world.zone, "ecs.internal", private=True)
    written = ledgers.parse(ledgers.from_txt(str(world.ledger())), zone.name)
    text = ledgers.render(
        replace(written, notes=("hold=web",)), zone=zone, name=own("web"), seal=Seal(key, LABEL)
    )
    world.write("DELETE", **name_of(listed(world, "web")))
    world.write("CREATE", **name_of(ledgers.record_set(own("web"), text)))
    world.estate.move("web", world.estate.balancer("new-alb"))

    assert world.run({"cluster": "prod", "service": "web"}).outcome == "RecordChanged"
    assert " hold=web mac=" in str(world.ledger())
